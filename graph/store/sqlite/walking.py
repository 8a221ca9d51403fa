"""Walking along edges in SQLite: neighbours, chains, subgraphs.

A query finds ids in order and cuts them; properties are fetched for what is left. All of one call sees one moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from graph.schema import EdgeType, Label, Ref
from graph.store.derived import distinct, possible_refs
from graph.store.interface import Direction, Edge, Node, Path, Step, Subgraph
from graph.store.sqlite.text import array, decode

_EdgeId = tuple[int, str, int]


def neighbours(
    connection: sqlite3.Connection,
    refs: Sequence[Ref],
    types: Sequence[EdgeType],
    direction: Direction,
    limit_per_ref: int,
) -> dict[Ref, list[tuple[Edge, Node]]]:
    """Return the edges of each node with the node at the other end, cut per ref."""
    found: dict[Ref, list[tuple[Edge, Node]]] = {}
    ids = _ids(connection, refs)
    for ref in distinct(refs):
        around: list[tuple[Edge, Node]] = []
        if (id := ids.get(ref)) is not None:
            if direction in {"out", "both"}:
                around += _side(connection, ref, id, types, limit_per_ref, outwards=True)
            if direction in {"in", "both"}:
                loops = direction == "in"  # seen from both sides, a loop is one edge: an outgoing one
                around += _side(connection, ref, id, types, limit_per_ref, outwards=False, loops=loops)
            # A stable sort keeps out before in where the types are equal.
            around.sort(key=lambda pair: pair[0].type.value)
        found[ref] = around[:limit_per_ref]
    return found


def _side(
    connection: sqlite3.Connection,
    ref: Ref,
    id: int,
    types: Sequence[EdgeType],
    limit: int,
    *,
    outwards: bool,
    loops: bool = True,
) -> list[tuple[Edge, Node]]:
    here, there = ("src", "dst") if outwards else ("dst", "src")
    rows = connection.execute(
        f"SELECT e.type, e.props, n.label, n.key, n.props FROM edge AS e CROSS JOIN node AS n ON n.id = e.{there} "
        f"WHERE e.{here} = ? {_of_types('e', types)} {'' if loops else 'AND e.src <> e.dst'} "
        "ORDER BY e.type, n.label, n.key LIMIT ?",
        (id, limit),
    )
    pairs = []
    for type_name, edge_text, label_name, key, node_text in rows:
        type, label = EdgeType(type_name), Label(label_name)
        other = Ref(label, key)
        ends = (ref, other) if outwards else (other, ref)
        pairs.append((Edge(type, *ends, decode(type, edge_text)), Node(other, decode(label, node_text))))
    return pairs


def _of_types(table: str, types: Sequence[EdgeType]) -> str:
    """Return a condition on the edge type; the names come from the enum."""
    names = ", ".join(repr(name) for name in sorted({each.value for each in types}))
    return f"AND {table}.type IN ({names})" if types else ""


def _ids(connection: sqlite3.Connection, refs: Sequence[Ref]) -> dict[Ref, int]:
    """Return the ids of the nodes that exist."""
    wanted = [[ref.label.value, ref.key] for ref in possible_refs(refs)]
    rows = connection.execute(
        "SELECT n.label, n.key, n.id FROM json_each(?) AS wanted CROSS JOIN node AS n "
        "ON n.label = json_extract(wanted.value, '$[0]') AND n.key = json_extract(wanted.value, '$[1]')",
        (array(wanted),),
    )
    return {Ref(Label(label), key): id for label, key, id in rows}


def chain(connection: sqlite3.Connection, start: Sequence[Ref], steps: Sequence[Step], limit: int) -> list[Path]:
    """Return typed walks, ordered by start (as given) and then hop by hop."""
    ids = _ids(connection, start)
    places = [ids[ref] for ref in distinct(start) if ref in ids]
    tables, columns, order = ["json_each(?) AS wanted"], ["wanted.value"], ["wanted.key"]
    before = "wanted.value"
    for hop, step in enumerate(steps, start=1):
        edge, node = f"e{hop}", f"n{hop}"
        tables.append(f"edge AS {edge} ON {_leaves(edge, before, step)} {_of_types(edge, step.types)}")
        labels = ", ".join(repr(label.value) for label in step.labels)
        within = f" AND {node}.label IN ({labels})" if step.labels else ""
        tables.append(f"node AS {node} ON {node}.id = {_other_end(edge, before, step)}{within}")
        columns += [f"{edge}.src", f"{edge}.type", f"{edge}.dst", f"{node}.id"]
        order += [f"{node}.label", f"{node}.key", f"{edge}.type", f"{edge}.src <> {before}"]
        before = f"{node}.id"
    rows = connection.execute(
        f"SELECT {', '.join(columns)} FROM {' CROSS JOIN '.join(tables)} ORDER BY {', '.join(order)} LIMIT ?",
        (array(places), limit),
    ).fetchall()
    nodes = _nodes(connection, {row[at] for row in rows for at in range(0, len(columns), 4)})
    edges = _edges(connection, {row[at : at + 3] for row in rows for at in range(1, len(columns), 4)}, nodes)
    return [
        Path(
            tuple(nodes[row[at]] for at in range(0, len(columns), 4)),
            tuple(edges[row[at : at + 3]] for at in range(1, len(columns), 4)),
        )
        for row in rows
    ]


def _leaves(edge: str, before: str, step: Step) -> str:
    match step.direction:
        case "out":
            return f"{edge}.src = {before}"
        case "in":
            return f"{edge}.dst = {before}"
        case "both":
            return f"({edge}.src = {before} OR {edge}.dst = {before})"


def _other_end(edge: str, before: str, step: Step) -> str:
    match step.direction:
        case "out":
            return f"{edge}.dst"
        case "in":
            return f"{edge}.src"
        case "both":
            return f"iif({edge}.src = {before}, {edge}.dst, {edge}.src)"


def _nodes(connection: sqlite3.Connection, ids: set[int]) -> dict[int, Node]:
    rows = connection.execute(
        "SELECT n.id, n.label, n.key, n.props FROM json_each(?) AS wanted CROSS JOIN node AS n ON n.id = wanted.value",
        (array(sorted(ids)),),
    )
    found = {}
    for id, name, key, text in rows:
        label = Label(name)
        found[id] = Node(Ref(label, key), decode(label, text))
    return found


def _edges(connection: sqlite3.Connection, ids: set[_EdgeId], nodes: dict[int, Node]) -> dict[_EdgeId, Edge]:
    rows = connection.execute(
        "SELECT e.src, e.type, e.dst, e.props FROM json_each(?) AS wanted CROSS JOIN edge AS e "
        "ON e.src = json_extract(wanted.value, '$[0]') AND e.type = json_extract(wanted.value, '$[1]') "
        "AND e.dst = json_extract(wanted.value, '$[2]')",
        (array(sorted(ids)),),
    )
    found = {}
    for src, name, dst, text in rows:
        type = EdgeType(name)
        found[src, name, dst] = Edge(type, nodes[src].ref, nodes[dst].ref, decode(type, text))
    return found


def subgraph(
    connection: sqlite3.Connection, seeds: Sequence[Ref], max_depth: int, types: Sequence[EdgeType], limit: int
) -> Subgraph:
    """Return what lies around the seeds, nearest first, and all edges of *types* among it."""
    reached: dict[Ref, int] = {}
    frontier = sorted(_ids(connection, seeds).items())
    for depth in range(max_depth + 1):
        reached.update(frontier)
        if len(reached) > limit or depth == max_depth or not frontier:
            break
        frontier = _beyond(connection, [id for _, id in frontier], types, reached, limit)
    kept = list(reached.values())[:limit]
    nodes = _nodes(connection, set(kept))
    return Subgraph(tuple(nodes[id] for id in kept), _edges_among(connection, kept, nodes, types), len(reached) > limit)


def _beyond(
    connection: sqlite3.Connection,
    frontier: list[int],
    types: Sequence[EdgeType],
    reached: dict[Ref, int],
    limit: int,
) -> list[tuple[Ref, int]]:
    """Return the nodes one hop from *frontier* that were not reached before, by ref: at most what the limit can use."""
    rows = connection.execute(
        "SELECT n.label, n.key, n.id FROM ("
        f"SELECT e.dst AS id FROM json_each(?1) AS f CROSS JOIN edge AS e ON e.src = f.value {_of_types('e', types)} "
        "UNION "
        f"SELECT e.src AS id FROM json_each(?1) AS f CROSS JOIN edge AS e ON e.dst = f.value {_of_types('e', types)}"
        ") AS near CROSS JOIN node AS n ON n.id = near.id "
        "WHERE near.id NOT IN (SELECT value FROM json_each(?2)) ORDER BY n.label, n.key LIMIT ?3",
        (array(frontier), array(list(reached.values())), limit - len(reached) + 1),
    )
    return [(Ref(Label(label), key), id) for label, key, id in rows]


def _edges_among(
    connection: sqlite3.Connection, ids: list[int], nodes: dict[int, Node], types: Sequence[EdgeType]
) -> tuple[Edge, ...]:
    rows = connection.execute(
        "SELECT e.src, e.type, e.dst, e.props FROM json_each(?1) AS f "
        f"CROSS JOIN edge AS e ON e.src = f.value {_of_types('e', types)} "
        "WHERE e.dst IN (SELECT value FROM json_each(?1))",
        (array(ids),),
    )
    edges = []
    for src, name, dst, text in rows:
        type = EdgeType(name)
        edges.append(Edge(type, nodes[src].ref, nodes[dst].ref, decode(type, text)))
    return tuple(sorted(edges, key=lambda edge: (edge.type.value, edge.src, edge.dst)))
