"""The Neo4j store: each operation of the interface, a writing one as one managed transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neo4j import ManagedTransaction

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
from graph.store.neo4j import chains, ddl, queue, reading, walking, writing
from graph.store.neo4j.server import Server
from graph.store.prepare import Prepared, check_queued, condition, endings, pending_rows, prepare


class Neo4jStore(DerivedOperations):
    """The store of record on a Neo4j server; see `graph.store.interface.GraphStore` for each operation."""

    def __init__(self, url: str, *, user: str | None = None, password: str | None = None) -> None:
        """Name the server; it is reached by the first operation (call `ensure_schema` first)."""
        self._server = Server(url, user, password)

    def ensure_schema(self) -> None:
        """Create constraints, indexes and the Meta node where they are missing; migrate an older database."""
        ddl.ensure_schema(self._server)
        migrate(self, self._server.url)

    def write_batch(self, ops: Sequence[WriteOp]) -> WriteReport:
        """Apply *ops* in order in one transaction."""
        prepared = [prepare(op) for op in ops]
        return self._server.write(lambda tx: _apply_all(tx, prepared))

    def compare_and_set(self, ref: Ref, field: str, expected: Any, new: Any) -> bool:
        """Set a field if it holds *expected*; False also where the node does not exist."""
        op = condition(ref, field, expected, new)
        return self._server.write(lambda tx: writing.set_if(tx, op)) is None

    def get_nodes(self, label: Label, keys: Sequence[str]) -> dict[str, Node]:
        """Return the nodes that exist, by key."""
        return reading.get_nodes(self._server, label, keys)

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
        return reading.find_nodes(
            self._server,
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
        return walking.neighbours(self._server, refs, types, direction, check_limit(limit_per_ref))

    def chain(self, start: Sequence[Ref], steps: Sequence[Step], *, limit: int = 100) -> list[Path]:
        """Return typed walks of exactly ``len(steps)`` hops."""
        return chains.chains(self._server, start, [steps], check_limit(limit))[0]

    def chains(self, start: Sequence[Ref], routes: Sequence[Sequence[Step]], *, limit: int = 100) -> list[list[Path]]:
        """Return what `chain` returns for each route, in one statement."""
        return chains.chains(self._server, start, routes, check_limit(limit))

    def subgraph(
        self, seeds: Sequence[Ref], *, max_depth: int = 1, types: Sequence[EdgeType] = (), limit: int = 200
    ) -> Subgraph:
        """Return what lies around some nodes."""
        return walking.subgraph(self._server, seeds, max_depth, types, check_limit(limit))

    def counts(self) -> Counts:
        """Count nodes by label and edges by type."""
        return reading.counts(self._server)

    def search_text(self, label: Label, query: str, *, k: int = 10) -> list[TextHit]:
        """Return nodes that hold all terms of *query*."""
        return reading.search_text(self._server, label, query, check_limit(k))

    def scan(
        self, kind: Label | EdgeType, *, after: tuple[str, ...] | None = None, limit: int = 1000
    ) -> list[Node] | list[Edge]:
        """Return a page in order."""
        if isinstance(kind, Label):
            return reading.scan_nodes(self._server, kind, after, check_limit(limit))
        return reading.scan_edges(self._server, kind, after, check_limit(limit))

    def enqueue(self, label: Label, rows: Sequence[Row]) -> WriteReport:
        """Create items as pending; items that exist are left as they are."""
        prepared = pending_rows(label, rows)
        return self._server.write(lambda tx: writing.write_nodes(tx, prepared))

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
        return self._server.write(
            lambda tx: queue.claim(tx, label, check_limit(n), owner, ttl, now=now, keys=keys, max_attempts=max_attempts)
        )

    def beat(self, claims: Sequence[Claimed], ttl: float, *, now: float) -> list[Claimed]:
        """Extend leases; return the claims that are still held."""
        return self._server.write(lambda tx: queue.beat(tx, claims, now + ttl))

    def finish(self, finishes: Sequence[Finish], ops: Sequence[WriteOp] = ()) -> WriteReport:
        """Check every fence, write states and *ops*, in one transaction."""
        ends, prepared = endings(finishes), [prepare(op) for op in ops]

        def work(tx: ManagedTransaction) -> WriteReport:
            if lost := queue.end(tx, ends):
                raise LeaseLost(lost)
            return WriteReport(updated=len(ends)) + _apply_all(tx, prepared)

        return self._server.write(work)

    def health(self) -> Health:
        """Say what this store is."""
        meta = read_meta(self, self._server.url)
        server = self._server.read("CALL dbms.components() YIELD versions, edition RETURN versions[0] AS v, edition")[0]
        version = f"{server['v']} {server['edition']}"
        return Health("neo4j", self._server.url, version, meta["store_id"], meta["schema_version"])

    def close(self) -> None:
        """Release connections; closing twice is allowed."""
        self._server.close()


def _apply_all(tx: ManagedTransaction, prepared: Sequence[Prepared]) -> WriteReport:
    report = WriteReport()
    for op in prepared:
        report += writing.apply(tx, op)
    return report
