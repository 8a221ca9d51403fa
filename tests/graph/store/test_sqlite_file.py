"""The SQLite file: how it is opened, and what is said when it cannot be."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable, StoreVersionError
from graph.schema import Label
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.store.sqlite import SqliteStore, connection


def test_missing_folders_are_made(tmp_path: Path) -> None:
    """A file in a folder that does not exist is created with it."""
    store = open_store(f"sqlite:///{tmp_path}/a/b/graph.sqlite")
    store.close()
    assert (tmp_path / "a" / "b" / "graph.sqlite").is_file()


def test_a_relative_address_is_relative_to_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three slashes and no fourth."""
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///x.sqlite")
    assert str(tmp_path / "x.sqlite") == store.health().location
    store.close()


def test_each_connection_has_its_settings(sqlite_store: SqliteStore) -> None:
    """WAL, every commit synced, foreign keys held."""
    with sqlite_store._connections.reading() as link:
        settings = {
            name: link.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "page_size")
        }
    assert {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "page_size": 8192} == settings


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """The sentence names the file."""
    path = tmp_path / "notes.txt"
    path.write_text("These are notes and not a database. " * 100)
    with pytest.raises(StoreUnavailable, match=r"notes\.txt is not a SQLite database"):
        open_store(f"sqlite:///{path}")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """Nor is a path below a file."""
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match=r"folder of .* cannot be created"):
        open_store(f"sqlite:///{tmp_path}/file/graph.sqlite")


def test_a_database_of_somebody_else(tmp_path: Path) -> None:
    """Foreign tables are refused and left alone."""
    with sqlite3.connect(tmp_path / "other.sqlite") as other:
        other.execute("CREATE TABLE node (name TEXT)")
    other.close()
    with pytest.raises(StoreVersionError, match="not Patternbook's"):
        open_store(f"sqlite:///{tmp_path / 'other.sqlite'}")


def test_a_database_that_lost_its_meta_node(tmp_path: Path) -> None:
    """What does not say what it is, is refused."""
    url = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    open_store(url).close()
    with sqlite3.connect(tmp_path / "graph.sqlite") as other:
        other.execute("DELETE FROM node")
    other.close()
    with pytest.raises(StoreVersionError, match="no Meta node"):
        open_store(url)


def test_a_locked_database_says_who_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that does not end is named after the timeout."""
    monkeypatch.setattr(connection, "LOCK_TIMEOUT_S", 0.05)
    store = open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}")
    other = sqlite3.connect(tmp_path / "graph.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="another process has been writing"):
        store.upsert_nodes(Label.METHOD, [{"key": "m"}])
    assert {Label.META: 1} == store.counts().nodes
    other.execute("ROLLBACK")
    other.close()
    store.close()


AS_NOBODY = """
import os, sys
from graph.errors import StoreUnavailable
from graph.store import open_store
open_store("sqlite:///:memory:").close()  # what has to be imported is, before the rights are gone
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    open_store(sys.argv[1])
except StoreUnavailable as error:
    print(error)
"""


def test_no_permission_is_said(tmp_path: Path) -> None:
    """A file, and a folder, that may not be written."""
    path = tmp_path / "graph.sqlite"
    open_store(f"sqlite:///{path}").close()
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    for folder in (tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(folder.stat().st_mode | 0o055)
    for target in (path, tmp_path / "new.sqlite", tmp_path / "new" / "graph.sqlite"):
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, f"sqlite:///{target}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert any(words in done.stdout for words in ("cannot be", "Permission denied")), (done.stdout, done.stderr)
    tmp_path.chmod(0o755)


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    """A file cut and overwritten in the middle gives a sentence and no traceback of SQLite's."""
    path = tmp_path / "graph.sqlite"
    store = open_store(f"sqlite:///{path}")
    store.upsert_nodes(Label.METHOD, [{"key": f"k{i}", "name": "x" * 500} for i in range(500)])
    store.close()
    content = bytearray(path.read_bytes())
    content[8192 * 2 :] = b"\xa5" * (len(content) - 8192 * 2)
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="damaged"):
        open_store(f"sqlite:///{path}").get_nodes(Label.METHOD, [f"k{i}" for i in range(500)])


def test_memory_is_shared_by_threads_and_gone_after(sqlite_store: GraphStore) -> None:
    """`:memory:` is one database for all threads of one store, apart from every other."""
    from concurrent.futures import ThreadPoolExecutor

    store, other = open_store("sqlite:///:memory:"), open_store("sqlite:///:memory:")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda i: store.upsert_nodes(Label.METHOD, [{"key": f"m{i}"}]), range(20)))
    assert 20 == store.counts().nodes[Label.METHOD]
    assert {Label.META: 1} == other.counts().nodes
    assert store.health().store_id != other.health().store_id != sqlite_store.health().store_id
    store.close()
    other.close()
