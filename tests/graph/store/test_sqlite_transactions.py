"""SQLite under kills and beside other readers."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.schema import EdgeType, Label, Ref
from graph.store import open_store
from graph.store.interface import Guard, UpsertNodes
from graph.store.sqlite import SqliteStore

ROWS = 200

WRITER = f"""
import itertools, sys
from graph.schema import EdgeType, Label, Ref
from graph.store import open_store
from graph.store.interface import UpsertEdges, UpsertNodes
store = open_store(sys.argv[1])
first = store.counts().nodes.get(Label.EVIDENCE, 0) // {ROWS}
for batch in itertools.count(first):
    keys = [f"b{{batch:05}}-{{i:03}}" for i in range({ROWS})]
    store.write_batch([
        UpsertNodes(Label.EVIDENCE, [{{"key": key, "quote": f"quote of {{key}} " + "word " * 300}} for key in keys]),
        UpsertNodes(Label.METHOD, [{{"key": keys[0]}}]),
        UpsertEdges(EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE,
                    [{{"src": keys[0], "dst": key}} for key in keys[1:]]),
    ])
    print(batch, flush=True)
"""


def test_a_killed_writer_loses_nothing_and_leaves_nothing_half(tmp_path: Path) -> None:
    """Four kills while writing: every batch that was acknowledged is whole, every other is whole or absent."""
    url = f"sqlite:///{tmp_path / 'graph.sqlite'}"
    acknowledged = -1
    for kill in range(4):
        child = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        for _ in range(kill + 1):  # the next batch is under way when the kill comes
            acknowledged = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in child.stdout.read().split())])
        child.wait()
        child.stdout.close()
    store = open_store(url)
    assert isinstance(store, SqliteStore)
    batches: dict[str, int] = {}
    for node in store.scan_nodes(Label.EVIDENCE):
        batches[node.key[:6]] = batches.get(node.key[:6], 0) + 1
    assert {ROWS} == set(batches.values())
    assert acknowledged + 1 <= len(batches)
    assert len(batches) * (ROWS - 1) == store.counts().edges[EdgeType.EVIDENCED_BY]
    assert ROWS * len(batches) == len(store.search_text(Label.EVIDENCE, "quote word", k=10**6))
    with store._connections.writing() as link:
        assert ("ok",) == link.execute("PRAGMA integrity_check").fetchone()
        link.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    store.close()


def test_readers_go_on_while_one_writes(sqlite_store: SqliteStore) -> None:
    """A read during a write neither waits nor sees a part of it; nor does one of another process."""
    location = sqlite_store.health().location
    script = (
        "import sys; from graph.store import open_store; from graph.schema import Label; "
        "print(open_store(sys.argv[1]).counts().nodes.get(Label.METHOD, 0))"
    )

    def elsewhere() -> str:
        command = [sys.executable, "-c", script, f"sqlite:///{location}"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    sqlite_store.upsert_nodes(Label.METHOD, [{"key": "before"}])
    with ThreadPoolExecutor(1) as thread:
        with sqlite_store._connections.writing() as link:
            link.execute("INSERT INTO node (label, key, props) VALUES ('Method', 'during', '{}')")
            assert 1 == thread.submit(sqlite_store.counts).result().nodes[Label.METHOD]
            assert "1" == elsewhere()
        assert 2 == thread.submit(sqlite_store.counts).result().nodes[Label.METHOD]
    assert "2" == elsewhere()


def test_the_search_index_keeps_its_integrity(sqlite_store: SqliteStore) -> None:
    """After creation, change, removal and deletion, index and content agree; a ghost would be found by rank 1."""
    rows = [{"key": f"m{i}", "name": f"name {i} of many"} for i in range(50)]
    sqlite_store.upsert_nodes(Label.METHOD, rows)
    sqlite_store.upsert_nodes(Label.METHOD, [{"key": f"m{i}", "name": f"other {i}"} for i in range(0, 50, 3)])
    sqlite_store.upsert_nodes(Label.METHOD, [{"key": f"m{i}", "name": None} for i in range(0, 50, 5)])
    sqlite_store.upsert_nodes(Label.METHOD, [{"key": f"m{i}", "name": "back"} for i in range(0, 50, 10)])
    sqlite_store.delete_nodes(Label.METHOD, [f"m{i}" for i in range(0, 50, 4)])
    with sqlite_store._connections.writing() as link:
        link.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")


def test_an_error_inside_a_transaction_rolls_back(sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the error, also Ctrl-C, nothing stays and the connection is free again."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    ops = [UpsertNodes(Label.METHOD, [{"key": "m"}]), Guard(Ref(Label.METHOD, "m"), "name", None, "n")]
    with monkeypatch.context() as patch:
        patch.setattr("graph.store.sqlite.writing._guard", interrupt)
        with pytest.raises(KeyboardInterrupt):
            sqlite_store.write_batch(ops)
    assert {} == sqlite_store.get_nodes(Label.METHOD, ["m"])
    assert 2 == sqlite_store.write_batch(ops).written
