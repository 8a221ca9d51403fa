"""`delete_nodes`: nodes go with their edges and their words."""

from __future__ import annotations

import pytest

from graph.errors import InvalidValue
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore


def test_edges_go_with_their_node(small_graph: GraphStore) -> None:
    """Edges in both directions are deleted, others stay."""
    assert 1 == small_graph.delete_nodes(Label.METHOD, ["m1"])
    edges = small_graph.counts().edges
    assert {
        EdgeType.OF_PAPER: 2,
        EdgeType.QUOTED_FROM: 3,
        EdgeType.EVIDENCED_BY: 2,
        EdgeType.FOLLOWS: 1,
    } == edges
    assert ["m2"] == [node.key for node in small_graph.scan_nodes(Label.METHOD)]


def test_absent_keys_are_ignored(small_graph: GraphStore) -> None:
    """The count says how many there were; a second time there are none."""
    assert 2 == small_graph.delete_nodes(Label.METHOD, ["m1", "gone", "m2", "m1"])
    assert 0 == small_graph.delete_nodes(Label.METHOD, ["m1", "gone", "m2"])
    assert 0 == small_graph.delete_nodes(Label.METHOD, [])


def test_deleted_words_are_not_found(small_graph: GraphStore) -> None:
    """The search index forgets; a new node of the same key starts afresh."""
    small_graph.delete_nodes(Label.METHOD, ["m1"])
    assert [] == small_graph.search_text(Label.METHOD, "one")
    small_graph.upsert_nodes(Label.METHOD, [{"key": "m1", "squash": "x"}])
    assert [] == small_graph.search_text(Label.METHOD, "one")
    assert {"squash": "x"} == small_graph.get_nodes(Label.METHOD, ["m1"])["m1"].properties


def test_meta_cannot_be_deleted(store: GraphStore) -> None:
    """The node that says what the database is stays."""
    with pytest.raises(InvalidValue, match="Meta"):
        store.delete_nodes(Label.META, ["store"])
