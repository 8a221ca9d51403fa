"""The store of record: fifteen named operations and a queue, implemented for SQLite and for Neo4j.

Guarantees of every implementation, held by one contract suite (tests/contract):

* a call that writes is one transaction: all of it or nothing, also after a kill;
* writing the same rows again changes nothing and is reported as `unchanged`;
* results have a total order (by key unless said otherwise) and never depend on the store;
* values are checked against the schema before a store sees them (`graph.store.values`).

Rows are plain dictionaries: a node row is ``{"key": …, **properties}``, an edge row is
``{"src": key, "dst": key, **properties}``. Properties merge into what is there; ``None`` removes one. What may be
written is decided by the writers in `graph.write`, the only ones that `ingest` and `runtime` import.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from graph.schema import EdgeType, Label, Ref

Row = Mapping[str, Any]
Direction = Literal["out", "in", "both"]


@dataclass(frozen=True)
class WriteReport:
    """What a write did. After a retried Neo4j transaction the split between the three is indicative only.

    `edges` says how many of the rows that changed the database are edges.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    edges: int = field(default=0, compare=False)

    def __add__(self, other: WriteReport) -> WriteReport:
        return WriteReport(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.edges + other.edges,
        )

    @property
    def written(self) -> int:
        """Rows that changed the database."""
        return self.created + self.updated


@dataclass(frozen=True)
class UpsertNodes:
    """Create or merge nodes. Properties named in `create_only` are set when a node is created and never after."""

    label: Label
    rows: Sequence[Row]
    create_only: frozenset[str] = frozenset()


@dataclass(frozen=True)
class UpsertEdges:
    """Create or merge edges; identity is (src, type, dst)."""

    type: EdgeType
    src_label: Label
    dst_label: Label
    rows: Sequence[Row]


@dataclass(frozen=True)
class DeleteNodes:
    """Delete nodes and their edges. Keys that are absent are ignored; the others count as updated."""

    label: Label
    keys: Sequence[str]


@dataclass(frozen=True)
class DeleteEdges:
    """Delete edges, given as (src key, dst key). Pairs that are absent are ignored; the others count as updated."""

    type: EdgeType
    src_label: Label
    dst_label: Label
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Guard:
    """Set a field if it holds the expected value (None: absent), else raise StaleWrite and roll the batch back.

    The node must exist by then: earlier operations of the batch may create it.
    """

    ref: Ref
    field: str
    expected: Any
    new: Any


WriteOp = UpsertNodes | UpsertEdges | DeleteNodes | DeleteEdges | Guard


@dataclass(frozen=True)
class Node:
    """A node as read: its reference and its properties without the key."""

    ref: Ref
    properties: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The key, without the label."""
        return self.ref.key


@dataclass(frozen=True)
class Edge:
    """An edge as read."""

    type: EdgeType
    src: Ref
    dst: Ref
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One hop of a chain: along which edge types, in which direction, to which labels (empty: any)."""

    types: tuple[EdgeType, ...]
    direction: Direction = "out"
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Path:
    """A walk: one node more than edges, starting at `nodes[0]`."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Subgraph:
    """Nodes and edges around some seeds; `truncated` says that the limit cut it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool


@dataclass(frozen=True)
class Counts:
    """Nodes by label and edges by type; labels and types with none are left out."""

    nodes: Mapping[Label, int]
    edges: Mapping[EdgeType, int]


@dataclass(frozen=True)
class TextHit:
    """A node found by words. Scores of two stores are not comparable; the hit set is."""

    ref: Ref
    score: float


@dataclass(frozen=True)
class Claimed:
    """An item held for a while. `attempt` is the fencing token: whoever finishes must still hold it."""

    ref: Ref
    owner: str
    attempt: int
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Finish:
    """How one claimed item ends: its new state, and properties that change with it."""

    claim: Claimed
    state: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Health:
    """What `doctor` shows of a store."""

    kind: str
    location: str
    version: str
    store_id: str
    schema_version: int


