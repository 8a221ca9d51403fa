"""Triples by rules: units from headings and cues, subject, predicate and object in a row."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.extract.contributions.rules import build_triples_by_rules, unit_by_rules


def triples(*sentences: Any) -> list[tuple[str, str, str, str]]:
    return [(t.unit, t.subject, t.predicate, t.object) for t in build_triples_by_rules(sentences)]


def test_phrases_in_a_row_are_subject_predicate_object(sentence: Any) -> None:
    """The first term hangs on the unit, what follows a predicate on the term before it."""
    found = triples(sentence("[Tree Net] [outperforms] [Leaf Net] [on] [Meadow]"))
    assert [
        ("results", "Contribution", "has", "Results"),
        ("results", "Results", "has", "Tree Net"),
        ("results", "Tree Net", "outperforms", "Leaf Net"),
        ("results", "Leaf Net", "on", "Meadow"),
    ] == found


def test_a_value_hangs_on_the_term_before_it(sentence: Any) -> None:
    """A number without a predicate is what the term has."""
    found = triples(sentence("with [batch size] [32]", heading="Hyperparameters"))
    assert ("hyperparameters", "batch size", "has", "32") in found


def test_a_problem_hangs_on_the_contribution(sentence: Any) -> None:
    """Research problems have no root of their own."""
    found = triples(sentence("Tree Nets for [meadow parsing]", heading="title", place=0.01))
    assert [("research-problem", "Contribution", "has research problem", "meadow parsing")] == found


def test_code_is_the_address(sentence: Any) -> None:
    """Only what reads as an address is code."""
    found = triples(sentence("Our [code] is at [https://github.com/a/b]", heading="Introduction"))
    assert [("code", "Contribution", "Code", "https://github.com/a/b")] == found


def test_a_unit_is_said_once(sentence: Any) -> None:
    """Two sentences of one unit share its root."""
    found = triples(sentence("[A net] wins"), sentence("[B net] loses", number=2))
    assert 1 == found.count(("results", "Contribution", "has", "Results"))


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Ablation study", "ablation-analysis"),
        ("Baselines", "baselines"),
        ("Training details", "hyperparameters"),
        ("Experimental setup", "experimental-setup"),
        ("Main results", "results"),
        ("Our approach", "model"),
    ],
)
def test_the_heading_names_the_unit(sentence: Any, heading: str, unit: str) -> None:
    """A heading says what its section is about."""
    assert unit == unit_by_rules(sentence("[A] [of] [B]", heading=heading))
