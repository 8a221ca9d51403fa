"""The shipped word lists."""

from __future__ import annotations

import pytest

from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import entries, lookup, problem_terms


@pytest.mark.parametrize("type", list(NameType))
def test_each_list_loads_and_no_spelling_has_two_owners(type: NameType) -> None:
    """Loading checks that a spelling stands under one name only; each list is broad."""
    assert len(entries(type)) > 100


def test_every_metric_has_a_sign() -> None:
    """A claim about a metric needs to know which way is better."""
    assert {entry.better for entry in entries(NameType.METRIC)} == {1, -1}


def test_a_plural_and_a_hyphen_lead_to_the_same_name() -> None:
    """Spelling variants of a long form find its entry."""
    assert lookup(NameType.METHOD, "Recurrent-Neural Networks") == lookup(NameType.METHOD, "recurrent neural network")


def test_problem_terms_are_lower_case() -> None:
    """Problems are matched in any case, so they are written in one."""
    assert all(term == term.lower() for terms in problem_terms() for term in terms)
