"""Which names are variants of which: edges that follow from the two names alone, and never go.

A name is marked as placed with, or after, its edges to its parents and from its children. So each edge is written when
the later of the two names is placed, and a kill in between only means that it is done again.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.schema import EdgeType, Label
from graph.store.interface import Row, UpsertEdges, UpsertNodes, WriteOp
from graph.write.batches import ROWS


def variant_ops(label: Label, rows: Sequence[Row], placed: Sequence[str], *, run: str) -> list[WriteOp]:
    """Return what writes the edges *rows* (src, dst, added) and then marks the names *placed*, in this order."""
    ops: list[WriteOp] = []
    for start in range(0, len(rows), ROWS):
        chunk = [{**row, "run": run} for row in rows[start : start + ROWS]]
        ops.append(UpsertEdges(EdgeType.VARIANT_OF, label, label, chunk))
    for start in range(0, len(placed), ROWS):
        ops.append(UpsertNodes(label, [{"key": key, "placed": True} for key in placed[start : start + ROWS]]))
    return ops
