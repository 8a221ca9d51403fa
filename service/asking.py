"""A question, from settings or open things to an answer. Imports nothing that imports torch."""

from __future__ import annotations

from graph.home import Home
from graph.snapshot import Snapshot, open_snapshot
from graph.store.interface import GraphStore
from runtime.retrieve import Answer, ask
from service.settings import Settings
from service.workspace import open_workspace


def answer(settings: Settings, intent: str, *, limit: int) -> Answer:
    """Answer *intent* with at most *limit* patterns.

    Raises:
        SnapshotMissing, SnapshotDamaged: nothing can answer; this is looked at before a store is opened.
        StoreUnavailable, StoreVersionError, StoreMismatch, PartMissing: the store cannot be used.
        RetrieveError: there is nothing to look for.
    """
    snapshot = open_snapshot(Home(settings.home))
    with open_workspace(settings, must_exist=True) as workspace:
        return answer_from(snapshot, workspace.store, intent, limit=limit)


def answer_from(snapshot: Snapshot, store: GraphStore, intent: str, *, limit: int) -> Answer:
    """Answer *intent* from what is open already."""
    return ask(snapshot, store, intent, k=limit)
