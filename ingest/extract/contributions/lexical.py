"""Linear models over hashed words: the unit of a sentence, and whether a phrase is a predicate.

A feature is a string; its column is its CRC-32 modulo the number of columns, the same on every machine. Weinberger et
al., "Feature hashing for large scale multitask learning", ICML 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from ingest.extract.contributions.phrase_context import Phrase, word_class
from ingest.extract.contributions.sentences import ContributionSentence, words_of

Floats = npt.NDArray[np.float32]

COLUMNS = 1 << 16
_PLACES = 10


@dataclass(frozen=True)
class LinearModel:
    """Weights (classes × columns) and intercepts; a binary model has one row."""

    weights: Floats
    intercepts: Floats

    def probabilities(self, features: Iterable[str]) -> Floats:
        """Return the class probabilities (softmax; for one row, the logistic of it)."""
        columns = columns_of(features)
        scores = self.weights[:, columns].sum(axis=1) + self.intercepts
        if len(scores) == 1:
            return np.asarray(1.0 / (1.0 + np.exp(-scores)), dtype=np.float32)
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), dtype=np.float32)


def columns_of(features: Iterable[str]) -> list[int]:
    """Return the columns of *features*, each once, in order."""
    return sorted({crc32(feature.encode()) % COLUMNS for feature in features})


def unit_features(sentences: Sequence[ContributionSentence], at: int) -> list[str]:
    """Return what the unit of a sentence is read from: its words, its heading, its place, and its neighbours."""
    sentence = sentences[at]
    before = sentences[at - 1] if at else None
    after = sentences[at + 1] if at + 1 < len(sentences) else None
    words = words_of(sentence.text)
    found = [f"w {word}" for word in words]
    found += [f"b {one} {two}" for one, two in pairwise(words)]
    found += [f"h {word}" for word in words_of(sentence.heading)]
    found.append(f"hh {sentence.heading.casefold()}")
    found.append(f"at {int(sentence.place * _PLACES)}")
    found.append(f"first {' '.join(words[:2])}")
    found.append(f"size {min(12, len(words) // 3)} phrases {min(4, len(sentence.phrases))}")
    for name, other in (("before", before), ("after", after)):
        if other is None:
            found.append(f"{name} none")
            continue
        found += [f"{name} {word}" for word in words_of(other.text)]
        found.append(f"{name} same heading {other.heading == sentence.heading}")
    return found


def type_features(phrases: Sequence[Phrase], at: int) -> list[str]:
    """Return what tells a predicate from a term: its words, its shape, and what stands beside it."""
    phrase = phrases[at]
    before, after = (phrases[at - 1] if at else None), (phrases[at + 1] if at + 1 < len(phrases) else None)
    found = [f"w {word}" for word in phrase.words]
    found += [
        f"text {' '.join(phrase.words)}",
        f"first {phrase.first}",
        f"last {phrase.last}",
        f"size {min(6, len(phrase.words))}",
        f"classes {word_class(phrase.first)} {word_class(phrase.last)}",
        f"end {phrase.last[-3:]} {len(phrase.words) == 1}",
        f"upper {phrase.text[:1].isupper()} {at == 0}",
        f"number {phrase.is_number}",
        f"gap {' '.join(phrase.gap_before[-2:])}",
        f"gap1 {' '.join(phrase.gap_before[-1:])}",
        f"next gap {' '.join(phrase.gap_after[:2])}",
        f"next gap1 {' '.join(phrase.gap_after[:1])}",
        f"gaps {len(phrase.gap_before) == 0} {len(phrase.gap_after) == 0}",
        f"at {min(at, 3)} of {min(len(phrases), 6)}",
    ]
    for name, other in (("before", before), ("after", after)):
        if other is None:
            found.append(f"{name} none")
            continue
        found += [
            f"{name} first {other.first}",
            f"{name} last {other.last}",
            f"{name} classes {word_class(other.first)} {word_class(other.last)}",
            f"{name} size {min(6, len(other.words))}",
        ]
    return found
