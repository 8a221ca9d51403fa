"""`neighbours`: the edges around some nodes."""

from __future__ import annotations

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Direction, Edge, GraphStore, Node

M1, M2, LOOP = Ref(Label.METHOD, "m1"), Ref(Label.METHOD, "m2"), Ref(Label.PLAN, "loop")


def around(store: GraphStore, ref: Ref, *types: EdgeType, direction: Direction = "both", limit: int = 100) -> list[str]:
    """Return what lies around *ref* as lines such as ``MERGED_INTO < m2``."""
    found = store.neighbours([ref], types, direction, limit_per_ref=limit)[ref]
    return [f"{edge.type} {'>' if edge.src == ref else '<'} {node.key}" for edge, node in found]


def test_both_directions_in_order(small_graph: GraphStore) -> None:
    """By edge type, out before in, then the other node."""
    assert [
        "EVIDENCED_BY > e1",
        "EVIDENCED_BY > e2",
        "KEPT_APART > m2",
        "KEPT_APART < m2",
        "MERGED_INTO < m2",
        "PROPOSES < d1",
    ] == around(small_graph, M1)


def test_one_direction(small_graph: GraphStore) -> None:
    """Out follows edges from the node, in those that lead to it."""
    assert ["EVIDENCED_BY > e1", "EVIDENCED_BY > e2", "KEPT_APART > m2"] == around(small_graph, M1, direction="out")
    assert ["KEPT_APART < m2", "MERGED_INTO < m2", "PROPOSES < d1"] == around(small_graph, M1, direction="in")


def test_some_types(small_graph: GraphStore) -> None:
    """Only edges of the types asked for."""
    types = (EdgeType.PROPOSES, EdgeType.MERGED_INTO)
    assert ["MERGED_INTO < m2", "PROPOSES < d1"] == around(small_graph, M1, *types)


def test_the_limit_cuts_each_node(small_graph: GraphStore) -> None:
    """The first edges in order are kept, for each node by itself."""
    found = small_graph.neighbours([M1, M2], limit_per_ref=3)
    assert [3, 3] == [len(found[ref]) for ref in (M1, M2)]
    assert ["EVIDENCED_BY > e1", "EVIDENCED_BY > e2", "KEPT_APART > m2"] == around(small_graph, M1, limit=3)


def test_a_loop_is_seen_once(small_graph: GraphStore) -> None:
    """From both sides a loop is one outgoing edge; each single side shows it."""
    for direction in ("both", "out", "in"):
        assert ["FOLLOWS > loop"] == around(small_graph, LOOP, direction=direction)


def test_unknown_nodes_have_no_edges(small_graph: GraphStore) -> None:
    """Every ref asked for is in the answer, each once."""
    gone = Ref(Label.METHOD, "gone")
    assert {gone: [], LOOP: 1} == {
        ref: len(found) or [] for ref, found in small_graph.neighbours([gone, LOOP, gone]).items()
    }
    assert {} == small_graph.neighbours([])


def test_edges_and_nodes_come_whole(small_graph: GraphStore) -> None:
    """With properties, and the edge in its own direction."""
    row = {"src": "m1", "dst": "e1", "confidence": 1}
    small_graph.upsert_edges(EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE, [row])
    evidence = Ref(Label.EVIDENCE, "e1")
    found = small_graph.neighbours([evidence], [EdgeType.EVIDENCED_BY], "in")[evidence]
    edge = Edge(EdgeType.EVIDENCED_BY, M1, evidence, {"confidence": 1.0})
    assert [(edge, Node(M1, {"name": "one"}))] == found
