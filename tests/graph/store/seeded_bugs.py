"""Breaks one rule of the SQLite store at a time and runs the contract file that must notice it.

    python seeded_bugs.py BUG:FILE …

prints one line of JSON for each: the bug, the exit code of pytest, and the end of its output. Each runs in a fork,
since a broken store cannot be mended again. Run by test_the_suite_notices.py.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.store import derived, prepare, terms, values
from graph.store.interface import WriteReport
from graph.store.sqlite import connection, queue, reading, store, walking, writing


def wrap(module: Any, name: str, change: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace a function by a changed one."""
    setattr(module, name, change(getattr(module, name)))


def a_partial_row_replaces() -> None:
    """Properties that a row does not name are lost."""
    writing.merged = lambda _, patch: {name: value for name, value in patch.items() if value is not None}


def none_is_ignored() -> None:
    """None does not remove."""
    writing.merged = lambda stored, patch: stored | {name: value for name, value in patch.items() if value is not None}


def unchanged_counts_as_updated() -> None:
    """The report says updated for rows that are as they were."""

    def change(real: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any) -> WriteReport:
            report = real(*arguments)
            return WriteReport(report.created, report.updated + report.unchanged)

        return write

    wrap(writing, "write_nodes", change)


def create_only_is_forgotten() -> None:
    """Properties for creation are written again."""
    wrap(
        writing,
        "write_nodes",
        lambda real: lambda link, op: real(link, dataclasses.replace(op, create_only=frozenset())),
    )


def missing_ends_vanish() -> None:
    """Edges without an end are dropped in silence."""

    def change(real: Callable[..., Any]) -> Callable[..., Any]:
        def write(link: Any, op: Any) -> Any:
            sources = writing.node_ids(link, op.src_label, {src for src, _ in op.patches})
            targets = writing.node_ids(link, op.dst_label, {dst for _, dst in op.patches})
            kept = {pair: patch for pair, patch in op.patches.items() if pair[0] in sources and pair[1] in targets}
            return real(link, dataclasses.replace(op, patches=kept))

        return write

    wrap(writing, "write_edges", change)


def a_batch_is_many_transactions() -> None:
    """Each operation commits by itself."""

    def write_batch(self: Any, ops: Any) -> WriteReport:
        report = WriteReport()
        for op in ops:
            with self._connections.writing() as link:
                report += writing.apply(link, prepare.prepare(op))
        return report

    store.SqliteStore.write_batch = write_batch


def nan_is_let_through() -> None:
    """Floats are not checked."""
    values.node_coercions.cache_clear()
    values._BY_TYPE[values.ValueType.FLOAT] = float


def duplicates_overwrite() -> None:
    """Of two rows of one key the first counts."""
    prepare._refuse_conflict = lambda *_: None


def deletion_leaves_edges() -> None:
    """Foreign keys are off."""

    def change(real: Callable[..., Any]) -> Callable[..., Any]:
        def open_without(self: Any) -> Any:
            link = real(self)
            link.execute("PRAGMA foreign_keys=OFF")
            return link

        return open_without

    wrap(connection.Connections, "_open", change)


def compare_reads_outside_the_lock() -> None:
    """The value is compared before the write lock is taken."""

    def compare_and_set(self: Any, ref: Any, field: str, expected: Any, new: Any) -> bool:
        op = prepare.condition(ref, field, expected, new)
        with self._connections.reading() as link:
            found = writing.read_for_change(link, ref)
        if found is None or found[1].get(field) != op.expected:
            return False
        with self._connections.writing() as link:
            writing.write_properties(link, [(found[0], ref.label, prepare.merged(found[1], {field: op.new}))])
        return True

    store.SqliteStore.compare_and_set = compare_and_set


def claims_read_outside_the_lock() -> None:
    """Two claimants may read the same pending items."""
    real = connection.Connections.writing

    def claim(self: Any, label: Any, n: int, owner: str, ttl: float, **more: Any) -> Any:
        class Recorder:
            def __init__(self, link: sqlite3.Connection) -> None:
                self.link, self.changes = link, list[Any]()

            def execute(self, *arguments: Any) -> Any:
                return self.link.execute(*arguments)

            def executemany(self, *arguments: Any) -> None:
                self.changes.append(arguments)

        with self._connections.reading() as link:
            recorder = Recorder(link)
            claimed = queue.claim(recorder, label, n, owner, ttl, **{"keys": None, "max_attempts": 5, **more})
        with real(self._connections) as link:
            for change in recorder.changes:
                link.executemany(*change)
        return claimed

    store.SqliteStore.claim = claim


