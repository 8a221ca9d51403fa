"""The store of record, SQLite or Neo4j behind one interface.

`open_store` is the only place that chooses between them.
"""

from __future__ import annotations

from graph.errors import StoreUnavailable
from graph.store.interface import GraphStore

__all__ = ["open_store"]

_SQLITE = "sqlite:///"
_NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


def open_store(url: str, *, user: str | None = None, password: str | None = None) -> GraphStore:
    """Open the store at *url*; make its schema where the database is empty, migrate it where it is older.

    ``sqlite:///x`` is relative to the working folder, ``sqlite:////x`` absolute; ``sqlite:///:memory:`` is for tests.
    ``neo4j://``, ``neo4j+s://``, ``bolt://`` and their like name a server.

    Raises:
        StoreUnavailable: no such store, it does not answer, or it refuses the credentials.
        StoreVersionError: its schema is newer, or the database is somebody else's.
    """
    store: GraphStore
    scheme = url.partition("://")[0]
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        from graph.store.sqlite import SqliteStore

        store = SqliteStore(url.removeprefix(_SQLITE))
    elif scheme in _NEO4J_SCHEMES:
        from graph.store.neo4j import Neo4jStore

        store = Neo4jStore(url, user=user, password=password)
    else:
        raise StoreUnavailable(
            f"{url!r} names no store; write sqlite:///graph.sqlite, sqlite:////an/absolute/path.sqlite, "
            "neo4j://host:7687, neo4j+s://host:7687 or bolt://host:7687"
        )
    try:
        store.ensure_schema()
    except BaseException:
        store.close()
        raise
    return store
