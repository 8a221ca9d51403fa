"""The store of record in one SQLite file."""

from graph.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
