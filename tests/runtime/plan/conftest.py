"""Fixtures: answers as retrieve would give them, over a graph that holds their nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from graph.keys import name_key
from graph.names import name_properties
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from runtime.retrieve.answer import Answer, Match, Named, Objection, Quote

MakeAnswer = Callable[..., Answer]


@pytest.fixture
def answer(sqlite_store: GraphStore) -> MakeAnswer:
    """Makes an answer; a match is ``(score, [method names])`` or ``(score, [method names], {more fields})``."""

    def make(intent: str, *matches: Sequence[Any]) -> Answer:
        return Answer(
            intent=intent,
            snapshot="snapshot-1",
            fallbacks=(),
            matches=tuple(_match(sqlite_store, place, *each) for place, each in enumerate(matches)),
        )

    return make


def _match(
    store: GraphStore, place: int, score: float, methods: Sequence[str], more: dict[str, Any] | None = None
) -> Match:
    key = f"pattern-{place}"
    store.upsert_nodes(Label.PATTERN, [{"key": key, "name": key}])
    store.upsert_nodes(Label.METHOD, [{"key": name_key(name), **name_properties(name)} for name in methods])
    store.upsert_edges(
        EdgeType.COMPOSED_OF,
        Label.PATTERN,
        Label.METHOD,
        [{"src": key, "dst": name_key(name), "role": "core"} for name in methods],
    )
    named = tuple(Named(ref=f"Method/{name_key(name)}", name=name, role="core") for name in methods)
    fields: dict[str, Any] = {"evidence": (), **(more or {})}
    return Match(pattern=f"Pattern/{key}", name=key, score=score, parts={}, methods=named, **fields)


@pytest.fixture
def quote() -> Callable[..., Quote]:
    """Makes a quote with an evidence reference."""

    def make(key: str, stance: str = "supports") -> Quote:
        return Quote(
            document="Document/d", quote="…", section="s", stance=stance, of="Claim/c", evidence=f"Evidence/{key}"
        )

    return make


@pytest.fixture
def objection(sqlite_store: GraphStore) -> Callable[[str, str], Objection]:
    """Makes a reviewer's objection whose evidence is in the store."""

    def make(key: str, text: str) -> Objection:
        owned = {"document": "d", "extraction": "x"}
        sqlite_store.upsert_nodes(Label.REVIEW_POINT, [{"key": key, "text": text, **owned}])
        sqlite_store.upsert_nodes(Label.EVIDENCE, [{"key": f"quote:{key}", "quote": text, **owned}])
        sqlite_store.upsert_edges(
            EdgeType.EVIDENCED_BY,
            Label.REVIEW_POINT,
            Label.EVIDENCE,
            [{"src": key, "dst": f"quote:{key}", "stance": "supports", "confidence": 1.0, **owned}],
        )
        return Objection(ref=f"ReviewPoint/{key}", text=text, aspect="statistics", about="Method/dropout")

    return make
