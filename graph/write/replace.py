"""Replace the outgoing edges of some nodes: write the new ones, delete those that are no longer meant.

For nodes that are recomputed as a whole (findings, beliefs, patterns), where an edge that is not named again is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.schema import NODES, EdgeType, Label, Ref
from graph.store.interface import DeleteEdges, GraphStore, Row, UpsertEdges, UpsertNodes, WriteOp

NewEdge = tuple[Ref, EdgeType, Ref, Mapping[str, Any]]
_ALL = 1_000_000


def node_op(label: Label, rows: Sequence[Row]) -> UpsertNodes:
    """Return an upsert that leaves no property of an earlier writing behind."""
    names = NODES[label].properties
    return UpsertNodes(label, [{**dict.fromkeys(names), **row} for row in rows])


def replaced_edges(
    store: GraphStore, sources: Sequence[Ref], types: Sequence[EdgeType], edges: Iterable[NewEdge]
) -> list[WriteOp]:
    """Return the operations after which *sources* have exactly *edges* of *types* going out.

    Reads what is there before the transaction: the callers are single writers of their nodes (compile holds a lease,
    a finding has one plan).
    """
    wanted: dict[tuple[EdgeType, Label, Label], dict[tuple[str, str], Mapping[str, Any]]] = defaultdict(dict)
    for src, type, dst, properties in edges:
        wanted[type, src.label, dst.label][src.key, dst.key] = properties
    stale: dict[tuple[EdgeType, Label, Label], list[tuple[str, str]]] = defaultdict(list)
    for found in store.neighbours(sources, types, "out", limit_per_ref=_ALL).values():
        for edge, _ in found:
            kind = (edge.type, edge.src.label, edge.dst.label)
            if (edge.src.key, edge.dst.key) not in wanted[kind]:
                stale[kind].append((edge.src.key, edge.dst.key))
    upserts: list[WriteOp] = [
        UpsertEdges(*kind, [{"src": src, "dst": dst, **properties} for (src, dst), properties in pairs.items()])
        for kind, pairs in wanted.items()
        if pairs
    ]
    return [*(DeleteEdges(*kind, pairs) for kind, pairs in stale.items()), *upserts]
