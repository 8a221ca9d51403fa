"""Items and Runs: the book-keeping of ingest. Outside the graph hash, so nothing here changes what the graph says.

Guarantees: an item is put back only from the state that the caller saw, so two ingests never undo each other's work;
its count of claims starts again, since a new version of a file has not yet cost anybody an attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.errors import StaleWrite
from graph.schema import Label, Ref
from graph.store.interface import GraphStore, Guard, UpsertNodes, WriteOp

_BATCH = 200


def requeue(store: GraphStore, seen: Mapping[str, str]) -> list[str]:
    """Make items pending again, each if it still has the state in *seen* (key to state); return those that were.

    Only for states in which nobody holds the item: done, failed, quarantined.
    """
    keys = sorted(seen)
    put_back: list[str] = []
    for start in range(0, len(keys), _BATCH):
        put_back += _requeue(store, keys[start : start + _BATCH], seen)
    return put_back


def _requeue(store: GraphStore, keys: Sequence[str], seen: Mapping[str, str]) -> list[str]:
    ops: list[WriteOp] = [Guard(Ref(Label.ITEM, key), "state", seen[key], "pending") for key in keys]
    ops.append(UpsertNodes(Label.ITEM, [{"key": key, "attempt": 0} for key in keys]))
    try:
        store.write_batch(ops)
    except StaleWrite:
        if len(keys) == 1:
            return []
        # Somebody took one of them: halve until only that one is left out.
        middle = len(keys) // 2
        return _requeue(store, keys[:middle], seen) + _requeue(store, keys[middle:], seen)
    return list(keys)


def start_run(store: GraphStore, key: str, *, settings: Mapping[str, Any], version: str, at: str) -> None:
    """Record that an ingest run began; its facts name it."""
    store.upsert_nodes(Label.RUN, [{"key": key, "settings": dict(settings), "version": version, "started_at": at}])


def end_run(store: GraphStore, key: str, *, at: str) -> None:
    """Record that an ingest run ended. A run without an end was killed."""
    store.upsert_nodes(Label.RUN, [{"key": key, "ended_at": at}])
