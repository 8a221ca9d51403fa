"""What is live: the part of the graph that counts. Superseded facts stay in the store and are passed over here.

* a Document is live until another one supersedes it (`superseded_by`);
* a fact, node or edge with `document` and `extraction`, is live while that Document is live and its own `extraction`
  is that one. A Document in the shadow of a better one of its paper is live, its facts are not;
* a name (Method, Task, …, Problem) is live while a live quote evidences it: every fact that reaches a name comes with
  such a quote (`graph.write.paper` refuses others);
* a Paper is live while a live Document is a text or review of it;
* an edge between names or Papers (MERGED_INTO, KEPT_APART, KEPT_TOGETHER, VARIANT_OF) is live while both its ends
  are; everything else always is.

Everything streams in the order of `scan`. A `Liveness` reads all Documents once (about 200 bytes each) and, when names
are asked for, all EVIDENCED_BY edges once (about 100 bytes a live name): make one and pass it on when several labels
are read. It describes the moment it was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from graph.schema import EDGES, NODES, EdgeType, Label, Ownership, Ref
from graph.store.interface import Edge, GraphStore, Node

_BETWEEN_NAMES = frozenset({EdgeType.MERGED_INTO, EdgeType.KEPT_APART, EdgeType.KEPT_TOGETHER, EdgeType.VARIANT_OF})


class Liveness:
    """Says what is live in *store* as it is when asked first."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    def node(self, node: Node) -> bool:
        """Say whether *node* is live."""
        label = node.ref.label
        if label is Label.DOCUMENT:
            return is_live_document(node.properties)
        if label is Label.PAPER:
            return node.key in self.papers
        ownership = NODES[label].ownership
        if ownership is Ownership.DOCUMENT:
            return self.fact(node.properties)
        if ownership is Ownership.SHARED:
            return node.key in self.names[label]
        return True

    def edge(self, edge: Edge) -> bool:
        """Say whether *edge* is live."""
        if EDGES[edge.type].ownership is Ownership.DOCUMENT:
            return self.fact(edge.properties)
        if edge.type is EdgeType.OF_PAPER:
            return edge.src.key in self.extractions
        if edge.type in _BETWEEN_NAMES:
            return self.holds(edge.src) and self.holds(edge.dst)
        return True

    def fact(self, properties: Mapping[str, Any]) -> bool:
        """Say whether a fact with these properties is live."""
        extraction = properties.get("extraction")
        return extraction is not None and self.extractions.get(properties.get("document", "")) == extraction

    def holds(self, ref: Ref) -> bool:
        """Say whether the name or Paper *ref* is live."""
        return ref.key in (self.papers if ref.label is Label.PAPER else self.names[ref.label])

    @cached_property
    def extractions(self) -> dict[str, str | None]:
        """The live Documents and the extraction each stands by; None: its facts are not live."""
        return {
            node.key: node.properties.get("extraction")
            for node in self._store.scan_nodes(Label.DOCUMENT)
            if is_live_document(node.properties)
        }

    @cached_property
    def papers(self) -> set[str]:
        """Keys of the live Papers."""
        return {edge.dst.key for edge in self._store.scan_edges(EdgeType.OF_PAPER) if edge.src.key in self.extractions}

    @cached_property
    def names(self) -> Mapping[Label, set[str]]:
        """Keys of the live names by label."""
        for _ in self.evidencing():
            pass
        return self.names  # evidencing() has put it in place of this property

    def evidencing(self) -> Iterator[Edge]:
        """Iterate over the live EVIDENCED_BY edges; what they say of names is known once they have all passed."""
        names: dict[Label, set[str]] = defaultdict(set)
        for edge in self._store.scan_edges(EdgeType.EVIDENCED_BY):
            if self.fact(edge.properties):
                if NODES[edge.src.label].ownership is Ownership.SHARED:
                    names[edge.src.label].add(edge.src.key)
                yield edge
        self.__dict__["names"] = names


def is_live_document(properties: Mapping[str, Any]) -> bool:
    """Say whether a Document with these properties is live."""
    return not properties.get("superseded_by")


def live_nodes(store: GraphStore, label: Label, *, liveness: Liveness | None = None) -> Iterator[Node]:
    """Iterate over the live nodes of *label* in key order."""
    keep: Callable[[Node], bool] = (liveness or Liveness(store)).node
    return filter(keep, store.scan_nodes(label))


def live_edges(store: GraphStore, type: EdgeType, *, liveness: Liveness | None = None) -> Iterator[Edge]:
    """Iterate over the live edges of *type* in the order of `scan`."""
    keep: Callable[[Edge], bool] = (liveness or Liveness(store)).edge
    return filter(keep, store.scan_edges(type))
