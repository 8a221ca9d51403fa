"""Candidates: what the intent is like, in words and in meaning, for each kind of node.

Fusion is convex: ``dense · max(0, cosine) + (1 - dense) · words``, where *words* is BM25 over what a text would score
that is best at every word of the intent, so that both lie in 0 to 1 and mean the same for every kind. (Bruch, Gai and
Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023, find the convex form better and less sensitive
than reciprocal ranks.) A candidate found by one search gets its exact score in the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from graph.embed import Vectors
from graph.schema import Label
from graph.snapshot import Snapshot

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Query:
    """An intent, made ready: its vector (None without an embedder) and the numbers of its words."""

    vector: Vectors | None
    terms: list[int | None]
    dense: float

    @property
    def has_words(self) -> bool:
        """Whether any of its words occurs in the corpus."""
        return any(term is not None for term in self.terms)


@dataclass(frozen=True)
class Kind:
    """The candidates of one kind, best first, then by row."""

    rows: Rows
    scores: Scores
    meaning: Scores
    words: Scores
    score_of: dict[int, float] = field(default_factory=dict)


def candidates(snapshot: Snapshot, query: Query, label: Label, k: int) -> Kind:
    """Return the union of the *k* best by words and by meaning, scored by both."""
    found = [np.zeros(0, np.int64)]
    if query.has_words:
        found.append(snapshot.search_words(label, query.terms, k)[0])
    if query.vector is not None:
        found.append(snapshot.search_vectors(label, query.vector, k)[0])
    rows = np.unique(np.concatenate(found))
    scores, meaning, words = score(snapshot, query, label, rows)
    order = np.lexsort((rows, -scores))
    rows, scores = rows[order], scores[order]
    score_of = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    return Kind(rows, scores, meaning[order], words[order], score_of)


def score(snapshot: Snapshot, query: Query, label: Label, rows: Rows) -> tuple[Scores, Scores, Scores]:
    """Return (fused, meaning, words) of given rows of one kind."""
    meaning = words = np.zeros(len(rows), np.float32)
    if len(rows) and query.vector is not None:
        meaning = np.maximum(snapshot.vectors(label, rows) @ query.vector, 0)
    if len(rows) and query.has_words:
        words = snapshot.score_words(label, query.terms, rows)
    if query.vector is None:
        return words, meaning, words
    if not query.has_words:
        return meaning, meaning, words
    fused: Scores = (query.dense * meaning + (1 - query.dense) * words).astype(np.float32)
    return fused, meaning, words
