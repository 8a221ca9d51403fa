"""Listed short forms: known without a definition, given up where the corpus says otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from graph.live import live_edges
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from ingest.resolve import resolve
from ingest.resolve.listed import listed_forms

Paper = Callable[..., tuple[Any, Callable[[GraphStore], None]]]


@pytest.mark.parametrize(
    ("label", "short", "long"),
    [
        (Label.TASK, "nli", "naturallanguageinference"),
        (Label.METRIC, "ece", "expectedcalibrationerror"),
        (Label.DATASET, "snli", "stanfordnaturallanguageinference"),
        (Label.METHOD, "svm", "supportvectormachin"),
    ],
)
def test_a_short_form_is_known_within_its_kind(label: Label, short: str, long: str) -> None:
    """Either way round, and not as another kind of thing."""
    forms = {form.removesuffix("e") for form in listed_forms(label, short)}
    assert long.removesuffix("e") in forms
    assert long not in listed_forms(Label.PROBLEM, short)


def test_near_synonyms_on_one_line_of_the_extractor_are_two_names() -> None:
    """Only what abbreviates counts: soft attention is no short form of an attention mechanism."""
    assert "softattention" not in listed_forms(Label.METHOD, "attention mechanism")
    assert listed_forms(Label.DATASET, "wn18") == frozenset()


def test_no_short_form_stands_twice_for_one_kind() -> None:
    """Two lines for one short form would make one thing of two."""
    section, seen = "", Counter[tuple[str, str]]()
    for line in (files("ingest.resolve") / "short_forms.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif line and not line.startswith("#"):
            seen[section, line.split("|")[0].strip().casefold()] += 1
    assert [each for each, count in seen.items() if count > 1] == []


def test_a_corpus_that_defines_it_otherwise_is_believed(store: GraphStore, paper: Paper) -> None:
    """EM and expectation maximization are one, until somebody means another thing by it."""
    first = [paper("One", ["EM"]), paper("Two", ["expectation maximization"])]
    for _, write in first:
        write(store)
    resolve(store, run="r")
    assert [edge.properties["rule"] for edge in live_edges(store, EdgeType.MERGED_INTO)] == ["listed"]
    paper("Three", defines=[("EM", "energy model")])[1](store)
    resolve(store, run="r")
    merges = [(edge.src.key, edge.dst.key) for edge in live_edges(store, EdgeType.MERGED_INTO)]
    assert merges == [("energy-model", "em")]
