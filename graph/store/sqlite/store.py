"""The SQLite store: each operation of the interface as one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from graph.errors import LeaseLost
from graph.schema import EdgeType, Label, Ref
from graph.store.derived import DerivedOperations, check_limit
from graph.store.identity import migrate, read_meta
from graph.store.interface import (
    Claimed,
    Counts,
    Direction,
    Edge,
    Finish,
    Health,
    Node,
    Path,
    Row,
    Step,
    Subgraph,
    TextHit,
    WriteOp,
    WriteReport,
)
from graph.store.prepare import check_queued, condition, endings, pending_rows, prepare
from graph.store.sqlite import ddl, queue, reading, walking, writing
from graph.store.sqlite.connection import Connections


class SqliteStore(DerivedOperations):
    """The store of record in one SQLite file; see `graph.store.interface.GraphStore` for each operation."""

    def __init__(self, path: str) -> None:
        """Name the file; it is opened, and made, by the first operation (call `ensure_schema` first)."""
        self._connections = Connections(path)

    def ensure_schema(self) -> None:
        """Create tables, indexes and the Meta node where they are missing; migrate an older database."""
        location = self._connections.location
        with self._connections.reading() as connection:
            complete = ddl.is_complete(connection, location)
        if not complete:
            with self._connections.writing() as connection:
                ddl.create(connection, location)
        migrate(self, location)

    def write_batch(self, ops: Sequence[WriteOp]) -> WriteReport:
        """Apply *ops* in order in one transaction."""
        prepared = [prepare(op) for op in ops]
        report = WriteReport()
        with self._connections.writing() as connection:
            for op in prepared:
                report += writing.apply(connection, op)
        return report

    def compare_and_set(self, ref: Ref, field: str, expected: Any, new: Any) -> bool:
        """Set a field if it holds *expected*; False also where the node does not exist."""
        op = condition(ref, field, expected, new)
        with self._connections.writing() as connection:
            return writing.set_if(connection, op) is None

    def get_nodes(self, label: Label, keys: Sequence[str]) -> dict[str, Node]:
        """Return the nodes that exist, by key."""
        with self._connections.reading() as connection:
            return reading.get_nodes(connection, label, keys)

    def find_nodes(
        self,
        label: Label,
        where: Mapping[str, Any] | None = None,
        *,
        order_by: str | None = None,
        descending: bool = False,
        limit: int = 100,
        after: str | None = None,
    ) -> list[Node]:
        """Return nodes by field values, ordered and paged."""
        with self._connections.reading() as connection:
            return reading.find_nodes(
                connection,
                label,
                where or {},
                order_by=order_by,
                descending=descending,
                limit=check_limit(limit),
                after=after,
            )

    def neighbours(
        self,
        refs: Sequence[Ref],
        types: Sequence[EdgeType] = (),
        direction: Direction = "both",
        *,
        limit_per_ref: int = 100,
    ) -> dict[Ref, list[tuple[Edge, Node]]]:
        """Return the edges of each node with the node at the other end."""
        with self._connections.reading() as connection:
            return walking.neighbours(connection, refs, types, direction, check_limit(limit_per_ref))

    def chain(self, start: Sequence[Ref], steps: Sequence[Step], *, limit: int = 100) -> list[Path]:
        """Return typed walks of exactly ``len(steps)`` hops."""
        with self._connections.reading() as connection:
            return walking.chain(connection, start, steps, check_limit(limit))

    def chains(self, start: Sequence[Ref], routes: Sequence[Sequence[Step]], *, limit: int = 100) -> list[list[Path]]:
        """Return what `chain` returns for each route, as of one moment."""
        with self._connections.reading() as connection:
            return [walking.chain(connection, start, steps, check_limit(limit)) for steps in routes]

    def subgraph(
        self, seeds: Sequence[Ref], *, max_depth: int = 1, types: Sequence[EdgeType] = (), limit: int = 200
    ) -> Subgraph:
        """Return what lies around some nodes."""
        with self._connections.reading() as connection:
            return walking.subgraph(connection, seeds, max_depth, types, check_limit(limit))

    def counts(self) -> Counts:
        """Count nodes by label and edges by type."""
        with self._connections.reading() as connection:
            return reading.counts(connection)

    def search_text(self, label: Label, query: str, *, k: int = 10) -> list[TextHit]:
        """Return nodes that hold all terms of *query*."""
        with self._connections.reading() as connection:
            return reading.search_text(connection, label, query, check_limit(k))

    def scan(
        self, kind: Label | EdgeType, *, after: tuple[str, ...] | None = None, limit: int = 1000
    ) -> list[Node] | list[Edge]:
        """Return a page in order."""
        with self._connections.reading() as connection:
            if isinstance(kind, Label):
                return reading.scan_nodes(connection, kind, after, check_limit(limit))
            return reading.scan_edges(connection, kind, after, check_limit(limit))

    def enqueue(self, label: Label, rows: Sequence[Row]) -> WriteReport:
        """Create items as pending; items that exist are left as they are."""
        prepared = pending_rows(label, rows)
        with self._connections.writing() as connection:
            return writing.write_nodes(connection, prepared)

    def claim(
        self,
        label: Label,
        n: int,
        owner: str,
        ttl: float,
        *,
        now: float,
        keys: Sequence[str] | None = None,
        max_attempts: int = 5,
    ) -> list[Claimed]:
        """Take up to *n* items for *ttl* seconds."""
        check_queued(label)
        with self._connections.writing() as connection:
            return queue.claim(
                connection, label, check_limit(n), owner, ttl, now=now, keys=keys, max_attempts=max_attempts
            )

    def beat(self, claims: Sequence[Claimed], ttl: float, *, now: float) -> list[Claimed]:
        """Extend leases; return the claims that are still held."""
        with self._connections.writing() as connection:
            return queue.beat(connection, claims, now + ttl)

    def finish(self, finishes: Sequence[Finish], ops: Sequence[WriteOp] = ()) -> WriteReport:
        """Check every fence, write states and *ops*, in one transaction."""
        ends, prepared = endings(finishes), [prepare(op) for op in ops]
        report = WriteReport(updated=len(ends))
        with self._connections.writing() as connection:
            if lost := queue.end(connection, ends):
                raise LeaseLost(lost)
            for op in prepared:
                report += writing.apply(connection, op)
        return report

    def health(self) -> Health:
        """Say what this store is."""
        meta = read_meta(self, self._connections.location)
        return Health(
            "sqlite",
            self._connections.location,
            sqlite3.sqlite_version,
            meta["store_id"],
            meta["schema_version"],
        )

    def durability(self) -> tuple[str, int]:
        """Return journal mode and synchronous level as SQLite reports them: ``("wal", 2)`` outside memory."""
        with self._connections.reading() as connection:
            mode, level = (
                connection.execute(f"PRAGMA {each}").fetchone()[0] for each in ("journal_mode", "synchronous")
            )
        return mode, level

    def close(self) -> None:
        """Release connections; closing twice is allowed."""
        self._connections.close()
