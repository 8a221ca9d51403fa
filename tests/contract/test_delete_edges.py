"""`delete_edges`: edges go, nodes stay."""

from __future__ import annotations

import pytest

from graph.errors import InvalidValue
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore


def test_only_the_edges_named(small_graph: GraphStore) -> None:
    """One type, one direction, these pairs."""
    pairs = [("m1", "m2"), ("m2", "gone"), ("gone", "m1")]
    assert 1 == small_graph.delete_edges(EdgeType.KEPT_APART, Label.METHOD, Label.METHOD, pairs)
    assert [("m2", "m1")] == [(e.src.key, e.dst.key) for e in small_graph.scan_edges(EdgeType.KEPT_APART)]
    assert 1 == small_graph.counts().edges[EdgeType.MERGED_INTO]
    assert 2 == small_graph.counts().nodes[Label.METHOD]


def test_a_second_time_there_are_none(small_graph: GraphStore) -> None:
    """Deleting what is gone is no error."""
    pairs = [("loop", "loop")]
    assert 1 == small_graph.delete_edges(EdgeType.FOLLOWS, Label.PLAN, Label.PLAN, pairs)
    assert 0 == small_graph.delete_edges(EdgeType.FOLLOWS, Label.PLAN, Label.PLAN, pairs)
    assert 0 == small_graph.delete_edges(EdgeType.FOLLOWS, Label.PLAN, Label.PLAN, [])


def test_ends_the_schema_does_not_join_are_refused(small_graph: GraphStore) -> None:
    """As when writing."""
    with pytest.raises(InvalidValue, match="FOLLOWS"):
        small_graph.delete_edges(EdgeType.FOLLOWS, Label.METHOD, Label.PLAN, [("m1", "loop")])
