"""Write which claims contradict each other: what is new is written, what no longer holds goes.

Guarantees: after the call the CONTRADICTS edges between Claims are exactly those given; both claims stay as they were,
with their own quotes. Those of findings are not touched. The batches are idempotent: a killed call is finished by the
next one. Only one compile may write at a time: give the `fence` of the lease it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graph.schema import EdgeType, Label
from graph.store.interface import DeleteEdges, GraphStore, Guard, UpsertEdges, WriteOp, WriteReport

_CHUNK = 500


class Contradiction(NamedTuple):
    """Two claims, by key, the smaller first; `score` is how sure the less sure of the two is."""

    one: str
    other: str
    score: float


def write_contradictions(
    store: GraphStore, pairs: Sequence[Contradiction], *, fence: Guard | None = None
) -> WriteReport:
    """Make the CONTRADICTS edges between Claims those of *pairs*. The report counts deleted edges as updated.

    Raises:
        MissingEndpoint: a claim does not exist.
        StaleWrite: the lease behind *fence* has gone to somebody else.
        ValueError: a pair is not in the order of its keys.
    """
    for pair in pairs:
        if not pair.one < pair.other:
            raise ValueError(f"a contradiction goes from the smaller key to the larger, not {pair.one} to {pair.other}")
    guards: list[WriteOp] = [fence] if fence else []
    kind = (EdgeType.CONTRADICTS, Label.CLAIM, Label.CLAIM)
    there = {
        (edge.src.key, edge.dst.key): edge.properties.get("score")
        for edge in store.scan_edges(EdgeType.CONTRADICTS)
        if edge.src.label is Label.CLAIM
    }
    wanted = {(pair.one, pair.other): pair.score for pair in pairs}
    total = WriteReport()
    stale = sorted(ends for ends in there if ends not in wanted)
    for start in range(0, len(stale), _CHUNK):
        total += store.write_batch([*guards, DeleteEdges(*kind, stale[start : start + _CHUNK])])
    new = sorted(ends for ends, score in wanted.items() if there.get(ends) != score or ends not in there)
    for start in range(0, len(new), _CHUNK):
        rows = [{"src": src, "dst": dst, "score": wanted[src, dst]} for src, dst in new[start : start + _CHUNK]]
        total += store.write_batch([*guards, UpsertEdges(*kind, rows)])
    return total
