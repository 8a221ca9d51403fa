"""What people decide about names and Papers: these two are one, these two are not, or let the rules say.

Guarantees: a decision is an edge that says who, why and when, holds against the rules in every later resolve, also
after a re-ingest, and can be taken back. Of two decisions about one pair the later one stands. Both nodes are marked in
the same transaction, so that the next resolve looks at them again, however many names the graph holds; the mark goes
when that is done (`mark_carried_out`), unless somebody decided anew in the meantime.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.errors import StaleWrite, UnknownNode
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import (
    DeleteEdges,
    Edge,
    GraphStore,
    Guard,
    Node,
    UpsertEdges,
    UpsertNodes,
    WriteOp,
    WriteReport,
)

DECISIONS = (EdgeType.KEPT_APART, EdgeType.KEPT_TOGETHER)
_ATTEMPTS = 20
_ALL = 1_000_000


@dataclass(frozen=True)
class ByHand:
    """Who decided, why and when."""

    by: str
    reason: str
    at: str


def keep_apart(store: GraphStore, one: Ref, other: Ref, *, by: str, reason: str, at: str) -> WriteReport:
    """Record that two nodes are not one; the next resolve parts them and keeps them so.

    Raises:
        UnknownNode: one of them does not exist.
        ValueError: they are one node, or of two kinds, or *by* would be taken for a rule.
    """
    return _decide(store, one, other, EdgeType.KEPT_APART, ByHand(by, reason, at))


def keep_together(store: GraphStore, one: Ref, other: Ref, *, by: str, reason: str, at: str) -> WriteReport:
    """Record that two nodes are one; the next resolve joins them and keeps them so while both are named.

    Raises:
        UnknownNode, ValueError: as in `keep_apart`.
    """
    return _decide(store, one, other, EdgeType.KEPT_TOGETHER, ByHand(by, reason, at))


def take_back(store: GraphStore, one: Ref, other: Ref) -> WriteReport:
    """Remove what people decided about two nodes, so that the rules decide again. Nothing decided: nothing is written.

    Raises:
        UnknownNode, ValueError: as in `keep_apart`.
    """
    return _decide(store, one, other, None, None)


def mark_carried_out(store: GraphStore, nodes: Iterable[Node], *, fence: Guard) -> None:
    """Take the mark off *nodes*, as they were read before the decisions about them were carried out."""
    for node in sorted(nodes, key=lambda node: node.ref):
        count = node.properties.get("decisions")
        same = Guard(node.ref, "decisions", count, count)
        try:
            store.write_batch([fence, same, UpsertNodes(node.ref.label, [{"key": node.key, "undecided": None}])])
        except StaleWrite:
            store.write_batch([fence])  # raises again when it was the lease that is lost


def _decide(store: GraphStore, one: Ref, other: Ref, type: EdgeType | None, said: ByHand | None) -> WriteReport:
    if one.label is not other.label or one == other:
        raise ValueError(f"{one} and {other} cannot be decided about: name two nodes of one kind")
    if said is not None and (said.by.startswith("rules/") or not said.by.strip()):
        raise ValueError(f"{said.by!r} is nobody's name: say who decides")
    src, dst = sorted([one.key, other.key], reverse=True)
    label = one.label
    for _ in range(_ATTEMPTS):
        nodes = store.get_nodes(label, [src, dst])
        for key in (src, dst):
            if key not in nodes:
                raise UnknownNode(f"{Ref(label, key)} does not exist")
        there = _between(store, Ref(label, src), dst)
        stale = sorted(each for each in there if each is not type)
        if not stale and (type is None or (said is not None and _says(there.get(type), said))):
            return WriteReport()
        ops: list[WriteOp] = [DeleteEdges(each, label, label, [(src, dst), (dst, src)]) for each in stale]
        if type is not None and said is not None:
            row = {"src": src, "dst": dst, "rule": said.reason, "score": 1.0, "by": said.by, "at": said.at}
            ops.append(UpsertEdges(type, label, label, [row]))
        try:
            return store.write_batch([*ops, *_marks(label, nodes)])
        except StaleWrite:
            continue
    raise StaleWrite(f"{one} was decided about by others {_ATTEMPTS} times in a row; try again")


def _between(store: GraphStore, src: Ref, dst: str) -> dict[EdgeType, Edge]:
    found = store.neighbours([src], DECISIONS, "both", limit_per_ref=_ALL)[src]
    return {edge.type: edge for edge, node in found if node.key == dst}


def _says(edge: Edge | None, said: ByHand) -> bool:
    return edge is not None and (edge.properties.get("by"), edge.properties.get("rule")) == (said.by, said.reason)


def _marks(label: Label, nodes: dict[str, Node]) -> list[WriteOp]:
    ops: list[WriteOp] = []
    for key in sorted(nodes):
        count = nodes[key].properties.get("decisions")
        ops.append(Guard(Ref(label, key), "decisions", count, int(count or 0) + 1))
    return [*ops, UpsertNodes(label, [{"key": key, "undecided": True} for key in sorted(nodes)])]
