"""The graph into another store: the hot backup, and the way from SQLite to Neo4j and back.

Guarantees: everything is copied, with the store's id, so that the home goes on working with the copy; done again, it
brings the copy up to date and writes what changed; the hashes of corpus and outcomes are compared at the end and the
answer says whether they are equal. What was deleted at the source since the last copy stays in the copy: then they are
not equal, and the answer says so. A target that holds another store's graph is refused. A kill leaves a copy that the
next run completes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from graph.schema import EdgeType, Label
from graph.store.interface import Edge, GraphStore, Node, Row, UpsertEdges
from service.documents import ExportDocument
from service.errors import WrongUse
from service.export.files import state

_PAGE = 1000


def copy_store(source: GraphStore, target: GraphStore, *, target_url: str) -> ExportDocument:
    """Copy all nodes and edges of *source* into *target* and compare.

    Raises:
        WrongUse: the target holds the graph of another store.
    """
    here, there = source.health().store_id, target.health().store_id
    if here != there and any(count for label, count in target.counts().nodes.items() if label is not Label.META):
        raise WrongUse(f"{target_url} holds the graph of another store ({there}): name an empty one")
    nodes = sum(_copy_nodes(target, label, source.scan_nodes(label)) for label in Label)
    edges = sum(_copy_edges(target, type_, source.scan_edges(type_)) for type_ in EdgeType)
    ours, copied = state(source), state(target)
    return ExportDocument(
        target=target_url, format="store", nodes=nodes, edges=edges, graph_hash=copied[0], equal=ours == copied
    )


def _copy_nodes(target: GraphStore, label: Label, nodes: Iterator[Node]) -> int:
    copied = 0
    while page := list(islice(nodes, _PAGE)):
        target.upsert_nodes(label, [{"key": node.key, **node.properties} for node in page])
        copied += len(page)
    return copied


def _copy_edges(target: GraphStore, type_: EdgeType, edges: Iterator[Edge]) -> int:
    copied = 0
    while page := list(islice(edges, _PAGE)):
        by_ends: dict[tuple[Label, Label], list[Row]] = {}
        for each in page:
            row = {"src": each.src.key, "dst": each.dst.key, **each.properties}
            by_ends.setdefault((each.src.label, each.dst.label), []).append(row)
        target.write_batch([UpsertEdges(type_, src, dst, rows) for (src, dst), rows in by_ends.items()])
        copied += len(page)
    return copied
