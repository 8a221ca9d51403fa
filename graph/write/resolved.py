"""What resolve writes beside merges: how often a name is written how, the name to show, and what it has seen.

A name's `tally` counts its live quotes. It is changed by what one Document adds or takes away, in the transaction that
records with the Document what was counted (`counted_extraction`), so a kill or a repeated run never counts a quote
twice, and a name in a hundred thousand papers costs as much as one in ten. Tallies belong to an epoch: one that is
older than the store's counts as empty, and so does what an older `counted_extraction` says. Raising the epoch therefore
starts a recount of everything that may be interrupted at any point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.errors import StaleWrite
from graph.schema import Label, Ref
from graph.store.interface import GraphStore, Guard, UpsertNodes, WriteOp, WriteReport
from graph.write.batches import ROWS
from graph.write.generation import META

_CHUNK = 500


@dataclass(frozen=True)
class Seen:
    """A Document as resolve read it."""

    key: str
    revision: int | None


def tally_epoch(store: GraphStore) -> int:
    """Return the epoch of the tallies that count."""
    meta = store.get_nodes(META.label, [META.key])
    return int(meta[META.key].properties.get("tally_epoch") or 0) if meta else 0


def begin_recount(store: GraphStore, *, fence: Guard) -> None:
    """Mark every Document as unseen, then raise the epoch. Interrupted before its end, the next call does it again."""
    revisions = [(node.key, node.properties.get("revision") or 0) for node in store.scan_nodes(Label.DOCUMENT)]
    for start in range(0, len(revisions), _CHUNK):
        rows = [
            {"key": key, "resolved": False, "revision": revision + 1}
            for key, revision in revisions[start : start + _CHUNK]
        ]
        store.write_batch([fence, UpsertNodes(Label.DOCUMENT, rows)])
    epoch = tally_epoch(store)
    store.write_batch([fence, Guard(META, "tally_epoch", epoch or None, epoch + 1)])


def write_tallies(
    store: GraphStore,
    tallies: Mapping[Ref, Mapping[str, Any] | None],
    counted: Mapping[str, str | None],
    *,
    fence: Guard,
) -> WriteReport:
    """Write tallies of names (None: no live quote is left) and, in the same transaction, what they count."""
    ops: list[WriteOp] = [fence, *_by_label({ref: {"tally": tally} for ref, tally in tallies.items()})]
    rows = [{"key": key, "counted_extraction": value} for key, value in counted.items()]
    return store.write_batch([*ops, UpsertNodes(Label.DOCUMENT, rows)])


def name_ops(names: Mapping[Ref, Mapping[str, Any]]) -> list[WriteOp]:
    """Return what writes the name to show, or a form derived from the normal form, of some nodes."""
    ops, refs = list[WriteOp](), sorted(names)
    for start in range(0, len(refs), ROWS):
        ops += _by_label({ref: names[ref] for ref in refs[start : start + ROWS]})
    return ops


def mark_resolved(store: GraphStore, documents: Sequence[Seen], *, fence: Guard) -> list[str]:
    """Mark Documents as seen; return the keys of those that changed in the meantime and stay unseen."""
    changed: list[str] = []
    for start in range(0, len(documents), _CHUNK):
        chunk = documents[start : start + _CHUNK]
        try:
            store.write_batch([fence, *_marks(chunk)])
        except StaleWrite:
            changed += _mark_each(store, chunk, fence)
    return changed


def _mark_each(store: GraphStore, documents: Iterable[Seen], fence: Guard) -> list[str]:
    changed = []
    for document in documents:
        try:
            store.write_batch([fence, *_marks([document])])
        except StaleWrite:
            store.write_batch([fence])  # raises again when it was the lease that is lost
            changed.append(document.key)
    return changed


def _marks(documents: Sequence[Seen]) -> list[WriteOp]:
    same: list[WriteOp] = [
        Guard(Ref(Label.DOCUMENT, each.key), "revision", each.revision, each.revision) for each in documents
    ]
    return [*same, UpsertNodes(Label.DOCUMENT, [{"key": each.key, "resolved": True} for each in documents])]


def _by_label(rows: Mapping[Ref, Mapping[str, Any]]) -> list[WriteOp]:
    labels = sorted({ref.label for ref in rows})
    return [
        UpsertNodes(label, [{"key": ref.key, **row} for ref, row in rows.items() if ref.label is label])
        for label in labels
    ]
