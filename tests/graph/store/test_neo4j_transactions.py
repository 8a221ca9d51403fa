"""Neo4j only: retries without a second effect, locks, batches, and what is left in the database."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import neo4j
import pytest
from neo4j.exceptions import TransientError

from graph.errors import StoreUnavailable, StoreVersionError
from graph.schema import NODES, EdgeType, Label, Ref
from graph.store import open_store
from graph.store.interface import Finish, Guard, UpsertEdges, UpsertNodes
from graph.store.neo4j import Neo4jStore, ddl, queue, server, writing

pytestmark = pytest.mark.neo4j


@pytest.fixture
def neo4j_store(clean_neo4j_url: str) -> Iterator[Neo4jStore]:
    """An empty Neo4j store."""
    store = open_store(clean_neo4j_url)
    assert isinstance(store, Neo4jStore)
    yield store
    store.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The statements sent inside writing transactions, with their parameters."""
    recorded: list[tuple[str, dict[str, Any]]] = []
    run, run_counted = server.run, server.run_counted

    def recording(tx: neo4j.ManagedTransaction, query: str, /, **parameters: Any) -> Any:
        recorded.append((query, parameters))
        return run(tx, query, **parameters)

    def recording_counted(tx: neo4j.ManagedTransaction, query: str, /, **parameters: Any) -> Any:
        recorded.append((query, parameters))
        return run_counted(tx, query, **parameters)

    for module in (writing, queue):
        monkeypatch.setattr(module, "run", recording)
    monkeypatch.setattr(writing, "run_counted", recording_counted)
    return recorded


