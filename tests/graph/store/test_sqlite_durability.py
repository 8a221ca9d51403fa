"""Which commits of SQLite wait for the disk."""

from __future__ import annotations

import pytest

from graph.schema import Label
from graph.store.interface import Finish, GraphStore
from graph.store.sqlite import SqliteStore


@pytest.fixture
def levels(sqlite_store: SqliteStore) -> list[tuple[str, int]]:
    """The kinds of transaction that begin, with the synchronous level of each."""
    with sqlite_store._connections.reading() as link:
        pass
    found: list[tuple[str, int]] = []
    busy = False

    def watch(statement: str) -> None:
        nonlocal busy
        if statement == "BEGIN IMMEDIATE" and not busy:
            busy = True
            found.append((statement, link.execute("PRAGMA synchronous").fetchone()[0]))
            busy = False

    link.set_trace_callback(watch)
    return found


def test_claims_and_beats_do_not_wait_everything_else_does(
    sqlite_store: GraphStore, levels: list[tuple[str, int]]
) -> None:
    """FULL is 2, NORMAL is 1; the level is back at FULL after each call."""
    sqlite_store.enqueue(Label.TRIAL, [{"key": "t"}])
    held = sqlite_store.claim(Label.TRIAL, 1, "me", 30, now=0)
    sqlite_store.beat(held, 30, now=1)
    sqlite_store.finish([Finish(held[0], "done")])
    sqlite_store.upsert_nodes(Label.METHOD, [{"key": "m"}])
    assert [2, 1, 1, 2, 2] == [level for _, level in levels]
    assert isinstance(sqlite_store, SqliteStore)
    assert ("wal", 2) == sqlite_store.durability()


def test_the_level_is_back_after_an_error(sqlite_store: SqliteStore) -> None:
    """Also when a claim fails inside its transaction."""
    with pytest.raises(ZeroDivisionError), sqlite_store._connections.writing(wait_for_disk=False):
        raise ZeroDivisionError
    assert ("wal", 2) == sqlite_store.durability()
