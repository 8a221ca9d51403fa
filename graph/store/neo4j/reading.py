"""Reading nodes, edges, pages, counts and words from Neo4j.

Orders are written out in full, absent values last, so that they equal SQLite's. The hint USING INDEX and a predicate on
the key make the planner read the index in order, where it might read and sort everything for each page. Labels and
property names come from the schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.errors import UnknownNode
from graph.schema import EDGES, EdgeType, Label, Ref
from graph.store.derived import possible
from graph.store.interface import Counts, Edge, Node, TextHit
from graph.store.neo4j.ddl import terms_property, text_index_name
from graph.store.neo4j.server import Server
from graph.store.terms import query_terms
from graph.store.values import decode_properties, scalar_field, searched_names, wanted_values


def visible(kind: Label | EdgeType, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored properties as a caller sees them: without the key and the store's own, by name."""
    shown = {name: value for name, value in sorted(properties.items()) if name != "key" and name[0] != "_"}
    return decode_properties(kind, shown)


def stored(node: str, labels: Iterable[Label]) -> str:
    """Return the expression for the properties of a node of one of *labels*, without its search terms."""
    terms = sorted({terms_property(name) for label in labels for name in searched_names(label)})
    return f"{node} {{.*, {', '.join(f'{name}: null' for name in terms)}}}" if terms else f"properties({node})"


def as_node(label: Label, properties: Mapping[str, Any]) -> Node:
    """Return a node from its stored properties."""
    return Node(Ref(label, properties["key"]), visible(label, properties))


def get_nodes(server: Server, label: Label, keys: Sequence[str]) -> dict[str, Node]:
    """Return the nodes that exist, by key and in key order."""
    rows = server.read(
        f"UNWIND $keys AS key MATCH (n:{label.value} {{key: key}}) RETURN {stored('n', [label])} AS n",
        keys=possible(keys),
    )
    nodes = [as_node(label, row["n"]) for row in rows]
    return {node.key: node for node in sorted(nodes, key=lambda node: node.key)}


