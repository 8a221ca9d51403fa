"""Which of some references exist: writers link what is there and report what is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from graph.schema import Label, Ref
from graph.store.interface import GraphStore

_CHUNK = 1000


def existing(store: GraphStore, refs: Iterable[Ref]) -> set[Ref]:
    """Return those of *refs* that name a node. Use it for membership only: a set has no order."""
    by_label: dict[Label, list[str]] = defaultdict(list)
    for ref in sorted(set(refs)):
        by_label[ref.label].append(ref.key)
    found: set[Ref] = set()
    for label, keys in by_label.items():
        for start in range(0, len(keys), _CHUNK):
            found.update(Ref(label, key) for key in store.get_nodes(label, keys[start : start + _CHUNK]))
    return found
