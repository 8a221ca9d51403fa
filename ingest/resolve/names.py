"""Merge names: what their groups are now, against what the store says they are."""

from __future__ import annotations

from collections.abc import Iterable

from graph.names import derived_forms
from graph.schema import Label, Ref
from graph.store.interface import Edge, GraphStore, Guard, WriteOp
from graph.write.batches import write_in_batches
from graph.write.merges import Merge, merge_ops
from graph.write.resolved import name_ops, tally_epoch
from ingest.resolve.cluster import merges_of
from ingest.resolve.counting import NAMES
from ingest.resolve.grouping import grouped
from ingest.resolve.reach import Reach, normal_of
from ingest.resolve.report import ResolveReport


def resolve_names(
    store: GraphStore, label: Label, touched: Iterable[str], *, run: str, at: str
) -> tuple[ResolveReport, list[WriteOp]]:
    """Return what brings the merges and shown names of *label* up to date after the quotes of some names changed."""
    reach = Reach(store, label, tally_epoch(store))
    reach.expand(sorted(set(touched)))
    pairs = reach.decisions()
    groups = grouped(reach.names, pairs, reach.apart)
    wanted = {(merge.src, merge.dst): merge for group in groups for merge in merges_of(group, pairs)}
    stale = sorted(pair for pair in reach.merged if pair not in wanted)
    new = [merge for pair, merge in sorted(wanted.items()) if not says(reach.merged.get(pair), merge)]
    shown = reach.shown(groups)
    report = ResolveReport(names=len(reach.names), merged=len(new), parted=len(stale), renamed=len(shown))
    ops = merge_ops(label, new, removed=stale, run=run, at=at)
    return report, ops + name_ops({Ref(label, key): {"name": name} for key, name in shown.items()})


def refresh_forms(store: GraphStore, *, fence: Guard) -> int:
    """Rewrite the forms derived from names where this version derives others; return how many names that were."""
    changed = 0
    for label in NAMES:
        stale: dict[Ref, dict[str, str | None]] = {}
        for node in store.scan_nodes(label):
            forms = derived_forms(normal_of(node), label)
            if any(node.properties.get(field) != value for field, value in forms.items()):
                stale[node.ref] = forms
        write_in_batches(store, name_ops(stale), fence=fence)
        changed += len(stale)
    return changed


def says(edge: Edge | None, merge: Merge) -> bool:
    """Say whether an edge that is there says what *merge* says."""
    return edge is not None and all(
        edge.properties.get(name) == getattr(merge, name) for name in ("rule", "score", "by", "via")
    )
