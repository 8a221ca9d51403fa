"""The two counters of the Meta node: raised when a batch is published, never in every transaction.

One hot node written by every paper would serialise all writers of a Neo4j, so ingest raises `generation` once at the
end of a run, and learning raises `belief_generation` once per batch of beliefs.
"""

from __future__ import annotations

from typing import Literal

from graph.errors import StaleWrite, StoreVersionError
from graph.schema import Label, Ref
from graph.store.interface import GraphStore

META = Ref(Label.META, "store")
_ATTEMPTS = 1000


def generation(store: GraphStore, field: Literal["generation", "belief_generation"] = "generation") -> int:
    """Return the counter; 0 before anything was published.

    Raises:
        StoreVersionError: the store has no Meta node.
    """
    value = _read(store, field)
    return 0 if value is None else value


def raise_generation(store: GraphStore, field: Literal["generation", "belief_generation"] = "generation") -> int:
    """Raise the counter by one and return its new value; concurrent callers get different values.

    Raises:
        StaleWrite: others raised it a thousand times in the meantime.
        StoreVersionError: the store has no Meta node.
    """
    for _ in range(_ATTEMPTS):
        found = _read(store, field)
        raised = (found or 0) + 1
        if store.compare_and_set(META, field, found, raised):
            return raised
    raise StaleWrite(f"{META} {field} was raised by others {_ATTEMPTS} times in a row; try again")


def _read(store: GraphStore, field: str) -> int | None:
    meta = store.get_nodes(Label.META, [META.key]).get(META.key)
    if meta is None:
        raise StoreVersionError("the store has no Meta node: open it with graph.store.open_store")
    value = meta.properties.get(field)
    return None if value is None else int(value)