def fail_once_after(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> list[int]:
    """Make a function raise a transient error after its first effect; return a list with one entry for each call."""
    original, calls = getattr(module, name), list[int]()

    def failing(*arguments: Any, **options: Any) -> Any:
        answer = original(*arguments, **options)
        calls.append(len(calls))
        if len(calls) == 1:
            raise TransientError
        return answer

    monkeypatch.setattr(module, name, failing)
    return calls


def test_a_retried_batch_has_one_effect(neo4j_store: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transient error after the writing: the batch runs again and is there once."""
    calls = fail_once_after(monkeypatch, writing, "apply")
    ops = [UpsertNodes(Label.METHOD, [{"key": "m", "name": "mixup"}]), Guard(Ref(Label.METHOD, "m"), "run", None, "r")]
    assert 2 == neo4j_store.write_batch(ops).written
    assert 3 == len(calls)
    assert 1 == neo4j_store.counts().nodes[Label.METHOD]


def test_a_retried_claim_takes_one_attempt(neo4j_store: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failed try is rolled back: the attempt is counted once."""
    neo4j_store.enqueue(Label.TRIAL, [{"key": "t"}])
    fail_once_after(monkeypatch, queue, "claim")
    assert [1] == [each.attempt for each in neo4j_store.claim(Label.TRIAL, 5, "me", 30, now=0)]


def test_a_retried_finish_is_not_lost(neo4j_store: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fence of the second try sees the item as it was before the first."""
    neo4j_store.enqueue(Label.TRIAL, [{"key": "t"}])
    held = neo4j_store.claim(Label.TRIAL, 1, "me", 30, now=0)
    fail_once_after(monkeypatch, queue, "end")
    neo4j_store.finish([Finish(held[0], "done")], [UpsertNodes(Label.MEASUREMENT, [{"key": "m", "value": 1}])])
    assert 1 == neo4j_store.counts().nodes[Label.MEASUREMENT]


def test_a_deadlock_is_retried_in_silence(
    neo4j_store: Neo4jStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Two batches that lock two nodes in opposite order both succeed, and the log says nothing."""
    neo4j_store.upsert_nodes(Label.METHOD, [{"key": "a"}, {"key": "b"}])
    both_hold_one = threading.Barrier(2, timeout=30)
    original, tries = writing.set_if, list[str]()

    def meeting(tx: neo4j.ManagedTransaction, op: Any) -> str | None:
        answer = original(tx, op)
        tries.append(op.ref.key)
        if len(tries) <= 2:
            both_hold_one.wait()
        return answer

    monkeypatch.setattr(writing, "set_if", meeting)

    def write(field: str, keys: str) -> None:
        neo4j_store.write_batch([Guard(Ref(Label.METHOD, key), field, None, field) for key in keys])

    with caplog.at_level(logging.WARNING), ThreadPoolExecutor(2) as threads:
        list(threads.map(write, ("squash", "run"), ("ab", "ba")))
    assert len(tries) > 4, "no deadlock happened"
    assert [] == caplog.records
    for node in neo4j_store.scan_nodes(Label.METHOD):
        assert {"run": "run", "squash": "squash"} == node.properties


def test_rows_are_sorted_in_every_statement(neo4j_store: Neo4jStore, sent: list[tuple[str, dict[str, Any]]]) -> None:
    """Nodes by key and edges by both ends: writers lock in one order."""
    keys = [f"k{i}" for i in (5, 3, 9, 1)]
    neo4j_store.write_batch(
        [
            UpsertNodes(Label.METHOD, [{"key": key} for key in keys]),
            UpsertEdges(EdgeType.KEPT_APART, Label.METHOD, Label.METHOD, [{"src": k, "dst": "k5"} for k in keys]),
        ]
    )
    neo4j_store.enqueue(Label.TRIAL, [{"key": key} for key in keys])
    neo4j_store.finish([Finish(each, "done") for each in neo4j_store.claim(Label.TRIAL, 4, "me", 9, now=0)[::-1]])
    lists = [parameters[name] for _, parameters in sent for name in ("rows", "keys") if parameters.get(name)]
    assert len(lists) >= 6
    for rows in lists:
        names = [row if isinstance(row, str) else (row.get("src"), row.get("dst"), row.get("key")) for row in rows]
        assert names == sorted(names, key=str)


def test_two_thousand_rows_are_one_statement(
    neo4j_store: Neo4jStore, sent: list[tuple[str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch stays one transaction: 2,000 rows one statement, 4,100 three, each batch one transaction."""
    transactions = list[int]()
    original = server.Server.write

    def counting(self: server.Server, work: Any) -> Any:
        transactions.append(1)
        return original(self, work)

    monkeypatch.setattr(server.Server, "write", counting)
    neo4j_store.upsert_nodes(Label.METHOD, [{"key": f"a{i}"} for i in range(2000)])
    assert (1, 1) == (len(sent), len(transactions))
    neo4j_store.upsert_nodes(Label.METHOD, [{"key": f"b{i}"} for i in range(4100)])
    assert (4, 2) == (len(sent), len(transactions))


def test_both_ends_of_a_match_carry_labels(neo4j_store: Neo4jStore, sent: list[tuple[str, dict[str, Any]]]) -> None:
    """Without a label Neo4j would look through all nodes: 71 s instead of 1.5 s for 20,000 edges."""
    neo4j_store.upsert_nodes(Label.METHOD, [{"key": "a"}, {"key": "b"}])
    neo4j_store.upsert_edges(EdgeType.KEPT_APART, Label.METHOD, Label.METHOD, [{"src": "a", "dst": "b"}])
    neo4j_store.delete_edges(EdgeType.KEPT_APART, Label.METHOD, Label.METHOD, [("a", "b")])
    for query, _ in sent:
        assert re.findall(r"\(\w+ ?\{", query) == []
        assert re.findall(r"\(\w+:\w+ \{", query)


def test_the_lock_is_taken_before_the_state_is_read(
    neo4j_store: Neo4jStore, sent: list[tuple[str, dict[str, Any]]]
) -> None:
    """Claim, beat, finish and compare-and-set lock a node in the statement that reads it."""
    neo4j_store.enqueue(Label.TRIAL, [{"key": "t"}])
    sent.clear()
    held = neo4j_store.claim(Label.TRIAL, 1, "me", 30, now=0)
    neo4j_store.beat(held, 30, now=1)
    neo4j_store.finish([Finish(held[0], "done")])
    neo4j_store.compare_and_set(Ref(Label.TRIAL, "t"), "label", None, "x")
    reads = [query for query, _ in sent if "properties(n)" in query]
    assert 4 == len(reads)
    assert all("SET n._lock = 1 REMOVE n._lock RETURN" in query for query in reads)


def test_nothing_of_the_stores_own_stays_on_a_node(neo4j_store: Neo4jStore, clean_neo4j_url: str) -> None:
    """Locks leave no property behind; labels of our own are few and unseen."""
    neo4j_store.enqueue(Label.TRIAL, [{"key": "t"}])
    held = neo4j_store.claim(Label.TRIAL, 1, "me", 30, now=0)
    neo4j_store.beat(held, 30, now=1)
    neo4j_store.compare_and_set(Ref(Label.TRIAL, "t"), "label", "no", "x")
    neo4j_store.finish([Finish(held[0], "done")])
    with neo4j.GraphDatabase.driver(clean_neo4j_url) as driver:
        rows = driver.execute_query("MATCH (n) WHERE n._lock IS NOT NULL RETURN n").records
        labels = driver.execute_query("MATCH (n) RETURN DISTINCT labels(n) AS labels").records
    assert [] == rows
    assert {("Meta",), ("Trial",), ("_Queue",)} == {tuple(row["labels"]) for row in labels}
    assert {Label.META, Label.TRIAL} == set(neo4j_store.counts().nodes)


class _NewDatabase(server.Server):
    """An empty database that only remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__("bolt://nowhere", None, None)
        self.asked: list[str] = []

    def read(self, query: str, /, **_: Any) -> list[Any]:
        return [] if query.startswith("SHOW") else [{"meta": None, "filled": False}]

    def write(self, work: Any) -> Any:
        assert callable(work)
        self.asked.append("write")

    def define(self, statements: Any) -> None:
        self.asked += statements


def test_constraints_come_before_the_first_write() -> None:
    """One uniqueness constraint for each label and an awaited index, and only then a node."""
    database = _NewDatabase()
    ddl.ensure_schema(database)
    constraints = [each for each in database.asked if each.startswith("CREATE CONSTRAINT")]
    assert {*(label.value for label in Label), "_Queue"} == {re.findall(r"n:(\w+)", each)[0] for each in constraints}
    assert all("REQUIRE n.key IS UNIQUE" in each for each in constraints)
    assert ["CALL db.awaitIndexes(300)", "write"] == database.asked[-2:]


def test_constraints_and_indexes_exist(neo4j_store: Neo4jStore) -> None:
    """Each label its constraint; each indexed and each searched property its index; all online."""
    rows = neo4j_store._server.read("SHOW INDEXES YIELD name, state, type")
    assert {"ONLINE"} == {row["state"] for row in rows}
    names = {row["name"] for row in rows}
    for label, spec in NODES.items():
        assert f"{label.value}_key" in names
        for name, each in spec.properties.items():
            if each.indexed:
                assert f"{label.value}_{name}" in names
        if any(each.searched for each in spec.properties.values()):
            assert f"{label.value}_text" in names


def test_claims_and_scans_read_the_index_in_order(
    neo4j_store: Neo4jStore, sent: list[tuple[str, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first items of a claim and of a page are found without sorting all there are."""
    neo4j_store.upsert_nodes(Label.METHOD, [{"key": f"m{i}"} for i in range(50)])
    neo4j_store.enqueue(Label.TRIAL, [{"key": f"t{i}"} for i in range(50)])
    read = neo4j_store._server.read

    def recording(query: str, /, **parameters: Any) -> Any:
        sent.append((query, parameters))
        return read(query, **parameters)

    monkeypatch.setattr(neo4j_store._server, "read", recording)
    sent.clear()
    neo4j_store.claim(Label.TRIAL, 2, "me", 30, now=0)
    neo4j_store.scan(Label.METHOD, after=("m1",))
    neo4j_store.scan(EdgeType.KEPT_APART)
    neo4j_store.find_nodes(Label.METHOD, after="m1")
    for query, parameters in [each for each in sent if "ORDER BY" in each[0]]:
        with neo4j_store._server._session(neo4j.READ_ACCESS) as session:
            plan = session.run(f"EXPLAIN {query}", parameters).consume().plan  # type: ignore[arg-type]
        operators = set(_operators(plan))
        names = {name for name, _ in operators}
        assert any("Index" in name for name in names), names
        assert not names & {"Top@neo4j", "NodeByLabelScan@neo4j"}, (query, names)
        # A claim sorts the few keys it is about to lock, and nothing else.
        assert {details for name, details in operators if name == "Sort@neo4j"} <= {"found ASC"}


def _operators(plan: Any) -> Iterator[tuple[str, str]]:
    yield plan["operatorType"], plan["args"].get("Details", "")
    for child in plan.get("children", []):
        yield from _operators(child)


def test_a_database_of_somebody_else_is_refused(clean_neo4j_url: str) -> None:
    """Nodes without a Meta node: not ours, not touched."""
    with neo4j.GraphDatabase.driver(clean_neo4j_url) as driver:
        driver.execute_query("CREATE (:Thing {name: 'theirs'})")
        with pytest.raises(StoreVersionError, match="no Meta node"):
            open_store(clean_neo4j_url)
        assert 1 == driver.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"]


@pytest.mark.parametrize("url", ["bolt://127.0.0.1:1", "neo4j://127.0.0.1:1"])
def test_a_server_that_does_not_answer_is_named(url: str) -> None:
    """The sentence says where and asks whether it runs."""
    with pytest.raises(StoreUnavailable, match=f"Neo4j at {url} does not answer.*is it running"):
        open_store(url)


def test_the_driver_packs_with_its_extension() -> None:
    """Pure Python packs 31,000 rows a second, the extension twenty times as many."""
    from neo4j._codec.packstream import v1

    assert v1._rust_pack is not None
    assert v1._rust_unpack is not None
