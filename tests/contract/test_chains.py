"""`chains`: several routes read at once."""

from __future__ import annotations

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Step

ROUTES = [
    [Step((EdgeType.EVIDENCED_BY,)), Step((EdgeType.QUOTED_FROM,), "out", (Label.DOCUMENT,))],
    [],
    [Step((EdgeType.SUPPORTS,), "in")],
    [Step((), "both", (Label.METHOD, Label.DOCUMENT)), Step((), "both")],
    [Step((EdgeType.PROPOSES, EdgeType.KEPT_APART), "in")],
]


def test_each_route_as_if_alone(small_graph: GraphStore) -> None:
    """The answers of `chain`, in the order of the routes; the limit is for each."""
    starts = [Ref(Label.METHOD, "m2"), Ref(Label.EVIDENCE, "e1"), Ref(Label.METHOD, "gone"), Ref(Label.METHOD, "m1")]
    for limit in (1, 3, 100):
        assert [small_graph.chain(starts, route, limit=limit) for route in ROUTES] == small_graph.chains(
            starts, ROUTES, limit=limit
        )


def test_no_routes_and_no_starts(small_graph: GraphStore) -> None:
    """As many answers as routes."""
    assert [] == small_graph.chains([Ref(Label.METHOD, "m1")], [])
    assert [[], []] == small_graph.chains([], ROUTES[:2])
