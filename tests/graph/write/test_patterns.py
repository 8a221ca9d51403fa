"""Patterns are replaced as a whole; what is spoken of is not forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from graph.errors import StaleWrite
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from graph.vocabulary.pattern import Exemplar, MinedPattern, PatternMethod
from graph.write.lease import hold_lease
from graph.write.patterns import write_patterns


@pytest.fixture
def mined(store: GraphStore) -> GraphStore:
    """A store with what patterns are made of."""
    store.upsert_nodes(Label.PAPER, [{"key": "paper1"}])
    store.upsert_nodes(Label.METHOD, [{"key": "mixup"}, {"key": "dropout"}])
    return store


def _pattern(key: str, *methods: str, **changes: Any) -> MinedPattern:
    fields: dict[str, Any] = {
        "key": key,
        "name": key,
        "summary": "",
        "support": 1,
        "papers": (Exemplar(paper="paper1"),),
        "methods": tuple(PatternMethod(key=method, papers=1) for method in methods),
    }
    return MinedPattern(**fields | changes)


def _patterns(store: GraphStore) -> dict[str, Any]:
    return {node.key: node.properties["graph_hash"] for node in store.scan(Label.PATTERN)}


def test_what_is_no_longer_mined_goes(mined: GraphStore) -> None:
    """The second compile leaves its own patterns and their edges only."""
    write_patterns(mined, [_pattern("a", "mixup", "dropout"), _pattern("b", "mixup")], graph_hash="h1")
    write_patterns(mined, [_pattern("a", "mixup")], graph_hash="h2")
    assert _patterns(mined) == {"a": "h2"}
    assert [edge.dst.key for edge in mined.scan(EdgeType.COMPOSED_OF)] == ["mixup"]


def test_writing_the_same_patterns_changes_nothing(mined: GraphStore) -> None:
    """An unchanged compile writes no row."""
    patterns = [_pattern("a", "mixup", failures={"oom": 1})]
    write_patterns(mined, patterns, graph_hash="h1")
    assert write_patterns(mined, patterns, graph_hash="h1").written == 0


def test_a_pattern_that_a_plan_draws_on_stays(mined: GraphStore) -> None:
    """It keeps the hash of the graph it was mined from, so that readers can tell."""
    write_patterns(mined, [_pattern("a", "mixup")], graph_hash="h1")
    mined.upsert_nodes(Label.PLAN, [{"key": "plan:1"}])
    mined.upsert_edges(EdgeType.DRAWS_ON, Label.PLAN, Label.PATTERN, [{"src": "plan:1", "dst": "a"}])
    write_patterns(mined, [_pattern("b", "dropout")], graph_hash="h2")
    assert _patterns(mined) == {"a": "h1", "b": "h2"}


def test_a_pattern_without_a_paper_cannot_be(mined: GraphStore) -> None:
    """No evidence, no pattern; nor may a pattern name a method twice."""
    with pytest.raises(ValidationError):
        _pattern("a", "mixup", papers=())
    with pytest.raises(ValidationError, match="twice"):
        _pattern("a", "mixup", "mixup")
    assert mined.scan(Label.PATTERN) == []


def test_a_compile_that_lost_its_lease_writes_nothing(mined: GraphStore) -> None:
    """The fence of a lease that somebody else took refuses the batch."""

    def compile_too_late() -> None:
        with hold_lease(mined, "compile", owner="a", ttl_s=1, clock=lambda: 0.0) as lease:
            with hold_lease(mined, "compile", owner="b", ttl_s=1, clock=lambda: 10.0):
                pass
            write_patterns(mined, [_pattern("a", "mixup")], graph_hash="h1", fence=lease.fence)

    with pytest.raises(StaleWrite):
        compile_too_late()
    assert mined.scan(Label.PATTERN) == []
