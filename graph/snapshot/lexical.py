"""BM25 over the searched labels: built with bm25s, read as three memory-mapped arrays a label.

bm25s scores each (word, text) pair when the index is built (Lucene's variant of BM25), so a query only adds up what
is there. It is read here without bm25s, whose import would cost a quarter of a second.

A word that stands in very many texts is added only to texts that a rarer word of the query found already, and of those
only to such that may still be among the best: what is returned has its exact score, and a text that holds nothing but
common words is not found by words (it is by meaning). (The bound is that of MaxScore, Turtle and Flood 1995.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot.strings import Rows, mapped, write_rows

_VOCABULARY = "words.terms"
_PARTS = ("data", "indices", "indptr", "peaks")
_COMMON = 5_000

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def write_lexical(folder: Path, texts: Mapping[str, Sequence[Sequence[str]]], *, k1: float, b: float) -> None:
    """Index *texts*: for each label the terms of each of its texts, by position."""
    vocabulary = sorted({term for rows in texts.values() for row in rows for term in row})
    number = {term: i for i, term in enumerate(vocabulary)}
    write_rows(folder, _VOCABULARY, (term.encode() for term in vocabulary))
    for label in sorted(texts):
        ids = [[number[term] for term in row] for row in texts[label]]
        data, indices, indptr = _score(ids, number, k1=k1, b=b)
        peaks = np.zeros(len(number), dtype=np.float32)
        filled = np.flatnonzero(np.diff(indptr))
        if len(filled):
            peaks[filled] = np.maximum.reduceat(data, indptr[filled])
        arrays: tuple[npt.NDArray[Any], ...] = (data, indices, indptr, peaks)
        for part, array in zip(_PARTS, arrays, strict=True):
            np.save(folder / f"words.{label}.{part}.npy", array)


def _score(
    ids: list[list[int]], number: dict[str, int], *, k1: float, b: float
) -> tuple[Floats, npt.NDArray[np.int32], Ints]:
    size = len(number)
    if not any(ids):
        return np.zeros(0, np.float32), np.zeros(0, np.int32), np.zeros(size + 1, np.int64)
    import bm25s

    index = bm25s.BM25(method="lucene", k1=k1, b=b)
    index.index((ids, dict(number)), show_progress=False, create_empty_token=False)
    scores = index.scores
    indptr = np.asarray(scores["indptr"], dtype=np.int64)[: size + 1]
    return np.asarray(scores["data"], np.float32), np.asarray(scores["indices"], np.int32), indptr


@dataclass(frozen=True)
class WordIndex:
    """The matrix of one label."""

    data: Floats
    indices: npt.NDArray[np.int32]
    indptr: Ints
    peaks: Floats
    count: int

    def search(self, terms: Sequence[int | None], k: int) -> tuple[Ints, Floats]:
        """Return up to *k* positions with their scores (see `scale`), best first, then by position."""
        known = sorted({t for t in terms if t is not None}, key=lambda t: (self._size(t), t))
        scores = np.zeros(self.count, dtype=np.float32)
        to_come = sum(float(self.peaks[t]) for t in known)
        touched: Ints | None = None
        for term in known:
            at, values = self._postings(term)
            if len(at) > _COMMON and (touched is not None or scores.any()):
                touched = self._hopeful(scores, touched, k, to_come)
                scores[touched] += self._values_at(at, values, touched)
            else:
                scores[at] += values
            to_come -= float(self.peaks[term])
        touched = self._hopeful(scores, touched, k, 0.0)
        best = touched[np.lexsort((touched, -scores[touched]))][:k]
        return best, scores[best] * np.float32(self.scale(terms))

    @staticmethod
    def _hopeful(scores: Floats, touched: Ints | None, k: int, to_come: float) -> Ints:
        """Return those of *touched* that may still be among the *k* best when at most *to_come* is added to each."""
        if touched is None:
            touched = np.flatnonzero(scores)
        if len(touched) <= k:
            return touched
        held = scores[touched]
        kth = float(np.partition(held, -k)[-k])
        # A little slack: sums of float32 differ with their order.
        return touched[held >= kth - to_come - 1e-5]

    def score(self, terms: Sequence[int | None], positions: Ints) -> Floats:
        """Return the scores of given positions."""
        total = np.zeros(len(positions), dtype=np.float32)
        for term in sorted({t for t in terms if t is not None}):
            at, values = self._postings(term)
            total += self._values_at(at, values, positions)
        return total * self.scale(terms)

    def scale(self, terms: Sequence[int | None]) -> float:
        """Return one over what a text would score that is best at every word: scores then lie in 0 to 1.

        A word that no text of the label holds counts as the rarest word would.
        """
        unseen = float(np.log(1 + (self.count + 0.5) / 0.5))
        known = {t for t in terms if t is not None and self._size(t)}
        missing = len({t for t in terms if t is not None} - known) + sum(t is None for t in terms)
        best = sum(float(self.peaks[t]) for t in sorted(known)) + missing * unseen
        return 1 / best if best else 0.0

    def _size(self, term: int) -> int:
        return int(self.indptr[term + 1] - self.indptr[term])

    def _postings(self, term: int) -> tuple[npt.NDArray[np.int32], Floats]:
        part = slice(int(self.indptr[term]), int(self.indptr[term + 1]))
        return self.indices[part], self.data[part]

    @staticmethod
    def _values_at(at: npt.NDArray[np.int32], values: Floats, positions: npt.NDArray[np.integer]) -> Floats:
        if not len(at):
            return np.zeros(len(positions), np.float32)
        place = np.minimum(np.searchsorted(at, positions), len(at) - 1)
        found: Floats = np.where(at[place] == positions, values[place], np.float32(0)).astype(np.float32)
        return found


class Lexical:
    """The vocabulary and one `WordIndex` a label."""

    def __init__(self, vocabulary: Rows, indexes: dict[str, WordIndex]) -> None:
        self._vocabulary, self.indexes = vocabulary, indexes

    @classmethod
    def open(cls, folder: Path, counts: dict[str, int]) -> Lexical:
        """Map the index of each label in *counts* (label → number of texts)."""
        indexes = {}
        for label, count in counts.items():
            data, indices, indptr, peaks = (mapped(folder / f"words.{label}.{part}.npy") for part in _PARTS)
            indexes[label] = WordIndex(data, indices, indptr, peaks, count)
        return cls(Rows.open(folder, _VOCABULARY), indexes)

    def numbers(self, terms: Iterable[str]) -> list[int | None]:
        """Return the number of each distinct term; None for a term that no text holds."""
        return [self._vocabulary.find(term.encode()) for term in dict.fromkeys(terms)]
