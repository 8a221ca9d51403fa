"""Operations that follow from others, the same for every store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from graph.errors import InvalidValue
from graph.keys import is_key
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import (
    DeleteEdges,
    DeleteNodes,
    Edge,
    Node,
    Row,
    UpsertEdges,
    UpsertNodes,
    WriteOp,
    WriteReport,
)

_PAGE = 2000


class DerivedOperations(ABC):
    """Single writes as batches of one, and iteration as pages."""

    @abstractmethod
    def write_batch(self, ops: Sequence[WriteOp]) -> WriteReport:
        """Apply *ops* in one transaction."""

    @abstractmethod
    def scan(
        self, kind: Label | EdgeType, *, after: tuple[str, ...] | None = None, limit: int = 1000
    ) -> list[Node] | list[Edge]:
        """Return a page in order."""

    def upsert_nodes(self, label: Label, rows: Sequence[Row]) -> WriteReport:
        """Create or merge nodes of one label in one transaction."""
        return self.write_batch([UpsertNodes(label, rows)])

    def upsert_edges(self, type: EdgeType, src_label: Label, dst_label: Label, rows: Sequence[Row]) -> WriteReport:
        """Create or merge edges of one type in one transaction."""
        return self.write_batch([UpsertEdges(type, src_label, dst_label, rows)])

    def delete_nodes(self, label: Label, keys: Sequence[str]) -> int:
        """Delete nodes with their edges; return how many nodes there were."""
        return self.write_batch([DeleteNodes(label, keys)]).updated

    def delete_edges(self, type: EdgeType, src_label: Label, dst_label: Label, pairs: Sequence[tuple[str, str]]) -> int:
        """Delete edges; return how many there were."""
        return self.write_batch([DeleteEdges(type, src_label, dst_label, pairs)]).updated

    def scan_nodes(self, label: Label) -> Iterator[Node]:
        """Iterate over all nodes of a label in key order. Pages are read one by one, not as of one moment."""
        after: tuple[str, ...] | None = None
        while page := cast("list[Node]", self.scan(label, after=after, limit=_PAGE)):
            yield from page
            if len(page) < _PAGE:
                return
            after = (page[-1].key,)

    def scan_edges(self, type: EdgeType) -> Iterator[Edge]:
        """Iterate over all edges of a type in the order of `scan`. Pages are read one by one."""
        after: tuple[str, ...] | None = None
        while page := cast("list[Edge]", self.scan(type, after=after, limit=_PAGE)):
            yield from page
            if len(page) < _PAGE:
                return
            after = edge_position(page[-1])


def edge_position(edge: Edge) -> tuple[str, str, str, str]:
    """Return where *edge* stands in a scan: the value for its `after`."""
    return edge.src.label.value, edge.src.key, edge.dst.label.value, edge.dst.key


def check_limit(limit: int) -> int:
    """Return *limit*.

    Raises:
        InvalidValue: it is negative, which the two databases read differently.
    """
    if limit < 0:
        raise InvalidValue(f"a limit is zero or more, not {limit}")
    return limit


def possible(keys: Iterable[str]) -> list[str]:
    """Return the keys that may exist, sorted, each once: text of another form names nothing."""
    return sorted({key for key in keys if is_key(key)})


def distinct(refs: Sequence[Ref]) -> list[Ref]:
    """Return *refs* without repetitions, in the order given."""
    return list(dict.fromkeys(refs))


def possible_refs(refs: Sequence[Ref]) -> list[Ref]:
    """Return the refs that may exist, in the order given, each once."""
    return [ref for ref in distinct(refs) if is_key(ref.key)]
