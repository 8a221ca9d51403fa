"""`subgraph`: what lies around some nodes, capped."""

from __future__ import annotations

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore

P, M1, LOOP = Ref(Label.PAPER, "p"), Ref(Label.METHOD, "m1"), Ref(Label.PLAN, "loop")


def test_nearest_first_then_by_ref(small_graph: GraphStore) -> None:
    """Seeds, then one hop, then two; each by label and key."""
    found = small_graph.subgraph([P], max_depth=2)
    assert ["p", "d1", "d2", "e1", "e2", "e3", "m1"] == [node.key for node in found.nodes]
    assert not found.truncated


def test_all_edges_among_the_nodes(small_graph: GraphStore) -> None:
    """Also those between nodes of the outermost ring; by type, source, target."""
    found = small_graph.subgraph([M1], max_depth=1)
    assert [
        "EVIDENCED_BY m1 e1",
        "EVIDENCED_BY m1 e2",
        "EVIDENCED_BY m2 e2",
        "KEPT_APART m1 m2",
        "KEPT_APART m2 m1",
        "MERGED_INTO m2 m1",
        "PROPOSES d1 m1",
        "QUOTED_FROM e1 d1",
    ] == [f"{edge.type} {edge.src.key} {edge.dst.key}" for edge in found.edges]


def test_only_some_types(small_graph: GraphStore) -> None:
    """Types restrict both the way and the edges shown."""
    found = small_graph.subgraph([M1], max_depth=3, types=[EdgeType.EVIDENCED_BY])
    assert ["m1", "e1", "e2", "m2", "e3"] == [node.key for node in found.nodes]
    assert {EdgeType.EVIDENCED_BY} == {edge.type for edge in found.edges}


def test_the_limit_cuts_and_says_so(small_graph: GraphStore) -> None:
    """The first nodes of the order stay; exactly as many as there are is not cut."""
    found = small_graph.subgraph([P], max_depth=9, limit=4)
    assert (["p", "d1", "d2", "e1"], True) == ([node.key for node in found.nodes], found.truncated)
    assert ["OF_PAPER", "OF_PAPER", "QUOTED_FROM"] == [edge.type for edge in found.edges]
    whole = small_graph.subgraph([P], max_depth=9, limit=8)
    assert (8, False) == (len(whole.nodes), whole.truncated)
    assert small_graph.subgraph([P, M1, LOOP], max_depth=0, limit=2).truncated


def test_depth_zero_is_the_seeds(small_graph: GraphStore) -> None:
    """By ref, each once, unknown ones left out; with the edges among them."""
    found = small_graph.subgraph([M1, LOOP, M1, Ref(Label.TASK, "gone"), Ref(Label.METHOD, "m2")], max_depth=0)
    assert ["m1", "m2", "loop"] == [node.key for node in found.nodes]
    assert ["FOLLOWS", "KEPT_APART", "KEPT_APART", "MERGED_INTO"] == [edge.type for edge in found.edges]


def test_nothing_from_nothing(small_graph: GraphStore) -> None:
    """No seeds, no graph."""
    found = small_graph.subgraph([])
    assert ((), (), False) == (found.nodes, found.edges, found.truncated)
