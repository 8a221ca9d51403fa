"""Candidates of one kind."""

from __future__ import annotations

import numpy as np

from graph.schema import Label
from graph.snapshot import Snapshot
from graph.snapshot.analysis import words
from runtime.retrieve.candidates import Query, candidates


def _query(snapshot: Snapshot, text: str, dense: float = 0.6) -> Query:
    return Query(snapshot.embedder().embed([text])[0], snapshot.lexical.numbers(words(text)), dense)


def test_the_fusion_is_convex(snapshot: Snapshot):
    """Each score lies between its two parts and is their weighted mean."""
    found = candidates(snapshot, _query(snapshot, "noisy labels of images"), Label.PROBLEM, 10)
    np.testing.assert_allclose(found.scores, 0.6 * found.meaning + 0.4 * found.words, rtol=1e-5)
    assert list(found.scores) == sorted(found.scores, reverse=True)
    assert found.scores.max() <= 1


def test_a_candidate_has_both_scores(snapshot: Snapshot):
    """What only one search found is scored by the other as well."""
    query = _query(snapshot, "label smoothing")
    few = candidates(snapshot, query, Label.METHOD, 1)
    many = candidates(snapshot, query, Label.METHOD, 100)
    assert set(few.score_of.items()) <= set(many.score_of.items())


def test_without_a_vector_words_decide(snapshot: Snapshot):
    """Without an embedder the words' score is the score."""
    query = Query(None, snapshot.lexical.numbers(["mixup"]), 0.6)
    found = candidates(snapshot, query, Label.METHOD, 5)
    assert [snapshot.record(int(row))["name"] for row in found.rows] == ["mixup"]
    np.testing.assert_array_equal(found.scores, found.words)
