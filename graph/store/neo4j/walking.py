"""Walking along edges in Neo4j: neighbours and subgraphs; chains have a module of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from graph.schema import EDGES, EdgeType, Label, Ref
from graph.store.derived import distinct, possible_refs
from graph.store.interface import Direction, Edge, Node, Step, Subgraph
from graph.store.neo4j.reading import as_node, stored, visible
from graph.store.neo4j.server import Server


def of_types(types: Sequence[EdgeType]) -> str:
    """Return the part of a pattern that restricts edge types; nothing where all are wanted."""
    names = sorted({each.value for each in types})
    return f":{'|'.join(names)}" if names else ""


def by_label(refs: Sequence[Ref]) -> dict[Label, list[str]]:
    """Return the keys of refs that may exist, by label, in the order given."""
    keys = defaultdict[Label, list[str]](list)
    for ref in possible_refs(refs):
        keys[ref.label].append(ref.key)
    return keys


def reachable(labels: frozenset[Label], step: Step) -> frozenset[Label]:
    """Return the labels that the schema lets a step lead to."""
    ends = [end for type in step.types or EdgeType for end in EDGES[type].ends]
    outwards = {dst for src, dst in ends if src in labels and step.direction != "in"}
    inwards = {src for src, dst in ends if dst in labels and step.direction != "out"}
    reached = outwards | inwards
    return frozenset(reached & set(step.labels) if step.labels else reached)


def neighbours(
    server: Server, refs: Sequence[Ref], types: Sequence[EdgeType], direction: Direction, limit_per_ref: int
) -> dict[Ref, list[tuple[Edge, Node]]]:
    """Return the edges of each node with the node at the other end, cut per ref."""
    found: dict[Ref, list[tuple[EdgeType, bool, Ref, Edge, Node]]] = {ref: [] for ref in distinct(refs)}
    outwards = f"MATCH (a)-[e{of_types(types)}]->(b) RETURN e, b, false AS inwards"
    # Seen from both sides, a loop is one edge: an outgoing one.
    loops = "WHERE a <> b " if direction == "both" else ""
    inwards = f"MATCH (a)<-[e{of_types(types)}]-(b) {loops}RETURN e, b, true AS inwards"
    sides = {"out": outwards, "in": inwards, "both": f"{outwards} UNION ALL {inwards}"}[direction]
    for label, keys in by_label(refs).items():
        others = reachable(frozenset({label}), Step(tuple(types), direction))
        rows = server.read(
            f"UNWIND $keys AS key MATCH (a:{label.value} {{key: key}}) "
            f"CALL (a) {{ CALL (a) {{ {sides} }} WITH e, b, inwards, type(e) AS type, labels(b)[0] AS label "
            "ORDER BY type, inwards, label, b.key LIMIT $limit RETURN e, b, inwards, type, label } "
            f"RETURN key, type, inwards, label, {stored('b', others)} AS b, properties(e) AS e",
            keys=keys,
            limit=limit_per_ref,
        )
        for row in rows:
            ref, type, other = Ref(label, row["key"]), EdgeType(row["type"]), as_node(Label(row["label"]), row["b"])
            ends = (other.ref, ref) if row["inwards"] else (ref, other.ref)
            edge = Edge(type, *ends, visible(type, row["e"]))
            found[ref].append((type, row["inwards"], other.ref, edge, other))
    # Cypher promises no order of rows from several subqueries.
    return {
        ref: [(edge, node) for *_, edge, node in sorted(around, key=lambda each: each[:3])]
        for ref, around in found.items()
    }


def subgraph(server: Server, seeds: Sequence[Ref], max_depth: int, types: Sequence[EdgeType], limit: int) -> Subgraph:
    """Return what lies around the seeds, nearest first, and all edges of *types* among it."""
    reached: dict[Ref, None] = {}
    frontier = sorted(_nodes(server, seeds))
    for depth in range(max_depth + 1):
        reached.update(dict.fromkeys(frontier))
        if len(reached) > limit or depth == max_depth or not frontier:
            break
        frontier = _beyond(server, frontier, types, reached, limit)
    kept = list(reached)[:limit]
    nodes = _nodes(server, kept)
    # A node deleted between two statements is left out.
    kept = [ref for ref in kept if ref in nodes]
    return Subgraph(tuple(nodes[ref] for ref in kept), _edges_among(server, kept, types), len(reached) > limit)


def _nodes(server: Server, refs: Sequence[Ref]) -> dict[Ref, Node]:
    found = {}
    for label, keys in by_label(refs).items():
        query = f"UNWIND $keys AS key MATCH (n:{label.value} {{key: key}}) RETURN {stored('n', [label])} AS n"
        for row in server.read(query, keys=keys):
            node = as_node(label, row["n"])
            found[node.ref] = node
    return found


def _beyond(
    server: Server, frontier: Sequence[Ref], types: Sequence[EdgeType], reached: Mapping[Ref, None], limit: int
) -> list[Ref]:
    """Return the nodes one hop from *frontier* that were not reached before, by ref: at most what the limit can use."""
    found: set[Ref] = set()
    for label, keys in by_label(frontier).items():
        # At most len(reached) <= limit of the answers are known already, so this is enough.
        rows = server.read(
            f"UNWIND $keys AS key MATCH (a:{label.value} {{key: key}})-[{of_types(types)}]-(b) "
            "RETURN DISTINCT labels(b)[0] AS label, b.key AS key ORDER BY label, key LIMIT $limit",
            keys=keys,
            limit=limit + 1 + len(reached),
        )
        found |= {Ref(Label(row["label"]), row["key"]) for row in rows}
    return sorted(found - reached.keys())[: limit - len(reached) + 1]


def _edges_among(server: Server, refs: Sequence[Ref], types: Sequence[EdgeType]) -> tuple[Edge, ...]:
    edges = []
    names = [str(ref) for ref in refs]
    for label, keys in by_label(refs).items():
        rows = server.read(
            f"UNWIND $keys AS key MATCH (a:{label.value} {{key: key}})-[e{of_types(types)}]->(b) "
            "WHERE labels(b)[0] + '/' + b.key IN $names "
            "RETURN key, type(e) AS type, labels(b)[0] AS label, b.key AS dst, properties(e) AS e",
            keys=keys,
            names=names,
        )
        for row in rows:
            type, dst = EdgeType(row["type"]), Ref(Label(row["label"]), row["dst"])
            edges.append(Edge(type, Ref(label, row["key"]), dst, visible(type, row["e"])))
    return tuple(sorted(edges, key=lambda edge: (edge.type.value, edge.src, edge.dst)))
