"""Write which names are variants of which: edges that follow from the two names alone, and never go.

A name is marked as placed once its edges are written, to its parents and from its children. So each edge is written
when the later of the two names is placed, and a kill in between only means that it is done again.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore, Guard, Row, UpsertEdges, UpsertNodes, WriteReport

_CHUNK = 500


def write_variants(
    store: GraphStore, label: Label, rows: Sequence[Row], placed: Sequence[str], *, run: str, fence: Guard
) -> WriteReport:
    """Write the edges *rows* (src, dst, added) and mark the names *placed*.

    Raises:
        StaleWrite: the lease behind *fence* has gone to somebody else.
    """
    total = WriteReport()
    for start in range(0, len(rows), _CHUNK):
        chunk = [{**row, "run": run} for row in rows[start : start + _CHUNK]]
        total += store.write_batch([fence, UpsertEdges(EdgeType.VARIANT_OF, label, label, chunk)])
    for start in range(0, len(placed), _CHUNK):
        marks = [{"key": key, "placed": True} for key in placed[start : start + _CHUNK]]
        total += store.write_batch([fence, UpsertNodes(label, marks)])
    return total
