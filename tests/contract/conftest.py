"""Graphs that the contract tests read."""

from __future__ import annotations

import pytest

from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore


@pytest.fixture
def small_graph(store: GraphStore) -> GraphStore:
    """Two methods with three quotes from two documents of one paper, a merge both ways, a plan that follows itself.

    m1 ─EVIDENCED_BY▶ e1, e2    e1 ─QUOTED_FROM▶ d1 ─OF_PAPER▶ p
    m2 ─EVIDENCED_BY▶ e2, e3    e2, e3 ─QUOTED_FROM▶ d2 ─OF_PAPER▶ p
    d1 ─PROPOSES▶ m1            m1 ⇄ m2 KEPT_APART, m2 ─MERGED_INTO▶ m1
    """
    store.upsert_nodes(Label.METHOD, [{"key": "m1", "name": "one"}, {"key": "m2", "name": "two"}])
    store.upsert_nodes(Label.EVIDENCE, [{"key": f"e{i}", "quote": f"quote {i}"} for i in (1, 2, 3)])
    store.upsert_nodes(Label.DOCUMENT, [{"key": "d1"}, {"key": "d2"}])
    store.upsert_nodes(Label.PAPER, [{"key": "p", "title": "The paper"}])
    store.upsert_nodes(Label.PLAN, [{"key": "loop"}])
    for type, src, dst, pairs in (
        (EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE, ["m1 e1", "m1 e2", "m2 e2", "m2 e3"]),
        (EdgeType.QUOTED_FROM, Label.EVIDENCE, Label.DOCUMENT, ["e1 d1", "e2 d2", "e3 d2"]),
        (EdgeType.OF_PAPER, Label.DOCUMENT, Label.PAPER, ["d1 p", "d2 p"]),
        (EdgeType.PROPOSES, Label.DOCUMENT, Label.METHOD, ["d1 m1"]),
        (EdgeType.KEPT_APART, Label.METHOD, Label.METHOD, ["m1 m2", "m2 m1"]),
        (EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD, ["m2 m1"]),
        (EdgeType.FOLLOWS, Label.PLAN, Label.PLAN, ["loop loop"]),
    ):
        rows = [dict(zip(("src", "dst"), pair.split(), strict=True)) for pair in pairs]
        store.upsert_edges(type, src, dst, rows)
    return store
