"""Operations made ready to write: checked, coerced, sorted, without repetitions. Shared by both stores.

Guarantees: everything that can be refused without reading the database is refused here, before a transaction begins.
Rows are in key order, so that concurrent writers lock nodes in one order and the same rows give the same database.
Equal rows of one batch are one row; rows of one identity with different content raise ConflictingRows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.errors import ConflictingRows, InvalidValue
from graph.schema import EDGES, NODES, EdgeType, Label, Ref
from graph.store.interface import (
    Claimed,
    DeleteEdges,
    DeleteNodes,
    Finish,
    Guard,
    Row,
    UpsertEdges,
    UpsertNodes,
    WriteOp,
)
from graph.store.values import check_key, coerce_field, coerce_patch, edge_coercions, node_coercions

QUEUE_FIELDS = frozenset({"state", "owner", "lease", "attempt"})  # set by the queue's own operations
PENDING, RUNNING = "pending", "running"
_NODE_IDENTITY = frozenset({"key"})
_EDGE_IDENTITY = frozenset({"src", "dst"})

Patch = dict[str, Any]


@dataclass(frozen=True)
class NodePatches:
    """Nodes of one label to create or change, in key order. None in a patch removes the property."""

    label: Label
    patches: Mapping[str, Patch]
    create_only: frozenset[str]


@dataclass(frozen=True)
class EdgePatches:
    """Edges of one type and one pair of labels to create or change, in order of (src, dst)."""

    type: EdgeType
    src_label: Label
    dst_label: Label
    patches: Mapping[tuple[str, str], Patch]


@dataclass(frozen=True)
class NodeKeys:
    """Nodes to delete."""

    label: Label
    keys: Sequence[str]


@dataclass(frozen=True)
class EdgeKeys:
    """Edges to delete."""

    type: EdgeType
    src_label: Label
    dst_label: Label
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Condition:
    """A guard or a compare-and-set with values as stored."""

    ref: Ref
    field: str
    expected: Any
    new: Any


Prepared = NodePatches | EdgePatches | NodeKeys | EdgeKeys | Condition


@dataclass(frozen=True)
class Ending:
    """How one claimed item ends: the fence to check and the patch to apply."""

    ref: Ref
    owner: str
    attempt: int
    patch: Patch


def prepare(op: WriteOp) -> Prepared:
    """Return *op* ready to write.

    Raises:
        InvalidValue, ConflictingRows: it can never be written.
    """
    match op:
        case UpsertNodes():
            return _nodes(op)
        case UpsertEdges():
            return _edges(op)
        case DeleteNodes():
            if op.label is Label.META:
                raise InvalidValue("the Meta node says what this database is; it cannot be deleted")
            return NodeKeys(op.label, sorted({check_key(op.label, key) for key in op.keys}))
        case DeleteEdges():
            _check_ends(op.type, op.src_label, op.dst_label)
            pairs = {(check_key(op.src_label, src), check_key(op.dst_label, dst)) for src, dst in op.pairs}
            return EdgeKeys(op.type, op.src_label, op.dst_label, sorted(pairs))
        case Guard():
            return condition(op.ref, op.field, op.expected, op.new)


def condition(ref: Ref, field: str, expected: Any, new: Any) -> Condition:
    """Return a compare-and-set with its values coerced."""
    check_key(ref.label, ref.key)
    return Condition(ref, field, coerce_field(ref.label, field, expected), coerce_field(ref.label, field, new))


def _nodes(op: UpsertNodes) -> NodePatches:
    coercions = node_coercions(op.label)
    if unknown := sorted(op.create_only - coercions.keys()):
        raise InvalidValue(f"{op.label} has no property {unknown[0]!r} to set on creation only")
    patches: dict[str, Patch] = {}
    for row in op.rows:
        key = check_key(op.label, row.get("key"))
        patch = coerce_patch(f"{op.label}/{key}", coercions, row, _NODE_IDENTITY)
        if patches.setdefault(key, patch) is not patch:
            _refuse_conflict(f"{op.label}/{key}", patches[key], patch)
    return NodePatches(op.label, dict(sorted(patches.items())), op.create_only)


def _edges(op: UpsertEdges) -> EdgePatches:
    _check_ends(op.type, op.src_label, op.dst_label)
    coercions = edge_coercions(op.type)
    patches: dict[tuple[str, str], Patch] = {}
    for row in op.rows:
        identity = check_key(op.src_label, row.get("src")), check_key(op.dst_label, row.get("dst"))
        name = f"{op.type} from {op.src_label}/{identity[0]} to {op.dst_label}/{identity[1]}"
        patch = coerce_patch(name, coercions, row, _EDGE_IDENTITY)
        if patches.setdefault(identity, patch) is not patch:
            _refuse_conflict(name, patches[identity], patch)
    return EdgePatches(op.type, op.src_label, op.dst_label, dict(sorted(patches.items())))


def _check_ends(type: EdgeType, src_label: Label, dst_label: Label) -> None:
    if (src_label, dst_label) not in EDGES[type].ends:
        allowed = "; ".join(f"{src} to {dst}" for src, dst in EDGES[type].ends)
        raise InvalidValue(f"{type} does not lead from {src_label} to {dst_label}; the schema allows {allowed}")


def _refuse_conflict(name: str, first: Patch, second: Patch) -> None:
    if first != second:
        differing = sorted(field for field in first.keys() | second.keys() if first.get(field) != second.get(field))
        fields = ", ".join(differing) or "which properties are named"
        raise ConflictingRows(f"{name} stands twice in one batch with different content ({fields})")


def merged(stored: Patch, patch: Patch) -> Patch:
    """Return *stored* with *patch* applied."""
    result = {**stored, **patch}
    return {name: value for name, value in result.items() if value is not None}


def pending_rows(label: Label, rows: Iterable[Row]) -> NodePatches:
    """Return queue items ready to create.

    Raises:
        InvalidValue: not a queued label, or a row sets what only the queue may set.
    """
    check_queued(label)
    prepared = _nodes(UpsertNodes(label, list(rows)))
    for key, patch in prepared.patches.items():
        if taken := sorted(QUEUE_FIELDS & patch.keys()):
            raise InvalidValue(f"{label}/{key}: {taken[0]!r} is set by the queue")
        patch.update(state=PENDING, attempt=0)
    return NodePatches(label, prepared.patches, frozenset(node_coercions(label)))


def check_queued(label: Label) -> None:
    """Refuse a label without a queue.

    Raises:
        InvalidValue: *label* is not queued.
    """
    if not NODES[label].queued:
        queued = ", ".join(each for each, spec in NODES.items() if spec.queued)
        raise InvalidValue(f"{label} is not a queue; these are: {queued}")


def endings(finishes: Sequence[Finish]) -> list[Ending]:
    """Return *finishes* ready to write, in order of their refs.

    Raises:
        InvalidValue: a state that is none, or a property that only the queue may set.
        ConflictingRows: one item is finished twice.
    """
    prepared: dict[Ref, Ending] = {}
    for each in finishes:
        ref = each.claim.ref
        check_queued(ref.label)
        if each.state == RUNNING:
            raise InvalidValue(f"{ref}: running is no state to finish in")
        if taken := sorted(QUEUE_FIELDS & each.properties.keys()):
            raise InvalidValue(f"{ref}: {taken[0]!r} is set by the queue")
        if ref in prepared:
            raise ConflictingRows(f"{ref} is finished twice in one call")
        patch = coerce_patch(str(ref), node_coercions(ref.label), each.properties, frozenset())
        patch |= {"state": coerce_field(ref.label, "state", each.state), "owner": None, "lease": None}
        prepared[ref] = Ending(ref, each.claim.owner, each.claim.attempt, patch)
    return [prepared[ref] for ref in sorted(prepared)]


def still_held(stored: Mapping[str, Any], claim: Claimed | Ending) -> bool:
    """Say whether *stored* is still held as *claim* says: the fence."""
    return (
        stored.get("state") == RUNNING and stored.get("owner") == claim.owner and stored.get("attempt") == claim.attempt
    )


def given_up(label: Label, attempts: int) -> Patch:
    """Return the patch for an item that was lost too often."""
    message = f"the executor stopped answering in each of {attempts} attempts"
    failure = coerce_field(label, "failure", {"class": "lost_executor", "message": message})
    return {"state": NODES[label].exhausted_state, "owner": None, "lease": None, "failure": failure}
