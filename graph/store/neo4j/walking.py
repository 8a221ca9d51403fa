"""Walking along edges in Neo4j: neighbours, chains, subgraphs.

Every hop of a chain is a MATCH of its own: inside one, Cypher would not use an edge twice, and SQLite would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from graph.schema import EDGES, EdgeType, Label, Ref
from graph.store.derived import distinct, possible_refs
from graph.store.interface import Direction, Edge, Node, Path, Step, Subgraph
from graph.store.neo4j.reading import as_node, visible
from graph.store.neo4j.server import Server

_ARROWS: Mapping[Direction, tuple[str, str]] = {"out": ("-", "->"), "in": ("<-", "-"), "both": ("-", "-")}


def _of_types(types: Sequence[EdgeType]) -> str:
    names = sorted({each.value for each in types})
    return f":{'|'.join(names)}" if names else ""


def _by_label(refs: Sequence[Ref]) -> dict[Label, list[str]]:
    keys = defaultdict[Label, list[str]](list)
    for ref in possible_refs(refs):
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


def chains(server: Server, start: Sequence[Ref], routes: Sequence[Sequence[Step]], limit: int) -> list[list[Path]]:
    """Return typed walks for each route, ordered by start (as given) and then hop by hop."""
    if not routes:
        return []
    place = {ref: at for at, ref in enumerate(distinct(start))}
    found: list[list[tuple[int, Path]]] = [[] for _ in routes]
    reader = _PathReader()
    for label, keys in _by_label(start).items():
        parts = [_chain_query(number, label, steps) for number, steps in enumerate(routes)]
        query = f"CALL () {{ {' UNION ALL '.join(parts)} }} RETURN route, walks"
        starts = [[place[Ref(label, key)], key] for key in keys]
        for row in server.read(query, starts=starts, limit=limit):
            found[row["route"]] += [(at, reader.path(label, hops)) for at, hops in row["walks"]]
    for paths in found:
        paths.sort(key=lambda each: each[0])  # stable: the order of each start stays
    return [[path for _, path in paths[:limit]] for paths in found]


def _chain_query(number: int, label: Label, steps: Sequence[Step]) -> str:
    matches = [f"UNWIND $starts AS start MATCH (n0:{label.value} {{key: start[1]}})"]
    names, order, hops = ["start", "n0"], ["start[0]"], ["[properties(n0)]"]
    reachable = frozenset({label})
    for hop, step in enumerate(steps, start=1):
        edge, before, node = f"e{hop}", f"n{hop - 1}", f"n{hop}"
        left, right = _ARROWS[step.direction]
        labels = "|".join(sorted({each.value for each in step.labels}))
        matches.append(
            f"MATCH ({before}){left}[{edge}{_of_types(step.types)}]{right}({node}{':' if labels else ''}{labels})"
        )
        names += [edge, node]
        # What the schema leaves no choice about need not be compared for each of thousands of walks.
        reachable = _reachable(reachable, step)
        order += [f"labels({node})[0]"] * (len(reachable) > 1) + [f"{node}.key"]
        order += [f"type({edge})"] * (len(set(step.types)) != 1)
        order += [f"startNode({edge}) <> {before}"] * (step.direction == "both")
        hops.append(
            f"[properties({node}), labels({node})[0], type({edge}), properties({edge}), startNode({edge}) = {before}]"
        )
    return (
        f"{' '.join(matches)} WITH {', '.join(names)} ORDER BY {', '.join(order)} LIMIT $limit "
        f"RETURN {number} AS route, collect([start[0], [{', '.join(hops)}]]) AS walks"
    )


def _reachable(labels: frozenset[Label], step: Step) -> frozenset[Label]:
    """Return the labels that the schema lets a step lead to."""
    ends = [end for type in step.types or EdgeType for end in EDGES[type].ends]
    outwards = {dst for src, dst in ends if src in labels and step.direction != "in"}
    inwards = {src for src, dst in ends if dst in labels and step.direction != "out"}
    reached = outwards | inwards
    return frozenset(reached & set(step.labels) if step.labels else reached)


class _PathReader:
    """Makes paths of what the server sends; a node or edge that many walks share is made once."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[str, str], Node] = {}
        self._edges: dict[tuple[str, Ref, Ref], Edge] = {}

    def path(self, label: Label, hops: Sequence[Sequence[Any]]) -> Path:
        """Return one walk, given the stored properties of its nodes and edges."""
        nodes, edges = [self._node(label.value, hops[0][0])], list[Edge]()
        for stored, label_name, type_name, edge_stored, outwards in hops[1:]:
            node = self._node(label_name, stored)
            ends = (nodes[-1].ref, node.ref) if outwards else (node.ref, nodes[-1].ref)
            identity = (type_name, *ends)
            edge = self._edges.get(identity)
            if edge is None:
                type = EdgeType(type_name)
                edge = self._edges[identity] = Edge(type, *ends, visible(type, edge_stored))
            edges.append(edge)
            nodes.append(node)
        return Path(tuple(nodes), tuple(edges))

    def _node(self, label_name: str, stored: Mapping[str, Any]) -> Node:
        identity = (label_name, stored["key"])
        node = self._nodes.get(identity)
        if node is None:
            node = self._nodes[identity] = as_node(Label(label_name), stored)
        return node


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
