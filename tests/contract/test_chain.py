"""`chain`: typed walks of a given number of hops, the shape of every provenance question."""

from __future__ import annotations

from collections.abc import Sequence

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Step

M1, M2 = Ref(Label.METHOD, "m1"), Ref(Label.METHOD, "m2")
QUOTES, FROM, PAPER = Step((EdgeType.EVIDENCED_BY,)), Step((EdgeType.QUOTED_FROM,)), Step((EdgeType.OF_PAPER,))


def walks(store: GraphStore, start: Sequence[Ref], *steps: Step, limit: int = 100) -> list[str]:
    """Return the walks as the keys on their way."""
    return [" ".join(node.key for node in path.nodes) for path in store.chain(start, steps, limit=limit)]


def test_every_walk_is_found(small_graph: GraphStore) -> None:
    """From a method through its quotes to the paper."""
    assert ["m1 e1 d1 p", "m1 e2 d2 p"] == walks(small_graph, [M1], QUOTES, FROM, PAPER)


def test_starts_keep_their_order(small_graph: GraphStore) -> None:
    """Walks come by start as given, each start once, then hop by hop; unknown starts give none."""
    starts = [M2, Ref(Label.METHOD, "gone"), M1, M2, Ref(Label.EVIDENCE, "e1")]
    assert ["m2 e2", "m2 e3", "m1 e1", "m1 e2"] == walks(small_graph, starts, QUOTES)


def test_starts_of_several_labels(small_graph: GraphStore) -> None:
    """The order of starts holds across labels, also where the limit cuts."""
    step = Step((), "both", (Label.DOCUMENT,))
    starts = [Ref(Label.EVIDENCE, "e2"), M1, Ref(Label.PAPER, "p"), Ref(Label.EVIDENCE, "e1")]
    assert ["e2 d2", "m1 d1", "p d1", "p d2", "e1 d1"] == walks(small_graph, starts, step)
    assert ["e2 d2", "m1 d1", "p d1"] == walks(small_graph, starts, step, limit=3)


def test_directions(small_graph: GraphStore) -> None:
    """In follows edges backwards, both follows either."""
    assert ["m1 d1"] == walks(small_graph, [M1], Step((EdgeType.PROPOSES,), "in"))
    assert [] == walks(small_graph, [M1], Step((EdgeType.PROPOSES,), "out"))
    assert ["m1 m2", "m1 m2"] == walks(small_graph, [M1], Step((EdgeType.KEPT_APART,), "both"))
    paths = small_graph.chain([M1], [Step((EdgeType.KEPT_APART,), "both")])
    assert [M1, M2] == [path.edges[0].src for path in paths]


def test_labels_and_types_restrict(small_graph: GraphStore) -> None:
    """No types means all, no labels means any; both may be several."""
    assert ["m1 m2", "m1 m2", "m1 m2"] == walks(small_graph, [M1], Step((), "both", (Label.METHOD,)))
    assert ["m1 d1", "m1 e1", "m1 e2"] == walks(small_graph, [M1], Step((), "both", (Label.EVIDENCE, Label.DOCUMENT)))
    assert ["m1 e1", "m1 e2", "m1 m2"] == walks(small_graph, [M1], Step((EdgeType.EVIDENCED_BY, EdgeType.KEPT_APART)))


def test_a_walk_may_return(small_graph: GraphStore) -> None:
    """Nodes and edges may repeat: a walk is not a path."""
    there, back = Step((EdgeType.PROPOSES,), "in"), Step((EdgeType.PROPOSES,), "out")
    assert ["m1 d1 m1 d1"] == walks(small_graph, [M1], there, back, there)


def test_a_loop_is_walked_once_a_hop(small_graph: GraphStore) -> None:
    """In either direction, and in both together."""
    for direction in ("out", "in", "both"):
        step = Step((EdgeType.FOLLOWS,), direction)
        assert ["loop loop loop"] == walks(small_graph, [Ref(Label.PLAN, "loop")], step, step)


def test_no_steps_is_the_start(small_graph: GraphStore) -> None:
    """A walk of no hops is its start, where that exists."""
    assert ["m2", "m1"] == walks(small_graph, [M2, M1, Ref(Label.METHOD, "gone")])
    assert [] == walks(small_graph, [], QUOTES)


def test_the_limit_keeps_the_first(small_graph: GraphStore) -> None:
    """What is cut is the end of the order."""
    assert ["m2 e2 d2", "m2 e3 d2", "m1 e1 d1"] == walks(small_graph, [M2, M1], QUOTES, FROM, limit=3)


def test_walks_come_whole(small_graph: GraphStore) -> None:
    """Nodes with properties, edges with type, ends in their own direction, and properties."""
    row = {"src": "e1", "dst": "d1", "run": "r"}
    small_graph.upsert_edges(EdgeType.QUOTED_FROM, Label.EVIDENCE, Label.DOCUMENT, [row])
    document, evidence = Ref(Label.DOCUMENT, "d1"), Ref(Label.EVIDENCE, "e1")
    (path,) = small_graph.chain([document], [Step((EdgeType.QUOTED_FROM,), "in")])
    assert (document, evidence) == tuple(node.ref for node in path.nodes)
    assert {"quote": "quote 1"} == path.nodes[1].properties
    assert (evidence, document, {"run": "r"}) == (path.edges[0].src, path.edges[0].dst, path.edges[0].properties)
