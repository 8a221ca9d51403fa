"""Reading nodes, edges, pages, counts and words from SQLite.

Every query of more than one table says CROSS JOIN: it pins the order of the tables, where SQLite without statistics
would start from all nodes of a label (0.05 ms became 1 s in a graph of 525,000 nodes). Labels and property names in
query text come from the schema; everything else is bound.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graph.errors import UnknownNode
from graph.schema import EDGES, NODES, EdgeType, Label, Ref
from graph.store.derived import possible
from graph.store.interface import Counts, Edge, Node, TextHit
from graph.store.sqlite.ddl import property_sql
from graph.store.sqlite.text import array, decode
from graph.store.terms import query_terms
from graph.store.values import scalar_field, wanted_values


def get_nodes(connection: sqlite3.Connection, label: Label, keys: Sequence[str]) -> dict[str, Node]:
    """Return the nodes that exist, by key and in key order."""
    rows = connection.execute(
        "SELECT n.key, n.props FROM json_each(?) AS wanted "
        "CROSS JOIN node AS n ON n.label = ? AND n.key = wanted.value",
        (array(possible(keys)), label.value),
    )
    return {key: Node(Ref(label, key), decode(label, text)) for key, text in rows}


def find_nodes(
    connection: sqlite3.Connection,
    label: Label,
    where: Mapping[str, Any],
    *,
    order_by: str | None,
    descending: bool,
    limit: int,
    after: str | None,
) -> list[Node]:
    """Return nodes by field values, ordered and paged.

    Raises:
        InvalidValue: a field that cannot be compared.
        UnknownNode: *after* names a node whose place in the order is not known any more.
    """
    conditions, values = [f"label = '{label.value}'"], []
    index = ""
    for field, value in where.items():
        wanted, absent_too = wanted_values(label, field, value)
        expression = property_sql(field)
        choices = []
        if len(wanted) == 1:
            choices.append(f"{expression} = ?")
            values.append(wanted[0])
        elif wanted:
            choices.append(f"{expression} IN (SELECT value FROM json_each(?))")
            values.append(array(wanted))
            if not absent_too and field != "key" and NODES[label].properties[field].indexed:
                # Without statistics the planner would rather walk the whole label in key order.
                index = f"INDEXED BY node_{label.value}_{field}"
        if absent_too:
            choices.append(f"{expression} IS NULL")
        conditions.append(f"({' OR '.join(choices) or '0'})")
    order = "key"
    if order_by is not None and order_by != "key":
        scalar_field(label, order_by, "order")
        expression = property_sql(order_by)
        order = f"{expression} IS NULL, {expression} {'DESC' if descending else 'ASC'}, key"
        if after is not None:
            row = connection.execute(
                f"SELECT {expression} FROM node WHERE label = ? AND key = ?", (label.value, after)
            ).fetchone()
            if row is None:
                raise UnknownNode(f"{label}/{after} does not exist, so there is no page after it")
            if row[0] is None:
                conditions.append(f"{expression} IS NULL AND key > ?")
                values.append(after)
            else:
                further = "<" if descending else ">"
                conditions.append(
                    f"({expression} {further} ? OR ({expression} = ? AND key > ?) OR {expression} IS NULL)"
                )
                values += [row[0], row[0], after]
    else:
        order = "key DESC" if order_by == "key" and descending else "key"
        if after is not None:
            conditions.append("key < ?" if order == "key DESC" else "key > ?")
            values.append(after)
    rows = connection.execute(
        f"SELECT key, props FROM node {index} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?",
        (*values, limit),
    )
    return [Node(Ref(label, key), decode(label, text)) for key, text in rows]


def counts(connection: sqlite3.Connection) -> Counts:
    """Count nodes by label and edges by type."""
    nodes = dict(connection.execute("SELECT label, count(*) FROM node GROUP BY label").fetchall())
    edges = dict(connection.execute("SELECT type, count(*) FROM edge GROUP BY type").fetchall())
    return Counts(
        {label: nodes[label.value] for label in Label if label.value in nodes},
        {type: edges[type.value] for type in EdgeType if type.value in edges},
    )


def search_text(connection: sqlite3.Connection, label: Label, query: str, k: int) -> list[TextHit]:
    """Return the best *k* nodes that hold all terms, by BM25 and then key."""
    terms = query_terms(query)
    if not terms:
        return []
    # Terms are letters and digits, so quoting them is all the escaping there is.
    words = " AND ".join(f'"{term}"' for term in terms)
    rows = connection.execute(
        "SELECT n.key, -hit.score FROM (SELECT rowid AS id, bm25(search, 0.0, 1.0) AS score FROM search "
        "WHERE search MATCH ?) AS hit CROSS JOIN node AS n ON n.id = hit.id ORDER BY hit.score, n.key LIMIT ?",
        (f'label : "{label.value}" AND terms : ({words})', k),
    )
    return [TextHit(Ref(label, key), score) for key, score in rows]


def scan_nodes(connection: sqlite3.Connection, label: Label, after: tuple[str, ...] | None, limit: int) -> list[Node]:
    """Return a page of nodes by key."""
    rows = connection.execute(
        "SELECT key, props FROM node WHERE label = ? AND key > ? ORDER BY key LIMIT ?",
        (label.value, after[0] if after else "", limit),
    )
    return [Node(Ref(label, key), decode(label, text)) for key, text in rows]


def scan_edges(connection: sqlite3.Connection, type: EdgeType, after: tuple[str, ...] | None, limit: int) -> list[Edge]:
    """Return a page of edges by (src label, src key, dst label, dst key)."""
    page: list[Edge] = []
    for src_label in source_labels(type, after):
        page += _edges_from(connection, type, src_label, after, limit - len(page))
        if len(page) == limit:
            break
    return page


def source_labels(type: EdgeType, after: tuple[str, ...] | None) -> Iterator[Label]:
    """Yield the labels an edge of *type* may start from, in order, from where *after* stands."""
    for name in sorted({src.value for src, _ in EDGES[type].ends}):
        if after is None or name >= after[0]:
            yield Label(name)


def _edges_from(
    connection: sqlite3.Connection, type: EdgeType, src_label: Label, after: tuple[str, ...] | None, limit: int
) -> list[Edge]:
    # Walks the index on (label, key), so a page costs what it holds and not what the type holds.
    condition, values = "", []
    if after is not None and after[0] == src_label.value:
        _, src_key, dst_label, dst_key = after
        condition = "AND s.key >= ? AND (s.key > ? OR (d.label, d.key) > (?, ?))"
        values = [src_key, src_key, dst_label, dst_key]
    rows = connection.execute(
        "SELECT s.key, d.label, d.key, e.props FROM node AS s CROSS JOIN edge AS e ON e.src = s.id AND e.type = ? "
        f"CROSS JOIN node AS d ON d.id = e.dst WHERE s.label = ? {condition} ORDER BY s.key, d.label, d.key LIMIT ?",
        (type.value, src_label.value, *values, limit),
    )
    return [
        Edge(type, Ref(src_label, src), Ref(Label(dst_label), dst), decode(type, text))
        for src, dst_label, dst, text in rows
    ]
