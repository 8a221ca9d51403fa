"""The reference page of the schema, docs/reference/schema.md, made from `graph.schema` (``make docs`` writes it).

Not done here: saying anything that the schema does not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.schema import EDGES, NODES, SCHEMA_VERSION, EdgeSpec, EdgeType, Label, NodeSpec, Ownership, Property

_OWNERSHIP = {
    Ownership.DOCUMENT: "A fact of one Document: live while that Document stands by the `extraction` it came from.",
    Ownership.SHARED: "Shared: live while something live reaches it.",
    Ownership.STANDING: "Standing: always live.",
}


def schema_reference() -> str:
    """Return the page as Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# The schema of the graph"
    yield ""
    yield f"Version {SCHEMA_VERSION}: {len(Label)} labels, {len(EdgeType)} edge types, declared in `graph/schema.py`."
    yield ""
    yield "Every node has one unique property `key` (lower-case letters, digits and `. _ : ~ -`, at most 120) and is"
    yield "referred to as `Label/key`. What *counts* is part of the graph hash; *indexed* properties can be looked up,"
    yield "*searched* ones are found by their words. A `json` value is canonical JSON text in the store."
    yield ""
    yield "## Labels"
    yield ""
    yield "| label | meaning | counts |"
    yield "|---|---|---|"
    for label, node in NODES.items():
        yield f"| [{label}](#{label.lower()}) | {node.meaning} | {_yes(node.hashed)} |"
    for label, node in NODES.items():
        yield from _label(label, node)
    yield ""
    yield "## Edges"
    for type, edge in EDGES.items():
        yield from _edge(type, edge)


def _label(label: Label, spec: NodeSpec) -> Iterator[str]:
    yield ""
    yield f"### {label}"
    yield ""
    queue = f" Can be claimed from the queue; given up as `{spec.exhausted_state}`." if spec.queued else ""
    yield f"{spec.meaning} {_OWNERSHIP[spec.ownership]}{queue}"
    yield ""
    yield from _properties(spec.properties, counts=spec.hashed)


def _edge(type: EdgeType, spec: EdgeSpec) -> Iterator[str]:
    yield ""
    yield f"### {type}"
    yield ""
    yield f"{spec.meaning} {_OWNERSHIP[spec.ownership]} {_counting(spec.hashed)}"
    yield ""
    yield from (f"- `(:{src})-[:{type}]->(:{dst})`" for src, dst in spec.ends)
    if spec.properties:
        yield ""
        yield from _properties(spec.properties, counts=spec.hashed)


def _properties(properties: Mapping[str, Property], *, counts: bool) -> Iterator[str]:
    yield "| property | type | meaning | counts | indexed | searched |"
    yield "|---|---|---|---|---|---|"
    for name, spec in properties.items():
        marks = (counts and spec.hashed, spec.indexed, spec.searched)
        yield f"| `{name}` | {spec.type} | {_cell(spec.meaning)} | {' | '.join(map(_yes, marks))} |"


def _counting(hashed: bool) -> str:
    return "Counts for the graph hash." if hashed else "Does not count for the graph hash."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _yes(value: bool) -> str:
    return "yes" if value else ""
