"""What a compile did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from graph.vocabulary.document import Frozen
from graph.vocabulary.pattern import MinedPattern
from ingest.compile.corpus import Corpus
from ingest.compile.mine import IS


class CompileReport(Frozen):
    """Counts of one compile. `papers_by_support`: how many papers the best supported pattern of a paper has."""

    snapshot: str
    unchanged: bool
    generation: int
    graph_hash: str
    papers: int
    papers_reached: int
    papers_by_support: dict[str, int]
    patterns: int
    patterns_of_papers: int
    nodes: int
    edges: int
    texts: int
    embedded: int
    patterns_written: int
    contradictions: int = 0
    embedder: str
    readings: int


class Progress(Protocol):
    """What a watcher of a compile is told, in order."""

    def on_phase(self, name: str) -> None:
        """A phase begins: hash, read, mine, embed, patterns, snapshot."""

    def on_embedded(self, done: int, todo: int) -> None:
        """*done* of *todo* new texts have their vectors."""


class Silent:
    """A watcher that does nothing."""

    def on_phase(self, name: str) -> None:
        """Ignore it."""

    def on_embedded(self, done: int, todo: int) -> None:
        """Ignore it."""


class Reach(Frozen):
    """How the patterns cover the papers."""

    papers: int
    papers_reached: int
    papers_by_support: dict[str, int]
    patterns: int
    patterns_of_papers: int


_BANDS = ((1, "1"), (4, "2-4"), (9, "5-9"), (10**9, "10+"))


def reach(corpus: Corpus, patterns: Sequence[MinedPattern]) -> Reach:
    """Count which papers are reached, by the support of the best pattern that reaches each."""
    best: dict[str, int] = {}
    for pattern in patterns:
        for exemplar in pattern.papers:
            best[exemplar.paper] = max(best.get(exemplar.paper, 0), pattern.support)
    bands = Counter(next(name for limit, name in _BANDS if support <= limit) for support in best.values())
    return Reach(
        papers=len(corpus.papers),
        papers_reached=len(best),
        papers_by_support={name: bands[name] for _, name in _BANDS if bands[name]},
        patterns=len(patterns),
        patterns_of_papers=sum(pattern.papers[0].role == IS for pattern in patterns),
    )