def find_nodes(
    server: Server,
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
    start, conditions, values = "", ["n.key >= ''"], dict[str, Any]()
    for at, (field, value) in enumerate(where.items()):
        wanted, absent_too = wanted_values(label, field, value)
        choices = []
        if len(wanted) == 1:
            choices.append(f"n.{field} = $value{at}")
            values[f"value{at}"] = wanted[0]
        elif wanted:
            choices.append(f"n.{field} IN $value{at}")
            values[f"value{at}"] = wanted
        if absent_too:
            choices.append(f"n.{field} IS NULL")
        conditions.append(f"({' OR '.join(choices) or 'false'})")
    if after is not None:
        values["after"] = after
    hint = ""
    if order_by is not None and order_by != "key":
        scalar_field(label, order_by, "order")
        field = f"n.{order_by}"
        order = f"{field} IS NULL, {field} {'DESC' if descending else 'ASC'}, n.key"
        if after is not None:
            # Compared with the node's own property and not with a parameter: a text from a property is ordered by code
            # points, one from a parameter by UTF-16, and only the former is the order of ORDER BY.
            start = f"MATCH (last:{label.value} {{key: $after}}) "
            conditions.append(_beyond(server, label, order_by, after, descending=descending))
    else:
        backwards = order_by == "key" and descending
        order = "n.key DESC" if backwards else "n.key"
        if not where:
            hint = f"USING INDEX n:{label.value}(key) "
        if after is not None:
            conditions.append(f"n.key {'<' if backwards else '>'} $after")
    rows = server.read(
        f"{start}MATCH (n:{label.value}) {hint}WHERE {' AND '.join(conditions)} WITH n ORDER BY {order} LIMIT $limit "
        f"RETURN {stored('n', [label])} AS n",
        **values,
        limit=limit,
    )
    return [as_node(label, row["n"]) for row in rows]


def _beyond(server: Server, label: Label, order_by: str, after: str, *, descending: bool) -> str:
    """Return the condition for what comes after the node *after*, called ``last`` in the query."""
    rows = server.read(f"MATCH (n:{label.value} {{key: $key}}) RETURN n.{order_by} IS NULL AS absent", key=after)
    if not rows:
        raise UnknownNode(f"{label}/{after} does not exist, so there is no page after it")
    field, place = f"n.{order_by}", f"last.{order_by}"
    if rows[0]["absent"]:
        return f"({field} IS NULL AND n.key > $after)"
    further = "<" if descending else ">"
    return f"({field} {further} {place} OR ({field} = {place} AND n.key > $after) OR {field} IS NULL)"


def counts(server: Server) -> Counts:
    """Count nodes by label and edges by type; each from the server's count store."""
    parts = [f"MATCH (n:{label.value}) WITH count(n) AS n RETURN '{label.value}' AS name, n" for label in Label]
    nodes = {row["name"]: row["n"] for row in server.read(" UNION ALL ".join(parts))}
    parts = [f"MATCH ()-[e:{type.value}]->() WITH count(e) AS n RETURN '{type.value}' AS name, n" for type in EdgeType]
    edges = {row["name"]: row["n"] for row in server.read(" UNION ALL ".join(parts))}
    return Counts(
        {label: nodes[label.value] for label in Label if nodes[label.value]},
        {type: edges[type.value] for type in EdgeType if edges[type.value]},
    )


def search_text(server: Server, label: Label, query: str, k: int) -> list[TextHit]:
    """Return the best *k* nodes that hold all terms, by Lucene's score and then key."""
    terms = query_terms(query)
    if not terms or not searched_names(label):
        return []
    # Terms are letters and digits, so quoting them is all the escaping there is.
    rows = server.read(
        "CALL db.index.fulltext.queryNodes($index, $query) YIELD node, score "
        "RETURN node.key AS key, score ORDER BY score DESC, key LIMIT $k",
        index=text_index_name(label),
        query=" ".join(f'+"{term}"' for term in terms),
        k=k,
    )
    return [TextHit(Ref(label, row["key"]), row["score"]) for row in rows]


def scan_nodes(server: Server, label: Label, after: tuple[str, ...] | None, limit: int) -> list[Node]:
    """Return a page of nodes by key."""
    rows = server.read(
        f"MATCH (n:{label.value}) USING INDEX n:{label.value}(key) WHERE n.key > $after "
        f"WITH n ORDER BY n.key LIMIT $limit RETURN {stored('n', [label])} AS n",
        after=after[0] if after else "",
        limit=limit,
    )
    return [as_node(label, row["n"]) for row in rows]


def scan_edges(server: Server, type: EdgeType, after: tuple[str, ...] | None, limit: int) -> list[Edge]:
    """Return a page of edges by (src label, src key, dst label, dst key)."""
    page: list[Edge] = []
    for name in sorted({src.value for src, _ in EDGES[type].ends}):
        if after is None or name >= after[0]:
            page += _edges_from(server, type, Label(name), after, limit - len(page))
        if len(page) == limit:
            break
    return page


def _edges_from(
    server: Server, type: EdgeType, src_label: Label, after: tuple[str, ...] | None, limit: int
) -> list[Edge]:
    condition, values = "a.key >= ''", dict[str, Any]()
    if after is not None and after[0] == src_label.value:
        _, src_key, dst_label, dst_key = after
        condition = (
            "a.key >= $src_key AND (a.key > $src_key OR labels(b)[0] > $dst_label "
            "OR (labels(b)[0] = $dst_label AND b.key > $dst_key))"
        )
        values = {"src_key": src_key, "dst_label": dst_label, "dst_key": dst_key}
    rows = server.read(
        f"MATCH (a:{src_label.value})-[e:{type.value}]->(b) USING INDEX a:{src_label.value}(key) WHERE {condition} "
        "WITH a, e, b, labels(b)[0] AS label ORDER BY a.key, label, b.key LIMIT $limit "
        "RETURN a.key AS src, label, b.key AS dst, properties(e) AS e",
        **values,
        limit=limit,
    )
    return [
        Edge(type, Ref(src_label, row["src"]), Ref(Label(row["label"]), row["dst"]), visible(type, row["e"]))
        for row in rows
    ]
