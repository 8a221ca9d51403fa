"""Scanning one store into another: the migration between SQLite and Neo4j, and the backup of a running server."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from graph.canonical import canonical_json
from graph.schema import EdgeType, Label, Ref
from graph.store import open_store
from graph.store.interface import GraphStore, Row


def fill(store: GraphStore) -> None:
    """Write a graph with every type of value, all orders of keys and text in several scripts."""
    texts = ["plain", "Ωmega", "漢字 \U0001f9ea", "quo'te\"s`", "", "line\nbreak"]
    methods = [
        {
            "key": f"m-{i}",
            "name": texts[i % 6],
            "squash": f"s{i % 7}",
            "tally": {"surfaces": {texts[i % 6]: i}, "long": [None, 1.5]},
        }
        for i in range(30)
    ]
    store.upsert_nodes(Label.METHOD, methods)
    rows = [
        {"key": f"e{i}", "quote": texts[i % 6] * 3, "confidence": i / 7, "char_start": 2**53 + i} for i in range(30)
    ]
    store.upsert_nodes(Label.EVIDENCE, rows)
    store.upsert_nodes(
        Label.DOCUMENT, [{"key": "d", "authors": ["A", "Ö"], "scores": [1, 2.5], "resolved": False, "keywords": []}]
    )
    pairs = [{"src": f"m-{i}", "dst": f"e{(i * j) % 30}", "confidence": j / 3} for i in range(30) for j in (1, 7, 11)]
    unique = {(row["src"], row["dst"]): row for row in pairs}
    store.upsert_edges(EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE, list(unique.values()))
    store.upsert_edges(
        EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD, [{"src": "m-9", "dst": "m-10", "rule": "squash", "score": 1}]
    )
    store.enqueue(Label.TRIAL, [{"key": "t", "spec": {"a": {"b": [1, 2.0, "3"]}}}])


def contents(store: GraphStore) -> bytes:
    """Return everything but the Meta node, in scan order, as canonical bytes."""
    nodes = [[str(node.ref), node.properties] for label in Label for node in store.scan_nodes(label)]
    edges = [
        [edge.type, str(edge.src), str(edge.dst), edge.properties]
        for type in EdgeType
        for edge in store.scan_edges(type)
    ]
    return canonical_json([[node for node in nodes if node[0] != str(Ref(Label.META, "store"))], edges])


def copy(source: GraphStore, target: GraphStore) -> None:
    """Load all that *source* holds into *target*."""
    for label in Label:
        if label is not Label.META:
            rows = [{"key": node.key, **node.properties} for node in source.scan_nodes(label)]
            target.upsert_nodes(label, rows)
    for type in EdgeType:
        groups = defaultdict[tuple[Label, Label], list[Row]](list)
        for edge in source.scan_edges(type):
            row = {"src": edge.src.key, "dst": edge.dst.key, **edge.properties}
            groups[edge.src.label, edge.dst.label].append(row)
        for (src, dst), rows in groups.items():
            target.upsert_edges(type, src, dst, rows)


def test_a_copy_in_another_store_is_equal(store: GraphStore, tmp_path: Path) -> None:
    """From this store into SQLite and back again: equal bytes at each station, and nothing to write again."""
    fill(store)
    original = contents(store)
    other = open_store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    copy(store, other)
    assert original == contents(other)
    for label in (Label.METHOD, Label.EVIDENCE, Label.DOCUMENT, Label.TRIAL):
        store.delete_nodes(label, [node.key for node in store.scan_nodes(label)])
    copy(other, store)
    assert original == contents(store)
    before = store.counts()
    copy(other, store)
    assert before == store.counts()
    other.close()


def test_the_same_rows_in_another_order_are_the_same_graph(store: GraphStore) -> None:
    """Written backwards, piece by piece and twice, the content is equal."""
    fill(store)
    other = open_store("sqlite:///:memory:")
    for label in (Label.TRIAL, Label.DOCUMENT, Label.EVIDENCE, Label.METHOD):
        for node in reversed(list(store.scan_nodes(label))):
            for name, value in node.properties.items():
                other.upsert_nodes(label, [{"key": node.key, name: value}])
            other.upsert_nodes(label, [{"key": node.key}])
    copy(store, other)
    assert contents(store) == contents(other)
    other.close()
