"""Query plans of the SQLite store: nothing walks a whole table, whatever statistics there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import DeleteEdges, DeleteNodes, Finish, GraphStore, Guard, Step, UpsertEdges
from graph.store.sqlite import SqliteStore

M, E = Ref(Label.METHOD, "m1"), Ref(Label.EVIDENCE, "e1")
STEPS = [Step((EdgeType.EVIDENCED_BY,)), Step((EdgeType.QUOTED_FROM,), "both"), Step((), "in", (Label.EVIDENCE,))]


def _finish(store: GraphStore) -> None:
    store.finish([Finish(each, "done") for each in store.claim(Label.TRIAL, 1, "me", 1, now=0, keys=["t1"])])


OPERATIONS: dict[str, Callable[[GraphStore], Any]] = {
    "get_nodes": lambda s: s.get_nodes(Label.METHOD, ["m1", "m2"]),
    "find by index": lambda s: s.find_nodes(Label.METHOD, {"squash": "s1"}),
    "find by several": lambda s: s.find_nodes(Label.METHOD, {"squash": ["s1", "s2"]}),
    "find by key": lambda s: s.find_nodes(Label.METHOD, after="m1"),
    "neighbours": lambda s: s.neighbours([M, E]),
    "neighbours of type": lambda s: s.neighbours([M], [EdgeType.EVIDENCED_BY], "out"),
    "chain": lambda s: s.chain([M], STEPS),
    "subgraph": lambda s: s.subgraph([M], max_depth=3),
    "search_text": lambda s: s.search_text(Label.METHOD, "name"),
    "scan nodes": lambda s: s.scan(Label.METHOD, after=("m1",)),
    "scan edges": lambda s: s.scan(EdgeType.EVIDENCED_BY, after=("Method", "m1", "Evidence", "e1")),
    "upsert_nodes": lambda s: s.upsert_nodes(Label.METHOD, [{"key": "m1", "name": "new"}, {"key": "m9"}]),
    "upsert_edges": lambda s: s.write_batch(
        [UpsertEdges(EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE, [{"src": "m1", "dst": "e2", "run": "r"}])]
    ),
    "delete": lambda s: s.write_batch(
        [
            DeleteEdges(EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE, [("m1", "e1")]),
            DeleteNodes(Label.EVIDENCE, ["e1"]),
        ]
    ),
    "guard": lambda s: s.write_batch([Guard(M, "run", None, "r")]),
    "claim": lambda s: s.claim(Label.TRIAL, 2, "me", 30, now=0),
    "claim some": lambda s: s.claim(Label.TRIAL, 2, "me", 30, now=0, keys=["t1", "t2"]),
    "finish": _finish,
}


@pytest.fixture
def filled(sqlite_store: SqliteStore) -> SqliteStore:
    """A store with a few hundred nodes and edges, and no statistics."""
    count = range(1, 200)
    sqlite_store.upsert_nodes(Label.METHOD, [{"key": f"m{i}", "name": f"name {i}", "squash": f"s{i}"} for i in count])
    sqlite_store.upsert_nodes(Label.EVIDENCE, [{"key": f"e{i}", "quote": "q"} for i in count])
    sqlite_store.upsert_nodes(Label.DOCUMENT, [{"key": "d"}])
    rows = [{"src": f"m{i}", "dst": f"e{i}"} for i in count]
    sqlite_store.upsert_edges(EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE, rows)
    rows = [{"src": f"e{i}", "dst": "d"} for i in count]
    sqlite_store.upsert_edges(EdgeType.QUOTED_FROM, Label.EVIDENCE, Label.DOCUMENT, rows)
    sqlite_store.enqueue(Label.TRIAL, [{"key": f"t{i}"} for i in count])
    return sqlite_store


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_walks_a_whole_table(filled: SqliteStore, name: str) -> None:
    """Every statement that an operation sends finds its rows through an index."""
    with filled._connections.reading() as link:
        pass
    statements: list[str] = []
    link.set_trace_callback(statements.append)
    OPERATIONS[name](filled)
    link.set_trace_callback(None)
    asked = [each for each in statements if re.match(r"(SELECT|UPDATE|DELETE|INSERT)", each.strip())]
    assert asked
    for statement in asked:
        plan = [row[3] for row in link.execute(f"EXPLAIN QUERY PLAN {statement}")]
        walks = [line for line in plan if re.match(r"SCAN (?!search|hit|wanted|f\b|json_each|near|\()", line)]
        assert [] == walks, (statement, plan)


def test_a_claim_reads_its_items_in_order_from_the_index(filled: SqliteStore) -> None:
    """The first pending items are found without sorting all of them."""
    with filled._connections.reading() as link:
        pass
    statements: list[str] = []
    link.set_trace_callback(statements.append)
    filled.claim(Label.TRIAL, 2, "me", 30, now=0)
    link.set_trace_callback(None)
    pending = next(each for each in statements if "'pending'" in each and each.startswith("SELECT"))
    plan = " ".join(row[3] for row in link.execute(f"EXPLAIN QUERY PLAN {pending}"))
    assert "USING INDEX node_Trial_state" in plan
    assert "TEMP B-TREE" not in plan


def test_several_values_of_an_indexed_field_are_looked_up(filled: SqliteStore) -> None:
    """Names are found by any of many forms through the index of the form, not by walking their label."""
    with filled._connections.reading() as link:
        pass
    statements: list[str] = []
    link.set_trace_callback(statements.append)
    filled.find_nodes(Label.METHOD, {"squash": ("one", "two")}, limit=10, after="m")
    link.set_trace_callback(None)
    asked = next(each for each in statements if each.startswith("SELECT"))
    plan = " ".join(row[3] for row in link.execute(f"EXPLAIN QUERY PLAN {asked}"))
    assert "USING INDEX node_Method_squash" in plan
