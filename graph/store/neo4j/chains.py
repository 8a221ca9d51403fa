"""Chains in Neo4j: typed walks, for several routes in one statement.

Every hop is a MATCH of its own: inside one, Cypher would not use an edge twice, and SQLite would. What the schema or
the step leaves no choice about (a label, a type, a direction) is neither compared nor sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.schema import EdgeType, Label, Ref
from graph.store.derived import distinct
from graph.store.interface import Direction, Edge, Node, Path, Step
from graph.store.neo4j.reading import as_node, stored, visible
from graph.store.neo4j.server import Server
from graph.store.neo4j.walking import by_label, of_types, reachable

_ARROWS: Mapping[Direction, tuple[str, str]] = {"out": ("-", "->"), "in": ("<-", "-"), "both": ("-", "-")}


@dataclass(frozen=True)
class _Hop:
    """What is known of a hop before it is walked: None where the server has to say it."""

    step: Step
    labels: frozenset[Label]
    label: Label | None
    type: EdgeType | None
    outwards: bool | None


def chains(server: Server, start: Sequence[Ref], routes: Sequence[Sequence[Step]], limit: int) -> list[list[Path]]:
    """Return typed walks for each route, ordered by start (as given) and then hop by hop."""
    if not routes:
        return []
    place = {ref: at for at, ref in enumerate(distinct(start))}
    found: list[list[tuple[int, Path]]] = [[] for _ in routes]
    reader = _PathReader()
    for label, keys in by_label(start).items():
        hops = [_hops(label, steps) for steps in routes]
        parts = [_query(number, label, some) for number, some in enumerate(hops)]
        query = f"CALL () {{ {' UNION ALL '.join(parts)} }} RETURN route, walks"
        starts = [[place[Ref(label, key)], key] for key in keys]
        for row in server.read(query, starts=starts, limit=limit):
            route = row["route"]
            found[route] += [(walk[0], reader.path(label, hops[route], walk[1:])) for walk in row["walks"]]
    for paths in found:
        paths.sort(key=lambda each: each[0])  # stable: the order of each start stays
    return [[path for _, path in paths[:limit]] for paths in found]


def _hops(label: Label, steps: Sequence[Step]) -> list[_Hop]:
    hops = []
    labels = frozenset({label})
    for step in steps:
        labels = reachable(labels, step)
        hops.append(
            _Hop(
                step,
                labels,
                next(iter(labels)) if len(labels) == 1 else None,
                step.types[0] if len(set(step.types)) == 1 else None,
                None if step.direction == "both" else step.direction == "out",
            )
        )
    return hops


def _query(number: int, label: Label, hops: Sequence[_Hop]) -> str:
    matches = [f"UNWIND $starts AS start MATCH (n0:{label.value} {{key: start[1]}})"]
    names, order, sent = ["start", "n0"], ["start[0]"], ["start[0]", stored("n0", [label])]
    for at, hop in enumerate(hops, start=1):
        edge, before, node = f"e{at}", f"n{at - 1}", f"n{at}"
        left, right = _ARROWS[hop.step.direction]
        labels = "|".join(sorted({each.value for each in hop.step.labels}))
        matches.append(
            f"MATCH ({before}){left}[{edge}{of_types(hop.step.types)}]{right}({node}{':' if labels else ''}{labels})"
        )
        names += [edge, node]
        order += [f"labels({node})[0]"] * (hop.label is None) + [f"{node}.key"]
        order += [f"type({edge})"] * (hop.type is None)
        order += [f"startNode({edge}) <> {before}"] * (hop.outwards is None)
        sent += [stored(node, sorted(hop.labels)), f"properties({edge})"]
        sent += [f"labels({node})[0]"] * (hop.label is None)
        sent += [f"type({edge})"] * (hop.type is None)
        sent += [f"startNode({edge}) = {before}"] * (hop.outwards is None)
    return (
        f"{' '.join(matches)} WITH {', '.join(names)} ORDER BY {', '.join(order)} LIMIT $limit "
        f"RETURN {number} AS route, collect([{', '.join(sent)}]) AS walks"
    )


class _PathReader:
    """Makes paths of what the server sends; a node or edge that many walks share is made once."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[Label, str], Node] = {}
        self._edges: dict[tuple[EdgeType, Ref, Ref], Edge] = {}

    def path(self, start: Label, hops: Sequence[_Hop], sent: Sequence[Any]) -> Path:
        """Return one walk, given what the server was asked to send of it."""
        values = iter(sent)
        nodes, edges = [self._node(start, next(values))], list[Edge]()
        for hop in hops:
            node_stored, edge_stored = next(values), next(values)
            label = hop.label or Label(next(values))
            type = hop.type or EdgeType(next(values))
            outwards = next(values) if hop.outwards is None else hop.outwards
            node = self._node(label, node_stored)
            ends = (nodes[-1].ref, node.ref) if outwards else (node.ref, nodes[-1].ref)
            edges.append(self._edge(type, *ends, edge_stored))
            nodes.append(node)
        return Path(tuple(nodes), tuple(edges))

    def _node(self, label: Label, properties: Mapping[str, Any]) -> Node:
        identity = (label, properties["key"])
        node = self._nodes.get(identity)
        if node is None:
            node = self._nodes[identity] = as_node(label, properties)
        return node

    def _edge(self, type: EdgeType, src: Ref, dst: Ref, properties: Mapping[str, Any]) -> Edge:
        identity = (type, src, dst)
        edge = self._edges.get(identity)
        if edge is None:
            edge = self._edges[identity] = Edge(type, src, dst, visible(type, properties))
        return edge
