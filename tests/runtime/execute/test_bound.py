"""Reports state only numbers that are bound to nodes of the store."""

from __future__ import annotations

import pytest

from graph.errors import UnknownNode
from graph.schema import Label, Ref
from graph.store.interface import GraphStore
from runtime.execute.bound import Bound, Count, Largest, Mean, Quoted, Total, UnboundNumber, render

FINDING = Ref(Label.FINDING, "finding:a")


@pytest.fixture
def filled(sqlite_store: GraphStore) -> GraphStore:
    sqlite_store.upsert_nodes(
        Label.FINDING, [{"key": "finding:a", "gain": 0.0123, "arm": "x2", "failures": {"oom": 3}}]
    )
    sqlite_store.upsert_nodes(Label.MEASUREMENT, [{"key": "m:a", "value": 0.25}, {"key": "m:b", "value": 0.75}])
    return sqlite_store


def test_a_number_is_read_from_its_node(filled: GraphStore) -> None:
    """In the format that was asked for; names with digits are read too."""
    line = ["arm ", Bound(FINDING, "arm"), " gains ", Bound(FINDING, "gain", "+.3f")]

    assert render(filled, [line]) == "arm x2 gains +0.012"


def test_a_nested_value_has_a_path(filled: GraphStore) -> None:
    """As in failures/oom; a value that is not there is a dash."""
    assert render(filled, [[Bound(FINDING, "failures/oom"), Bound(FINDING, "ci_low")]]) == "3–"


def test_a_mean_is_bound_to_all_it_is_computed_from(filled: GraphStore) -> None:
    """Over the values of its nodes."""
    refs = (Ref(Label.MEASUREMENT, "m:a"), Ref(Label.MEASUREMENT, "m:b"))

    assert render(filled, [[Mean(refs, "value", ".2f")]]) == "0.50"


@pytest.mark.parametrize("text", ["gains 0.012", "in ٣ runs", "²"])
def test_a_number_in_plain_text_is_refused(filled: GraphStore, text: str) -> None:
    """Whatever digits it is written in."""
    with pytest.raises(UnboundNumber, match="bound to no result"):
        render(filled, [[text]])


def test_a_node_that_does_not_exist_is_refused(filled: GraphStore) -> None:
    """A report cannot lean on nothing."""
    with pytest.raises(UnknownNode, match="Finding/finding:b"):
        render(filled, [[Bound(Ref(Label.FINDING, "finding:b"), "gain")]])


def test_sums_counts_and_largest_values_are_bound_to_their_nodes(filled: GraphStore) -> None:
    """A node without a value adds nothing and is not the largest."""
    filled.upsert_nodes(Label.MEASUREMENT, [{"key": "m:c"}])
    refs = tuple(Ref(Label.MEASUREMENT, key) for key in ("m:a", "m:b", "m:c"))

    assert render(filled, [[Count(refs), " ", Total(refs, "value", ".1f"), " ", Largest(refs, "value", ".2f")]]) == (
        "3 1.0 0.75"
    )


def test_what_the_system_said_is_quoted_with_its_digits(filled: GraphStore) -> None:
    """An error number is no figure of the report."""
    assert render(filled, [["- ", Quoted("bwrap: [Errno 11] try again")]]) == "- bwrap: [Errno 11] try again"
