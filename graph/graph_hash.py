"""Two numbers that say whether two graphs are the same: one of the corpus, one of the trials.

`graph_hash` is the sha256 over the live edges and nodes of the hashed labels and types, one line of canonical JSON
each: edge types and then labels in the order of their names, within each the order of `scan`. Edges come first because
they say which names are live, so that everything is read once. Left out are properties that the schema marks as not
hashed (runs, times, paths, queue fields) and everything that is not live (`graph.live`).

Guarantees: equal on both stores, whatever the order, the workers or the crashes that made the graph. Reads page by page
and keeps one key per live name in memory. Not done here: holding still; hash a graph that is being written and you get
the hash of no moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from graph.canonical import canonical_json
from graph.live import Liveness, live_edges, live_nodes
from graph.schema import EDGES, NODES, EdgeType, Label, Property
from graph.store.interface import Edge, GraphStore, Node

_OUTCOMES = (Label.MEASUREMENT, Label.TRIAL)


def graph_hash(store: GraphStore) -> str:
    """Return the hash of the live corpus as 64 hex digits."""
    digest = hashlib.sha256()
    for line in _corpus_lines(store):
        digest.update(line)
        digest.update(b"\n")
    return digest.hexdigest()


def outcomes_hash(store: GraphStore) -> str:
    """Return the hash over ended Trials and all Measurements: what a Pattern takes its failures from.

    A trial counts once it is done or failed, with its label; when, where and how long it ran do not count.
    """
    digest = hashlib.sha256()
    for label in _OUTCOMES:
        for node in store.scan_nodes(label):
            if label is Label.TRIAL and node.properties.get("state") not in {"done", "failed", "dead"}:
                continue
            kept = {name: node.properties.get(name) for name in _OUTCOME_FIELDS[label]}
            digest.update(canonical_json([label.value, node.key, kept]))
            digest.update(b"\n")
    return digest.hexdigest()


_OUTCOME_FIELDS = {
    Label.TRIAL: ("spec", "units", "task", "seed", "split", "state", "label"),
    Label.MEASUREMENT: ("metric", "value", "split", "trial"),
}


def _corpus_lines(store: GraphStore) -> Iterator[bytes]:
    liveness = Liveness(store)
    for type in sorted(EdgeType):
        if not EDGES[type].hashed:
            continue
        edges = liveness.evidencing() if type is EdgeType.EVIDENCED_BY else live_edges(store, type, liveness=liveness)
        for edge in edges:
            yield _edge_line(edge)
    for label in sorted(Label):
        if NODES[label].hashed:
            for node in live_nodes(store, label, liveness=liveness):
                yield _node_line(node)


def _edge_line(edge: Edge) -> bytes:
    return canonical_json([edge.type.value, str(edge.src), str(edge.dst), _hashed(edge.type, edge.properties)])


def _node_line(node: Node) -> bytes:
    return canonical_json([str(node.ref), _hashed(node.ref.label, node.properties)])


def _hashed(kind: Label | EdgeType, properties: Mapping[str, Any]) -> dict[str, Any]:
    left_out = _LEFT_OUT[kind]
    return {name: value for name, value in properties.items() if name not in left_out}


def _unhashed(properties: Mapping[str, Property]) -> frozenset[str]:
    return frozenset(name for name, spec in properties.items() if not spec.hashed)


_LEFT_OUT: dict[Label | EdgeType, frozenset[str]] = {
    **{label: _unhashed(spec.properties) for label, spec in NODES.items()},
    **{type: _unhashed(spec.properties) for type, spec in EDGES.items()},
}
