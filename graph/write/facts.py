"""The facts of one document as rows: nodes and edges, with what was refused. Built by `graph.write.read_facts`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.errors import UngroundedFact
from graph.schema import NODES, EdgeType, Label, Ownership, Ref
from graph.store.interface import UpsertEdges, UpsertNodes, WriteOp
from graph.vocabulary.extraction import Refusal

EdgeKey = tuple[EdgeType, Label, str, Label, str]


@dataclass(frozen=True)
class Facts:
    """What a document states, as rows. `ops` writes them; `refused` is what was not kept."""

    extraction: str
    extractor: str
    nodes: Mapping[Label, Mapping[str, Mapping[str, Any]]]
    edges: Mapping[EdgeKey, Mapping[str, Any]]
    refused: tuple[Refusal, ...]

    @property
    def rows(self) -> int:
        """How many nodes and edges there are."""
        return sum(map(len, self.nodes.values())) + len(self.edges)

    def ops(self) -> list[WriteOp]:
        """Return the operations that write the rows: nodes first, names only where they are new."""
        ops: list[WriteOp] = []
        for label in sorted(self.nodes):
            shared = NODES[label].ownership is Ownership.SHARED
            fields = frozenset(NODES[label].properties) if shared else frozenset()
            rows = [{"key": key, **row} for key, row in self.nodes[label].items()]
            ops.append(UpsertNodes(label, rows, create_only=fields))
        by_kind: dict[tuple[EdgeType, Label, Label], list[dict[str, Any]]] = defaultdict(list)
        for (type, src_label, src, dst_label, dst), properties in self.edges.items():
            by_kind[type, src_label, dst_label].append({"src": src, "dst": dst, **properties})
        ops.extend(UpsertEdges(*kind, by_kind[kind]) for kind in sorted(by_kind))
        return ops


def check_grounded(facts: Facts) -> None:
    """Check that every node of *facts* but Evidence itself has an edge to a quote, and every quote to its document.

    Raises:
        UngroundedFact: naming the first node that has none.
    """
    quoted = {(label, key) for type, label, key, _, _ in facts.edges if type is EdgeType.EVIDENCED_BY}
    quoted |= {(label, key) for type, label, key, _, _ in facts.edges if type is EdgeType.QUOTED_FROM}
    for label in sorted(facts.nodes):
        for key in facts.nodes[label]:
            if (label, key) not in quoted:
                raise UngroundedFact(f"{Ref(label, key)} has no evidence: it was refused")
