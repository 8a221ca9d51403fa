"""The tables of the SQLite store, and the indexes that the schema asks for.

Two tables hold everything; `props` is canonical JSON text with sorted keys. The search index covers the nodes that have
terms (`graph.store.terms`) and is kept by triggers: an external-content index without its delete trigger answers with
ghosts, and only ``INSERT INTO search(search, rank) VALUES ('integrity-check', 1)`` would notice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from graph.errors import StoreVersionError
from graph.schema import NODES
from graph.store.identity import META, check_version, new_meta
from graph.store.sqlite.text import dump, load

TABLES = (
    """
    CREATE TABLE node (
        id INTEGER PRIMARY KEY, label TEXT NOT NULL, key TEXT NOT NULL, props TEXT NOT NULL, terms TEXT,
        UNIQUE (label, key)
    )
    """,
    """
    CREATE TABLE edge (
        src INTEGER NOT NULL REFERENCES node(id) ON DELETE CASCADE,
        type TEXT NOT NULL,
        dst INTEGER NOT NULL REFERENCES node(id) ON DELETE CASCADE,
        props TEXT NOT NULL,
        PRIMARY KEY (src, type, dst)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX edge_reverse ON edge (dst, type, src)",
    "CREATE VIEW searched AS SELECT id, label, terms FROM node WHERE terms IS NOT NULL",
    # The terms are letters and digits only, so this tokenizer splits at the spaces between them and nowhere else.
    "CREATE VIRTUAL TABLE search USING fts5 (label, terms, content='searched', content_rowid='id', tokenize='ascii')",
    """
    CREATE TRIGGER search_insert AFTER INSERT ON node WHEN new.terms IS NOT NULL BEGIN
        INSERT INTO search (rowid, label, terms) VALUES (new.id, new.label, new.terms);
    END
    """,
    """
    CREATE TRIGGER search_delete AFTER DELETE ON node WHEN old.terms IS NOT NULL BEGIN
        INSERT INTO search (search, rowid, label, terms) VALUES ('delete', old.id, old.label, old.terms);
    END
    """,
    # SQLite does not promise an order among triggers of one event, so only one of these three fires.
    """
    CREATE TRIGGER search_update AFTER UPDATE OF terms ON node
    WHEN old.terms IS NOT NULL AND new.terms IS NOT NULL AND old.terms <> new.terms BEGIN
        INSERT INTO search (search, rowid, label, terms) VALUES ('delete', old.id, old.label, old.terms);
        INSERT INTO search (rowid, label, terms) VALUES (new.id, new.label, new.terms);
    END
    """,
    """
    CREATE TRIGGER search_forget AFTER UPDATE OF terms ON node WHEN old.terms IS NOT NULL AND new.terms IS NULL BEGIN
        INSERT INTO search (search, rowid, label, terms) VALUES ('delete', old.id, old.label, old.terms);
    END
    """,
    """
    CREATE TRIGGER search_learn AFTER UPDATE OF terms ON node WHEN old.terms IS NULL AND new.terms IS NOT NULL BEGIN
        INSERT INTO search (rowid, label, terms) VALUES (new.id, new.label, new.terms);
    END
    """,
)


def property_sql(name: str, table: str = "") -> str:
    """Return the expression for a property, or for the key. Names come from the schema, never from outside."""
    prefix = f"{table}." if table else ""
    return f"{prefix}key" if name == "key" else f"json_extract({prefix}props, '$.{name}')"


def _property_indexes() -> Iterator[tuple[str, str]]:
    for label, spec in NODES.items():
        for name, each in spec.properties.items():
            if each.indexed:
                index, value = f"node_{label.value}_{name}", property_sql(name)
                where = f"label = '{label.value}'" + (f" AND {value} IS NOT NULL" if each.sparse else "")
                yield index, f"CREATE INDEX {index} ON node ({value}, key) WHERE {where}"


def is_complete(connection: sqlite3.Connection, location: str) -> bool:
    """Say whether the database is ours and has every index. False for an empty one and for a missing index.

    Raises:
        StoreVersionError: a newer schema, or a database of somebody else.
    """
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not names:
        return False
    if "node" not in names or "edge_reverse" not in names:
        raise StoreVersionError(f"{location} holds tables that are not Patternbook's; give an empty file")
    row = connection.execute("SELECT props FROM node WHERE label = ? AND key = ?", META).fetchone()
    check_version(load(row[0]) if row else None, location)
    return all(index in names for index, _ in _property_indexes())


def create(connection: sqlite3.Connection, location: str) -> None:
    """Create what is missing, inside the caller's writing transaction.

    Raises:
        StoreVersionError: as `is_complete`.
    """
    if is_complete(connection, location):
        return  # another process was faster
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not names:
        for statement in TABLES:
            connection.execute(statement)
        connection.execute("INSERT INTO node (label, key, props) VALUES (?, ?, ?)", (*META, dump(new_meta())))
    for index, statement in _property_indexes():
        if index not in names:
            connection.execute(statement)
