"""Walking along edges in Neo4j: neighbours, chains, subgraphs.

Every hop of a chain is a MATCH of its own: inside one, Cypher would not use an edge twice, and SQLite would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from graph.schema import EdgeType, Label, Ref
from graph.store.derived import distinct
from graph.store.interface import Direction, Edge, Node, Path, Step, Subgraph
from graph.store.neo4j.reading import as_node, visible
from graph.store.neo4j.server import Server

_ARROWS: Mapping[Direction, tuple[str, str]] = {"out": ("-", "->"), "in": ("<-", "-"), "both": ("-", "-")}


def _of_types(types: Sequence[EdgeType]) -> str:
    names = sorted({each.value for each in types})
    return f":{'|'.join(names)}" if names else ""


def _by_label(refs: Sequence[Ref]) -> dict[Label, list[str]]:
    keys = defaultdict[Label, list[str]](list)
    for ref in distinct(refs):
        keys[ref.label].append(ref.key)
    return keys


def neighbours(
    server: Server, refs: Sequence[Ref], types: Sequence[EdgeType], direction: Direction, limit_per_ref: int
) -> dict[Ref, list[tuple[Edge, Node]]]:
    """Return the edges of each node with the node at the other end, cut per ref."""
    found: dict[Ref, list[tuple[EdgeType, bool, Ref, Edge, Node]]] = {ref: [] for ref in distinct(refs)}
    outwards = f"MATCH (a)-[e{_of_types(types)}]->(b) RETURN e, b, false AS inwards"
    # Seen from both sides, a loop is one edge: an outgoing one.
    loops = "WHERE a <> b " if direction == "both" else ""
    inwards = f"MATCH (a)<-[e{_of_types(types)}]-(b) {loops}RETURN e, b, true AS inwards"
    sides = {"out": outwards, "in": inwards, "both": f"{outwards} UNION ALL {inwards}"}[direction]
    for label, keys in _by_label(refs).items():
        rows = server.read(
            f"UNWIND $keys AS key MATCH (a:{label.value} {{key: key}}) "
            f"CALL (a) {{ CALL (a) {{ {sides} }} WITH e, b, inwards, type(e) AS type, labels(b)[0] AS label "
            "ORDER BY type, inwards, label, b.key LIMIT $limit RETURN e, b, inwards, type, label } "
            "RETURN key, type, inwards, label, properties(b) AS b, properties(e) AS e",
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


def chain(server: Server, start: Sequence[Ref], steps: Sequence[Step], limit: int) -> list[Path]:
    """Return typed walks, ordered by start (as given) and then hop by hop."""
    place = {ref: at for at, ref in enumerate(distinct(start))}
    paths: list[tuple[int, Path]] = []
    for label, keys in _by_label(start).items():
        for row in server.read(
            _chain_query(label, steps), starts=[[place[Ref(label, key)], key] for key in keys], limit=limit
        ):
            paths.append((row["at"], _path(label, row["hops"])))
    paths.sort(key=lambda each: each[0])  # stable: the order of each start stays
    return [path for _, path in paths[:limit]]


def _chain_query(label: Label, steps: Sequence[Step]) -> str:
    matches = [f"UNWIND $starts AS start MATCH (n0:{label.value} {{key: start[1]}})"]
    names, order = ["start", "n0"], ["start[0]"]
    hops = ["[properties(n0)]"]
    for hop, step in enumerate(steps, start=1):
        edge, before, node = f"e{hop}", f"n{hop - 1}", f"n{hop}"
        left, right = _ARROWS[step.direction]
        labels = "|".join(sorted({each.value for each in step.labels}))
        matches.append(
            f"MATCH ({before}){left}[{edge}{_of_types(step.types)}]{right}({node}{':' if labels else ''}{labels})"
        )
        names += [edge, node]
        order += [f"labels({node})[0]", f"{node}.key", f"type({edge})", f"startNode({edge}) <> {before}"]
        hops.append(
            f"[properties({node}), labels({node})[0], type({edge}), properties({edge}), startNode({edge}) = {before}]"
        )
    return (
        f"{' '.join(matches)} WITH {', '.join(names)} ORDER BY {', '.join(order)} LIMIT $limit "
        f"RETURN start[0] AS at, [{', '.join(hops)}] AS hops"
    )


def _path(label: Label, hops: Sequence[Sequence[Any]]) -> Path:
    nodes, edges = [as_node(label, hops[0][0])], list[Edge]()
    for stored, label_name, type_name, edge_stored, outwards in hops[1:]:
        node, type = as_node(Label(label_name), stored), EdgeType(type_name)
        ends = (nodes[-1].ref, node.ref) if outwards else (node.ref, nodes[-1].ref)
        edges.append(Edge(type, *ends, visible(type, edge_stored)))
        nodes.append(node)
    return Path(tuple(nodes), tuple(edges))


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
    for label, keys in _by_label(refs).items():
        query = f"UNWIND $keys AS key MATCH (n:{label.value} {{key: key}}) RETURN properties(n) AS n"
        for row in server.read(query, keys=keys):
            node = as_node(label, row["n"])
            found[node.ref] = node
    return found


def _beyond(
    server: Server, frontier: Sequence[Ref], types: Sequence[EdgeType], reached: Mapping[Ref, None], limit: int
) -> list[Ref]:
    """Return the nodes one hop from *frontier* that were not reached before, by ref: at most what the limit can use."""
    found: set[Ref] = set()
    for label, keys in _by_label(frontier).items():
        # At most len(reached) <= limit of the answers are known already, so this is enough.
        rows = server.read(
            f"UNWIND $keys AS key MATCH (a:{label.value} {{key: key}})-[{_of_types(types)}]-(b) "
            "RETURN DISTINCT labels(b)[0] AS label, b.key AS key ORDER BY label, key LIMIT $limit",
            keys=keys,
            limit=limit + 1 + len(reached),
        )
        found |= {Ref(Label(row["label"]), row["key"]) for row in rows}
    return sorted(found - reached.keys())[: limit - len(reached) + 1]


def _edges_among(server: Server, refs: Sequence[Ref], types: Sequence[EdgeType]) -> tuple[Edge, ...]:
    edges = []
    names = [str(ref) for ref in refs]
    for label, keys in _by_label(refs).items():
        rows = server.read(
            f"UNWIND $keys AS key MATCH (a:{label.value} {{key: key}})-[e{_of_types(types)}]->(b) "
            "WHERE labels(b)[0] + '/' + b.key IN $names "
            "RETURN key, type(e) AS type, labels(b)[0] AS label, b.key AS dst, properties(e) AS e",
            keys=keys,
            names=names,
        )
        for row in rows:
            type, dst = EdgeType(row["type"]), Ref(Label(row["label"]), row["dst"])
            edges.append(Edge(type, Ref(label, row["key"]), dst, visible(type, row["e"])))
    return tuple(sorted(edges, key=lambda edge: (edge.type.value, edge.src, edge.dst)))
