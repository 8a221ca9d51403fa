"""Has somebody parted nodes that are merged? Then there is work although no Document is new."""

from __future__ import annotations

from collections.abc import Mapping

from graph.schema import EdgeType, Ref
from graph.store.interface import GraphStore

_PAGE = 1000


def somebody_parted(store: GraphStore) -> bool:
    """Say whether two nodes that are kept apart are in one group. Costs what was ever parted, by hand."""
    pairs = [(edge.src, edge.dst) for edge in store.scan_edges(EdgeType.KEPT_APART)]
    for start in range(0, len(pairs), _PAGE):
        chunk = pairs[start : start + _PAGE]
        targets = _targets(store, sorted({ref for pair in chunk for ref in pair}))
        if any(targets[one] == targets[other] for one, other in chunk):
            return True
    return False


def _targets(store: GraphStore, refs: list[Ref]) -> Mapping[Ref, Ref]:
    """Return the node that each was merged into, itself where it was not."""
    found = store.neighbours(refs, [EdgeType.MERGED_INTO], "out", limit_per_ref=1)
    return {ref: found[ref][0][1].ref if found[ref] else ref for ref in refs}