class GraphStore(Protocol):
    """The store of record. Obtain one from `graph.store.open_store`."""

    def ensure_schema(self) -> None:
        """Create constraints, indexes and the Meta node; idempotent; waits until indexes are online.

        Raises:
            StoreVersionError: a newer schema, or a non-empty database without Meta.
        """

    def write_batch(self, ops: Sequence[WriteOp]) -> WriteReport:
        """Apply *ops* in order in one transaction.

        Raises:
            InvalidValue, ConflictingRows, MissingEndpoint, StaleWrite: nothing was written.
        """

    def upsert_nodes(self, label: Label, rows: Sequence[Row]) -> WriteReport:
        """Create or merge nodes of one label in one transaction."""

    def upsert_edges(self, type: EdgeType, src_label: Label, dst_label: Label, rows: Sequence[Row]) -> WriteReport:
        """Create or merge edges of one type in one transaction; a missing end raises MissingEndpoint."""

    def delete_nodes(self, label: Label, keys: Sequence[str]) -> int:
        """Delete nodes with their edges; return how many nodes there were."""

    def delete_edges(self, type: EdgeType, src_label: Label, dst_label: Label, pairs: Sequence[tuple[str, str]]) -> int:
        """Delete edges; return how many there were."""

    def compare_and_set(self, ref: Ref, field: str, expected: Any, new: Any) -> bool:
        """Set a field if it holds *expected* (None: absent); one of many concurrent callers wins.

        Return False where it does not, also where there is no such node.
        """

    def get_nodes(self, label: Label, keys: Sequence[str]) -> dict[str, Node]:
        """Return the nodes that exist, by key."""

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
        """Return nodes whose fields equal the given values (a tuple or list value means: is one of; None: absent).

        Ordered by *order_by* and then key, absent values last; *after* is the key of the last node of the page before.

        Raises:
            InvalidValue: a field that is unknown, a list or JSON.
            UnknownNode: ordered by a value, and the node *after* is gone.
        """

    def neighbours(
        self,
        refs: Sequence[Ref],
        types: Sequence[EdgeType] = (),
        direction: Direction = "both",
        *,
        limit_per_ref: int = 100,
    ) -> dict[Ref, list[tuple[Edge, Node]]]:
        """Return the edges of each node with the node at the other end (no types: all).

        Ordered by (edge type, out before in, other label, other key) and cut per ref. Refs that do not exist map to [].
        A loop is one outgoing edge where both directions are asked for.
        """

    def chain(self, start: Sequence[Ref], steps: Sequence[Step], *, limit: int = 100) -> list[Path]:
        """Return typed walks of exactly ``len(steps)`` hops; nodes and edges may repeat.

        Ordered by start (as given), then hop by hop: other node, edge type, out before in. A loop is one hop.
        """

    def chains(self, start: Sequence[Ref], routes: Sequence[Sequence[Step]], *, limit: int = 100) -> list[list[Path]]:
        """Return what `chain` returns for each route, all read at once."""

    def subgraph(
        self, seeds: Sequence[Ref], *, max_depth: int = 1, types: Sequence[EdgeType] = (), limit: int = 200
    ) -> Subgraph:
        """Return the nodes within *max_depth* hops, nearest first, then by ref, and all edges among them."""

    def counts(self) -> Counts:
        """Count nodes by label and edges by type."""

    def search_text(self, label: Label, query: str, *, k: int = 10) -> list[TextHit]:
        """Return nodes whose searched properties hold all terms of *query* (lower case, English stems).

        Every character of the query is taken literally. No terms: no hits.
        """

    def scan(
        self, kind: Label | EdgeType, *, after: tuple[str, ...] | None = None, limit: int = 1000
    ) -> list[Node] | list[Edge]:
        """Return a page in order: nodes by key, edges by (src label, src key, dst label, dst key).

        *after* is ``(key,)`` or ``(src_label, src_key, dst_label, dst_key)`` of the last item seen.
        """

    def scan_nodes(self, label: Label) -> Iterator[Node]:
        """Iterate over all nodes of a label in key order, page by page."""

    def scan_edges(self, type: EdgeType) -> Iterator[Edge]:
        """Iterate over all edges of a type in the order of `scan`, page by page."""

    def enqueue(self, label: Label, rows: Sequence[Row]) -> WriteReport:
        """Create items of a queued label as ``pending`` with attempt 0; items that exist are left as they are."""

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
        """Take up to *n* items for *ttl* seconds: pending ones, or running ones whose lease has run out; by key.

        Running items with a lapsed lease and *max_attempts* attempts are given up: they get the label's exhausted
        state with failure class ``lost_executor``. *keys* restricts the choice to some items.
        """

    def beat(self, claims: Sequence[Claimed], ttl: float, *, now: float) -> list[Claimed]:
        """Extend leases; return the claims that are still held (owner, attempt and state match)."""

    def finish(self, finishes: Sequence[Finish], ops: Sequence[WriteOp] = ()) -> WriteReport:
        """Check every fence, write states and *ops*, in one transaction.

        Raises:
            LeaseLost: one of the claims is no longer held; nothing was written.
        """

    def health(self) -> Health:
        """Say what this store is.

        Raises:
            StoreUnavailable: it does not answer.
        """

    def close(self) -> None:
        """Release connections. Closing twice is allowed."""
