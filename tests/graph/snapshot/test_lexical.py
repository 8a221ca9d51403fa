"""BM25 read from memory maps, against the library that built it."""

from __future__ import annotations

from pathlib import Path

import bm25s
import numpy as np
import pytest

from graph.snapshot import lexical
from graph.snapshot.lexical import Lexical, write_lexical

TEXTS = [["label", "smooth"], ["label", "label", "nois"], ["mixup"], [], ["smooth", "label", "mixup", "loss"]]


@pytest.fixture
def index(tmp_path: Path) -> Lexical:
    write_lexical(tmp_path, {"Method": TEXTS, "Task": [["nois"]]}, k1=1.2, b=0.75)
    return Lexical.open(tmp_path, {"Method": len(TEXTS), "Task": 1})


def _by_library(query: list[str]) -> np.ndarray:
    reference = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    reference.index(TEXTS, show_progress=False)
    return reference.get_scores(query)


@pytest.mark.parametrize("query", [["label"], ["label", "smooth"], ["mixup", "loss", "nois"]])
def test_scores_are_those_of_bm25s(index: Lexical, query: list[str]):
    """Each text's score, before scaling, equals the library's, and the order follows."""
    method = index.indexes["Method"]
    terms = index.numbers(query)
    positions, scores = method.search(terms, k=5)
    expected = _by_library(query)
    np.testing.assert_allclose(scores / method.scale(terms), expected[positions], rtol=1e-5)
    assert set(positions) == set(np.flatnonzero(expected))
    assert list(scores) == sorted(scores, reverse=True)


def test_scores_of_given_texts_equal_those_of_the_search(index: Lexical):
    """A candidate found by meaning gets the score that the search by words would give it."""
    method, terms = index.indexes["Method"], index.numbers(["label", "mixup"])
    positions, scores = method.search(terms, k=5)
    np.testing.assert_allclose(method.score(terms, positions), scores, rtol=1e-6)
    assert method.score(terms, np.array([3]))[0] == 0


def test_scores_lie_between_zero_and_one(index: Lexical):
    """A query of known words scores at most 1; a word that nothing holds lowers every score."""
    method = index.indexes["Method"]
    known, with_unknown = index.numbers(["label", "smooth"]), index.numbers(["label", "smooth", "unheard"])
    assert 0 < method.search(known, 1)[1][0] <= 1
    assert method.search(with_unknown, 1)[1][0] < method.search(known, 1)[1][0]


def test_ties_are_ordered_by_position(tmp_path: Path):
    """Equal scores keep the order of the texts."""
    write_lexical(tmp_path, {"Task": [["a"], ["a"], ["a"]]}, k1=1.2, b=0.75)
    index = Lexical.open(tmp_path, {"Task": 3})
    assert list(index.indexes["Task"].search(index.numbers(["a"]), k=2)[0]) == [0, 1]


def test_a_word_of_another_label_finds_nothing(index: Lexical):
    """The vocabulary is shared, the texts are not."""
    positions, scores = index.indexes["Task"].search(index.numbers(["label"]), k=3)
    assert len(positions) == len(scores) == 0


def test_no_texts_at_all(tmp_path: Path):
    """An empty corpus can be indexed and asked."""
    write_lexical(tmp_path, {"Task": [[], []]}, k1=1.2, b=0.75)
    index = Lexical.open(tmp_path, {"Task": 2})
    assert len(index.indexes["Task"].search(index.numbers(["a"]), k=3)[0]) == 0


def test_a_common_word_keeps_the_scores_exact(index: Lexical, monkeypatch: pytest.MonkeyPatch):
    """A word that is too common to search by is still added to what the rarer words found."""
    method, terms = index.indexes["Method"], index.numbers(["loss", "label"])
    expected = dict(zip(*(each.tolist() for each in method.search(terms, k=5)), strict=True))
    monkeypatch.setattr(lexical, "_COMMON", 1)
    positions, scores = method.search(terms, k=5)
    assert list(positions) == [4]
    assert scores[0] == pytest.approx(expected[4])


def test_pruning_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """On texts where every word counts as common, the best are those of the full sum as far as the rarest word goes."""
    rng = np.random.default_rng(0)
    texts = [[f"w{min(int(z), 30)}" for z in rng.zipf(1.4, 12)] for _ in range(500)]
    write_lexical(tmp_path, {"Task": texts}, k1=1.2, b=0.75)
    index = Lexical.open(tmp_path, {"Task": len(texts)})
    task, terms = index.indexes["Task"], index.numbers(["w1", "w2", "w5", "w9", "w17"])
    everything = task.score(terms, np.arange(500))
    rarest = min((t for t in terms if t is not None), key=lambda t: (task.indptr[t + 1] - task.indptr[t], t))
    holds = np.unique(task.indices[task.indptr[rarest] : task.indptr[rarest + 1]])
    expected = holds[np.lexsort((holds, -everything[holds]))][:10]
    monkeypatch.setattr(lexical, "_COMMON", 0)
    positions, scores = task.search(terms, k=10)
    assert list(positions) == list(expected)
    np.testing.assert_allclose(scores, everything[expected], rtol=1e-5)
