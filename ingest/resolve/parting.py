"""What somebody has kept apart: read again at every resolve, since it may part what was merged before.

Costs what was ever parted, by hand; not what the graph holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from ingest.resolve.cluster import Pair
from ingest.resolve.counting import NAMES

_PAGE = 1000


def kept_apart(store: GraphStore, label: Label) -> list[Pair]:
    """Return the pairs of nodes of *label* that somebody decided are not one, as (src, dst)."""
    pairs: list[Pair] = []
    for refs in _parted(store, label):
        for found in store.neighbours(refs, [EdgeType.KEPT_APART], "out", limit_per_ref=_PAGE).values():
            pairs += [(edge.src.key, edge.dst.key) for edge, _ in found]
    return sorted(pairs)


def somebody_parted(store: GraphStore) -> bool:
    """Say whether two nodes that are kept apart are merged: then there is work although no Document is new."""
    for label in (*NAMES, Label.PAPER):
        pairs = kept_apart(store, label)
        for start in range(0, len(pairs), _PAGE):
            chunk = pairs[start : start + _PAGE]
            refs = sorted({Ref(label, key) for pair in chunk for key in pair})
            merged = store.neighbours(refs, [EdgeType.MERGED_INTO], "out", limit_per_ref=1)
            targets = {ref.key: found[0][1].key if found else ref.key for ref, found in merged.items()}
            if any(targets[one] == targets[other] for one, other in chunk):
                return True
    return False


def _parted(store: GraphStore, label: Label) -> Iterator[list[Ref]]:
    after: str | None = None
    while page := store.find_nodes(label, {"parted": True}, limit=_PAGE, after=after):
        yield [node.ref for node in page]
        after = page[-1].key