def the_fence_ignores_the_attempt() -> None:
    """An old claim of the same owner passes."""
    queue.still_held = lambda stored, claim: stored.get("state") == "running" and stored.get("owner") == claim.owner


def finish_forgets_to_roll_back() -> None:
    """Of a pack with a lost claim the others are written."""
    wrap(queue, "end", lambda real: lambda *arguments: (real(*arguments), [])[1])


def a_lease_lapses_early() -> None:
    """A lease is over at its last moment."""
    wrap(
        queue,
        "claim",
        lambda real: lambda *a, now, **more: real(*a, now=now + 1, **more),
    )


def lost_items_are_never_given_up() -> None:
    """Attempts are not counted against an item."""
    wrap(
        queue,
        "claim",
        lambda real: lambda *a, max_attempts, **more: real(*a, max_attempts=max_attempts * 1000, **more),
    )


def enqueue_restarts() -> None:
    """An item that exists becomes pending again."""
    wrap(
        store,
        "pending_rows",
        lambda real: lambda *a: dataclasses.replace(real(*a), create_only=frozenset()),
    )


def pages_lose_a_row() -> None:
    """The next page leaves out its first row."""
    wrap(
        reading,
        "scan_nodes",
        lambda real: lambda link, label, after, limit: real(link, label, after, limit)[1 if after else 0 :],
    )


def edges_come_as_stored() -> None:
    """A scan of edges is in the order of ids."""
    wrap(
        reading,
        "_edges_from",
        lambda real: lambda *a: sorted(real(*a), key=lambda edge: edge.dst.key[::-1]),
    )


def absent_values_come_first() -> None:
    """Nodes without the field lead the order."""
    wrap(
        reading,
        "find_nodes",
        lambda real: lambda *a, **more: sorted(real(*a, **more), key=lambda node: more["order_by"] in node.properties),
    )


def loops_are_seen_twice() -> None:
    """A loop is an outgoing and an incoming edge."""

    def change(real: Callable[..., Any]) -> Callable[..., Any]:
        def side(*arguments: Any, **options: Any) -> Any:
            return real(*arguments, **{**options, "loops": True})

        return side

    wrap(walking, "_side", change)


def the_limit_is_forgotten() -> None:
    """A subgraph is not cut."""
    wrap(walking, "subgraph", lambda real: lambda link, seeds, depth, types, _: real(link, seeds, depth, types, 10**6))


def stop_words_are_dropped() -> None:
    """Words such as 'not' are not searched for."""
    wrap(
        terms,
        "terms_of",
        lambda real: lambda text: [term for term in real(text) if term not in {"not", "to", "be", "or"}],
    )


def terms_are_not_stemmed() -> None:
    """Only the exact word is found."""
    terms._stem = lambda word: word


def iteration_stops_after_a_page() -> None:
    """Only the first page is iterated."""
    wrap(
        derived.DerivedOperations,
        "scan_nodes",
        lambda real: lambda self, label: iter([node for node, _ in zip(real(self, label), range(2000), strict=False)]),
    )


def run(bug: str, file: Path) -> tuple[int, str]:
    """Return the exit code and output of the SQLite half of a contract file, run until the first failure."""
    with tempfile.TemporaryFile("w+") as output:
        child = os.fork()
        if child == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            globals()[bug]()
            code = pytest.main(["-q", "-x", "-k", "sqlite", str(file)])
            os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        output.seek(0)
        return code, output.read()


def main() -> None:
    """Run each bug of the command line."""
    for argument in sys.argv[1:]:
        bug, _, file = argument.partition(":")
        code, output = run(bug, Path(file))
        print(json.dumps({"bug": bug, "code": code, "output": output[-2000:]}), flush=True)


if __name__ == "__main__":
    main()
