"""Write many small operations in few transactions.

A transaction waits for the disk, whatever it holds; what belongs to a handful of names goes in one. Operations keep
their order. A batch that was written stays when a later one fails: only for operations that may be written again.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.store.interface import DeleteEdges, DeleteNodes, GraphStore, Guard, WriteOp, WriteReport

ROWS = 1000  # of one operation and of one transaction; an operation is never cut


def write_in_batches(store: GraphStore, ops: Iterable[WriteOp], *, fence: Guard | None = None) -> WriteReport:
    """Write *ops* in order, each transaction under *fence*. Nothing to write: no transaction.

    Raises:
        StaleWrite: the lease behind *fence* has gone to somebody else.
        MissingEndpoint: an end of an edge does not exist.
    """
    total, batch, rows = WriteReport(), list[WriteOp](), 0
    for op in ops:
        size = _rows(op)
        if batch and rows + size > ROWS:
            total += store.write_batch([*([fence] if fence else []), *batch])
            batch, rows = [], 0
        if size:
            batch.append(op)
            rows += size
    if batch:
        total += store.write_batch([*([fence] if fence else []), *batch])
    return total


def _rows(op: WriteOp) -> int:
    if isinstance(op, Guard):
        return 1
    if isinstance(op, DeleteNodes):
        return len(op.keys)
    return len(op.pairs) if isinstance(op, DeleteEdges) else len(op.rows)
