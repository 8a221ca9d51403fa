"""`upsert_edges`: identity is (source, type, target), and both ends must be there."""

from __future__ import annotations

import pytest

from graph.errors import ConflictingRows, InvalidValue, MissingEndpoint
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, WriteReport

TYPE, SRC, DST = EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE


@pytest.fixture
def ends(store: GraphStore) -> GraphStore:
    """A store with methods m0 to m2 and evidence e0 to e2."""
    store.upsert_nodes(SRC, [{"key": f"m{i}"} for i in range(3)])
    store.upsert_nodes(DST, [{"key": f"e{i}"} for i in range(3)])
    return store


def test_new_edges_are_created(ends: GraphStore) -> None:
    """Edges are counted as created and read back with their properties."""
    rows = [{"src": "m0", "dst": "e1", "surface": "x"}, {"src": "m0", "dst": "e0", "confidence": 1}]
    assert WriteReport(created=2) == ends.upsert_edges(TYPE, SRC, DST, rows)
    assert [
        ("m0", "e0", {"confidence": 1.0}),
        ("m0", "e1", {"surface": "x"}),
    ] == [(edge.src.key, edge.dst.key, edge.properties) for edge in ends.scan_edges(TYPE)]


def test_the_same_edges_again_change_nothing(ends: GraphStore) -> None:
    """A repeated write is unchanged."""
    rows = [{"src": "m0", "dst": f"e{i}", "confidence": i, "surface": "s"} for i in range(3)]
    ends.upsert_edges(TYPE, SRC, DST, rows)
    assert WriteReport(unchanged=3) == ends.upsert_edges(TYPE, SRC, DST, rows)
    assert 3 == ends.counts().edges[TYPE]


def test_properties_merge_and_none_removes(ends: GraphStore) -> None:
    """As with nodes: a partial row keeps the rest, None removes."""
    ends.upsert_edges(TYPE, SRC, DST, [{"src": "m0", "dst": "e0", "surface": "s", "stance": "supports"}])
    row = {"src": "m0", "dst": "e0", "surface": None, "confidence": 0.5}
    assert WriteReport(updated=1) == ends.upsert_edges(TYPE, SRC, DST, [row])
    assert WriteReport(unchanged=1) == ends.upsert_edges(TYPE, SRC, DST, [{"src": "m0", "dst": "e0"}])
    assert {"stance": "supports", "confidence": 0.5} == next(ends.scan_edges(TYPE)).properties


def test_a_missing_end_rolls_back_and_is_named(ends: GraphStore) -> None:
    """One missing end leaves none of the batch's edges, and all missing ends are listed."""
    rows = [{"src": "m0", "dst": "e0"}, {"src": "m1", "dst": "gone"}, {"src": "lost", "dst": "gone"}]
    with pytest.raises(MissingEndpoint) as caught:
        ends.upsert_edges(TYPE, SRC, DST, rows)
    assert ("Evidence/gone", "Method/lost") == caught.value.missing
    assert [] == list(ends.scan_edges(TYPE))


def test_an_end_of_another_label_does_not_count(ends: GraphStore) -> None:
    """A node with the right key and the wrong label is no end."""
    ends.upsert_nodes(Label.TASK, [{"key": "t"}])
    with pytest.raises(MissingEndpoint, match="Method/t"):
        ends.upsert_edges(TYPE, SRC, DST, [{"src": "t", "dst": "e0"}])


def test_labels_that_the_schema_does_not_join_are_refused(ends: GraphStore) -> None:
    """An edge type leads only where the schema says."""
    with pytest.raises(InvalidValue, match="OF_PAPER does not lead from Method to Evidence"):
        ends.upsert_edges(EdgeType.OF_PAPER, SRC, DST, [{"src": "m0", "dst": "e0"}])


def test_duplicates_in_one_batch(ends: GraphStore) -> None:
    """Equal duplicates are one edge, different ones are refused."""
    row = {"src": "m0", "dst": "e0", "confidence": 1}
    assert WriteReport(created=1) == ends.upsert_edges(TYPE, SRC, DST, [row, dict(row)])
    with pytest.raises(ConflictingRows, match="EVIDENCED_BY from Method/m0 to Evidence/e0"):
        ends.upsert_edges(TYPE, SRC, DST, [row, {**row, "confidence": 0}])


def test_two_types_between_one_pair_are_two_edges(store: GraphStore) -> None:
    """The type is part of the identity, and so is the direction."""
    store.upsert_nodes(Label.METHOD, [{"key": "a"}, {"key": "b"}])
    for type in (EdgeType.MERGED_INTO, EdgeType.KEPT_APART):
        store.upsert_edges(type, Label.METHOD, Label.METHOD, [{"src": "a", "dst": "b"}])
    store.upsert_edges(EdgeType.KEPT_APART, Label.METHOD, Label.METHOD, [{"src": "b", "dst": "a"}])
    assert {EdgeType.MERGED_INTO: 1, EdgeType.KEPT_APART: 2} == store.counts().edges


def test_a_loop_is_an_edge(store: GraphStore) -> None:
    """A node may point at itself."""
    store.upsert_nodes(Label.PLAN, [{"key": "p"}])
    assert WriteReport(created=1) == store.upsert_edges(
        EdgeType.FOLLOWS, Label.PLAN, Label.PLAN, [{"src": "p", "dst": "p"}]
    )
    ref = Ref(Label.PLAN, "p")
    assert [(ref, ref)] == [(edge.src, edge.dst) for edge in store.scan_edges(EdgeType.FOLLOWS)]


def test_many_rows_are_one_transaction(ends: GraphStore) -> None:
    """A missing end in the last of thousands of rows leaves nothing of the first."""
    ends.upsert_nodes(DST, [{"key": f"x{i:04}"} for i in range(4100)])
    rows = [{"src": "m0", "dst": f"x{i:04}"} for i in range(4100)]
    with pytest.raises(MissingEndpoint, match="Evidence/x9999"):
        ends.upsert_edges(TYPE, SRC, DST, [*rows, {"src": "m0", "dst": "x9999"}])
    assert {} == ends.counts().edges
    assert WriteReport(created=4100) == ends.upsert_edges(TYPE, SRC, DST, rows)
