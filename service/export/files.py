"""The graph as a file: JSON lines (complete, one node or edge a line) or GraphML (for graph tools).

Guarantees: the file is there whole or not at all; lines are in the order of `scan`, so equal graphs give equal files
up to run ids and times; an export beside a writer is repeated and, if the graph never holds still, refused. GraphML
holds lists and nested values as JSON text, and U+FFFD for the control characters that XML has no form for.
A kill leaves at most a file named ``<target>.partial``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from lxml import etree

from graph.graph_hash import graph_hash, outcomes_hash
from graph.schema import EDGES, NODES, EdgeType, Label, Property, ValueType
from graph.store.interface import Edge, GraphStore, Node
from service.documents import ExportDocument
from service.errors import Busy, WrongUse

_TRIES = 3
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GRAPHML_TYPES = {
    ValueType.INT: "long",
    ValueType.FLOAT: "double",
    ValueType.BOOL: "boolean",
}


class FileFormat(StrEnum):
    """How the file is written."""

    JSONL = "jsonl"
    GRAPHML = "graphml"


def export_file(store: GraphStore, target: Path, format: FileFormat) -> ExportDocument:
    """Write the whole graph to *target*.

    Raises:
        WrongUse: the file cannot be written.
        Busy: the graph changed during each of three tries.
    """
    write = {FileFormat.JSONL: _write_jsonl, FileFormat.GRAPHML: _write_graphml}[format]
    for _ in range(_TRIES):
        before = state(store)
        nodes, edges = _write_whole(store, target, write)
        if state(store) == before:
            return ExportDocument(target=str(target), format=format, nodes=nodes, edges=edges, graph_hash=before[0])
    target.unlink(missing_ok=True)
    raise Busy(f"the graph changed during each of {_TRIES} exports: wait until ingest or run has ended, and try again")


def state(store: GraphStore) -> tuple[str, str]:
    """Return what must be equal before and after: the hashes of the corpus and of the outcomes."""
    return graph_hash(store), outcomes_hash(store)


def all_nodes(store: GraphStore) -> Iterator[Node]:
    """Iterate over all nodes, label by label in the schema's order."""
    for label in Label:
        yield from store.scan_nodes(label)


def all_edges(store: GraphStore) -> Iterator[Edge]:
    """Iterate over all edges, type by type in the schema's order."""
    for type_ in EdgeType:
        yield from store.scan_edges(type_)


Writer = Callable[[GraphStore, BinaryIO], tuple[int, int]]


def _write_whole(store: GraphStore, target: Path, write: Writer) -> tuple[int, int]:
    partial = target.with_name(target.name + ".partial")
    try:
        with partial.open("wb") as file:
            written = write(store, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise WrongUse(f"cannot write {target}: {error.strerror}") from error
    return written


def _write_jsonl(store: GraphStore, file: BinaryIO) -> tuple[int, int]:
    nodes = edges = 0
    for node in all_nodes(store):
        line = {"node": str(node.ref), "properties": dict(node.properties)}
        file.write(orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))
        nodes += 1
    for edge in all_edges(store):
        line = {
            "edge": edge.type,
            "src": str(edge.src),
            "dst": str(edge.dst),
            "properties": dict(edge.properties),
        }
        file.write(orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))
        edges += 1
    return nodes, edges


def _write_graphml(store: GraphStore, file: BinaryIO) -> tuple[int, int]:
    node_types = {"label": "string", "key": "string"} | _graphml_types(spec.properties for spec in NODES.values())
    edge_types = {"type": "string"} | _graphml_types(spec.properties for spec in EDGES.values())
    nodes = edges = 0
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("graphml", nsmap={None: _GRAPHML}):
            for domain, types in (("node", node_types), ("edge", edge_types)):
                for name, type_ in types.items():
                    keyed = {"id": f"{domain}_{name}", "for": domain, "attr.name": name, "attr.type": type_}
                    xml.write(etree.Element("key", keyed))
            with xml.element("graph", {"id": "patternbook", "edgedefault": "directed"}):
                for node in all_nodes(store):
                    values = {"label": node.ref.label, "key": node.key, **node.properties}
                    xml.write(_graphml_element("node", {"id": str(node.ref)}, values, node_types))
                    nodes += 1
                for edge in all_edges(store):
                    ends = {"source": str(edge.src), "target": str(edge.dst)}
                    xml.write(_graphml_element("edge", ends, {"type": edge.type, **edge.properties}, edge_types))
                    edges += 1
    return nodes, edges


def _graphml_types(specs: Iterator[dict[str, Property]]) -> dict[str, str]:
    """Return one GraphML type a property name; a name that has several types in the schema becomes text."""
    types: dict[str, str] = {}
    for properties in specs:
        for name, each in properties.items():
            type_ = _GRAPHML_TYPES.get(each.type, "string")
            types[name] = type_ if types.get(name, type_) == type_ else "string"
    return dict(sorted(types.items()))


def _graphml_element(
    tag: str, attributes: dict[str, str], values: dict[str, Any], types: dict[str, str]
) -> etree._Element:
    element = etree.Element(tag, attributes)
    for name in types:
        if (value := values.get(name)) is not None:
            data = etree.SubElement(element, "data", {"key": f"{tag}_{name}"})
            data.text = _NO_XML.sub("\ufffd", _as_text(value))
    return element


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
