"""`counts`: by label and by type."""

from __future__ import annotations

from graph.schema import EdgeType, Label
from graph.store.interface import Counts, GraphStore


def test_an_empty_store_holds_its_meta_node(store: GraphStore) -> None:
    """Nothing else is counted, and labels and types with none are left out."""
    assert Counts({Label.META: 1}, {}) == store.counts()


def test_nodes_by_label_and_edges_by_type(small_graph: GraphStore) -> None:
    """In the order of the schema."""
    counts = small_graph.counts()
    assert {
        Label.META: 1,
        Label.PAPER: 1,
        Label.DOCUMENT: 2,
        Label.EVIDENCE: 3,
        Label.METHOD: 2,
        Label.PLAN: 1,
    } == counts.nodes
    assert {
        EdgeType.OF_PAPER: 2,
        EdgeType.QUOTED_FROM: 3,
        EdgeType.EVIDENCED_BY: 4,
        EdgeType.PROPOSES: 1,
        EdgeType.MERGED_INTO: 1,
        EdgeType.KEPT_APART: 2,
        EdgeType.FOLLOWS: 1,
    } == counts.edges
    assert sorted(counts.nodes, key=list(Label).index) == list(counts.nodes)
