"""Write edges that are derived from the whole graph: what is new is written, what no longer holds goes.

Guarantees: after the call the edges of one kind are exactly those given; their ends stay as they were. The batches are
idempotent: a killed call is finished by the next one. Only one compile may write at a time: give the `fence` of the
lease it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.schema import EdgeType, Label
from graph.store.interface import DeleteEdges, GraphStore, Guard, UpsertEdges, WriteOp, WriteReport

_CHUNK = 500

Kind = tuple[EdgeType, Label, Label]


def write_derived(
    store: GraphStore, kind: Kind, wanted: Mapping[tuple[str, str], Mapping[str, Any]], *, fence: Guard | None = None
) -> WriteReport:
    """Make the edges of *kind* those of *wanted*: (source, target) → properties. Deleted edges count as updated.

    Raises:
        MissingEndpoint: an end does not exist.
        StaleWrite: the lease behind *fence* has gone to somebody else.
    """
    guards: list[WriteOp] = [fence] if fence else []
    type, source, target = kind
    there = {
        (edge.src.key, edge.dst.key): dict(edge.properties)
        for edge in store.scan_edges(type)
        if (edge.src.label, edge.dst.label) == (source, target)
    }
    total = WriteReport()
    stale = sorted(ends for ends in there if ends not in wanted)
    for start in range(0, len(stale), _CHUNK):
        total += store.write_batch([*guards, DeleteEdges(*kind, stale[start : start + _CHUNK])])
    new = sorted(ends for ends, properties in wanted.items() if there.get(ends) != dict(properties))
    for start in range(0, len(new), _CHUNK):
        rows = [{"src": src, "dst": dst, **wanted[src, dst]} for src, dst in new[start : start + _CHUNK]]
        total += store.write_batch([*guards, UpsertEdges(*kind, rows)])
    return total
