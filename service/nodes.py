"""A node as people and programs look at it: properties, and edges with the names at their other ends."""

from __future__ import annotations

from graph.schema import Ref
from graph.store.interface import GraphStore, Node
from graph.trace import trace
from service.documents import EdgeDocument, NodeDocument, TraceDocument
from service.errors import NotThere

_NAMING = ("name", "title", "statement", "hypothesis", "quote", "text", "source")


def parse_ref(text: str) -> Ref:
    """Return the reference written as ``Label/key``.

    Raises:
        NotThere: it is not of that form, so it names nothing.
    """
    try:
        return Ref.parse(text)
    except ValueError as error:
        raise NotThere(str(error)) from None


def name_of(node: Node) -> str:
    """Return what people call *node*: its first property that is a name, else nothing."""
    return next((str(node.properties[name]) for name in _NAMING if node.properties.get(name)), "")


def read_node(store: GraphStore, text: str, *, limit: int) -> NodeDocument:
    """Return the node called *text* with at most *limit* edges.

    Raises:
        NotThere: there is no such node.
    """
    ref = parse_ref(text)
    found = store.get_nodes(ref.label, [ref.key])
    if ref.key not in found:
        raise NotThere(f"there is no {ref} in the graph")
    edges = store.neighbours([ref], limit_per_ref=limit + 1)[ref]
    return NodeDocument(
        label=ref.label,
        key=ref.key,
        properties=dict(found[ref.key].properties),
        edges=tuple(
            EdgeDocument(
                type=edge.type,
                direction="out" if edge.src == ref else "in",
                label=node.ref.label,
                key=node.key,
                name=name_of(node),
                properties=dict(edge.properties),
            )
            for edge, node in edges[:limit]
        ),
        truncated=len(edges) > limit,
    )


def trace_node(store: GraphStore, text: str, *, limit: int) -> TraceDocument:
    """Return what the node called *text* rests on.

    Raises:
        NotThere, UnknownNode: there is no such node.
    """
    return TraceDocument.model_validate(trace(store, parse_ref(text), limit=limit).document())
