"""The stage: papers first, then what their live texts name, then a mark on every Document that was seen.

Guarantees: the merges and shown names are a function of the live graph, whatever the order and the number of resolves.
One resolve runs at a time, under a fenced lease; papers may be written meanwhile, and a Document that changes while it
is looked at is looked at again. A kill at any point leaves Documents unseen, and the next resolve completes the work.

A resolve costs what the unseen Documents hold and what their names are like, not what the graph holds.
"""

from __future__ import annotations

import os
import platform
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

from graph.schema import Label
from graph.store.interface import GraphStore, Node, WriteOp
from graph.write.batches import write_in_batches
from graph.write.by_hand import mark_carried_out
from graph.write.lease import HeldLease, hold_lease
from graph.write.resolved import Seen, begin_recount, mark_resolved
from ingest.resolve.by_hand import undecided
from ingest.resolve.counting import NAMES, count
from ingest.resolve.names import refresh_forms, resolve_names
from ingest.resolve.papers import resolve_papers
from ingest.resolve.report import ResolveReport
from ingest.resolve.variants import place

LEASE = "resolve"
_TTL_S = 300.0
_DOCUMENTS = 500  # in one round: bounds memory and the time between two beats of the lease
_PATIENCE = 10  # rounds in which every Document changed while it was looked at


def resolve(
    store: GraphStore,
    *,
    run: str,
    full: bool = False,
    owner: str | None = None,
    clock: Callable[[], float] = time.time,
) -> ResolveReport:
    """Bring merges and shown names up to date with the Documents that are new or changed, or with all (*full*).

    Raises:
        LeaseHeld: another resolve is running; nothing was written.
        StaleWrite, LeaseLost: the lease ran out and another resolve took over; what was written stays and is right.
    """
    owner = owner or f"{platform.node()}:{os.getpid()}"
    total = ResolveReport()
    with hold_lease(store, LEASE, owner=owner, ttl_s=_TTL_S, clock=clock) as lease:
        if full:
            refresh_forms(store, fence=lease.fence)
            begin_recount(store, fence=lease.fence)
            _recount(store, lease)
        stuck = 0
        if decided := undecided(store):
            total += _round(store, [], decided, run, lease)
            mark_carried_out(store, decided, fence=lease.fence)
        while stuck < _PATIENCE and (documents := _unseen(store)):
            report = _round(store, documents, [], run, lease)
            total += report
            stuck = 0 if report.documents else stuck + 1
        return total.model_copy(update={"left": len(documents) if stuck else 0})


def _recount(store: GraphStore, lease: HeldLease) -> None:
    """Count all Documents before any name is judged: a name half counted would lose its merges for a while."""
    after: tuple[str, ...] | None = None
    while page := store.scan(Label.DOCUMENT, after=after, limit=_DOCUMENTS):
        documents = [node for node in page if isinstance(node, Node)]
        count(store, documents, fence=lease.fence)
        lease.keep()
        after = (documents[-1].key,)


def _round(store: GraphStore, documents: list[Node], decided: list[Node], run: str, lease: HeldLease) -> ResolveReport:
    at = datetime.fromtimestamp(lease.clock(), UTC).isoformat()
    fence = lease.fence
    # Papers first: which text of a work is live decides which quotes count.
    by_hand: dict[Label, list[str]] = defaultdict(list)
    for node in decided:
        by_hand[node.ref.label].append(node.key)
    report = resolve_papers(store, documents, by_hand[Label.PAPER], run=run, at=at, fence=fence)
    lease.keep()
    fresh = store.get_nodes(Label.DOCUMENT, [document.key for document in documents])
    touched, written = count(store, list(fresh.values()), fence=fence)
    lease.keep()
    by_label: dict[Label, list[str]] = defaultdict(list)
    for ref in sorted(touched):
        by_label[ref.label].append(ref.key)
    ops: list[WriteOp] = []
    for label in NAMES:
        found, changes = resolve_names(store, label, [*by_label[label], *by_hand[label]], run=run, at=at)
        report += found
        ops += [*changes, *place(store, label, by_label[label], run=run)]
        lease.keep()
    written += write_in_batches(store, ops, fence=fence).written
    lease.keep()
    # A Document that changed since it was listed, also by the merging of papers here, waits for the next round.
    seen = [Seen(document.key, document.properties.get("revision")) for document in documents]
    changed = mark_resolved(store, seen, fence=fence)
    done = len(documents) - len(changed)
    return report + ResolveReport(documents=done, written=written + done)


def _unseen(store: GraphStore) -> list[Node]:
    return store.find_nodes(Label.DOCUMENT, {"resolved": False}, limit=_DOCUMENTS)
