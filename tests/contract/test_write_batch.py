"""`write_batch`: several operations, one transaction."""

from __future__ import annotations

import pytest

from graph.errors import ConflictingRows, InvalidValue, MissingEndpoint, StaleWrite
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import (
    DeleteEdges,
    DeleteNodes,
    GraphStore,
    Guard,
    UpsertEdges,
    UpsertNodes,
    WriteOp,
    WriteReport,
)

NODES = UpsertNodes(Label.METHOD, [{"key": "a"}, {"key": "b"}])
EDGE = UpsertEdges(EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD, [{"src": "b", "dst": "a"}])


def test_later_operations_see_earlier_ones(store: GraphStore) -> None:
    """Edges may lead to nodes of the same batch, and a node may be deleted again."""
    report = store.write_batch([NODES, EDGE, DeleteNodes(Label.METHOD, ["b"])])
    assert WriteReport(created=3, updated=1) == report
    assert {Label.META: 1, Label.METHOD: 1} == store.counts().nodes
    assert {} == store.counts().edges


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (UpsertNodes(Label.TASK, [{"key": "Bad Key"}]), InvalidValue),
        (UpsertNodes(Label.TASK, [{"key": "t", "name": "1"}, {"key": "t", "name": "2"}]), ConflictingRows),
        (UpsertEdges(EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD, [{"src": "a", "dst": "z"}]), MissingEndpoint),
        (Guard(Ref(Label.METHOD, "a"), "name", "other", "new"), StaleWrite),
    ],
)
def test_an_error_in_the_last_operation_undoes_all(store: GraphStore, last: WriteOp, error: type[Exception]) -> None:
    """Creation, change and deletion before the failing operation are rolled back."""
    store.upsert_nodes(Label.METHOD, [{"key": "old", "name": "as it was"}, {"key": "kept"}])
    before = list(store.scan_nodes(Label.METHOD))
    change = UpsertNodes(Label.METHOD, [{"key": "old", "name": "changed"}])
    with pytest.raises(error):
        store.write_batch([NODES, EDGE, change, DeleteNodes(Label.METHOD, ["kept"]), last])
    assert before == list(store.scan_nodes(Label.METHOD))
    assert {} == store.counts().edges


def test_the_report_adds_up(store: GraphStore) -> None:
    """Created, updated (deletions too) and unchanged over all operations; `edges` counts the edges among them."""
    store.write_batch([NODES, EDGE])
    pair = DeleteEdges(EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD, [("b", "a")])
    more = UpsertNodes(Label.METHOD, [{"key": "a", "name": "A"}, {"key": "b"}, {"key": "c"}])
    report = store.write_batch([more, EDGE, pair])
    assert WriteReport(created=1, updated=2, unchanged=2) == report
    assert (3, 1) == (report.written, report.edges)


def test_an_empty_batch_is_allowed(store: GraphStore) -> None:
    """Nothing to do is nothing done."""
    assert WriteReport() == store.write_batch([])


def test_a_failed_batch_leaves_the_store_usable(store: GraphStore) -> None:
    """After a rollback the next write works."""
    with pytest.raises(MissingEndpoint):
        store.write_batch([EDGE])
    assert 3 == store.write_batch([NODES, EDGE]).created
