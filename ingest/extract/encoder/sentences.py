"""What goes into the encoder and what comes out: sentences of one document, read or pre-tokenised.

Offsets are characters of the sentence as given. Where a sentence was given as words, every span that comes out starts
and ends at a word, and `first_word`, `last_word` (exclusive) say which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from graph.vocabulary.extraction import NameType, SentenceRole
from ingest.extract.sections import Part

Vector = npt.NDArray[np.float32]

UNITS = (
    "research-problem",
    "approach",
    "model",
    "code",
    "dataset",
    "experimental-setup",
    "hyperparameters",
    "baselines",
    "results",
    "tasks",
    "experiments",
    "ablation-analysis",
)
"""The information units of NLPContributionGraph (D'Souza and Auer, 2020), in the order of every unit vector here."""


class Guideline(StrEnum):
    """Whose idea of a mention: the two annotated sets differ in what they mark and where it ends."""

    TDMSCI = "tdmsci"  # tasks, datasets and metrics in single sentences of NLP papers, by hand
    SCIREX = "scirex"  # methods, tasks, datasets and metrics in whole papers, partly automatic


@dataclass(frozen=True, slots=True)
class SentenceIn:
    """A sentence of a document. `heading` is the heading of its section ('' where there is none).

    `part` is what that section is; `word_ranges` are the character ranges of its words where they are given.
    """

    text: str
    heading: str = ""
    part: Part = Part.OTHER
    word_ranges: tuple[tuple[int, int], ...] = ()


def sentence_of_words(words: Sequence[str], *, heading: str = "", part: Part = Part.OTHER) -> SentenceIn:
    """Return a sentence given as words: joined by single spaces, each word's range kept."""
    ranges: list[tuple[int, int]] = []
    at = 0
    for word in words:
        ranges.append((at, at + len(word)))
        at += len(word) + 1
    return SentenceIn(" ".join(words), heading, part, tuple(ranges))


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A mention: characters *start* to *end* (exclusive) of the sentence, and its calibrated confidence."""

    type: NameType
    guideline: Guideline
    start: int
    end: int
    confidence: float
    first_word: int = -1
    last_word: int = -1


@dataclass(frozen=True, slots=True)
class FoundPhrase:
    """A phrase (term or predicate) of a contribution sentence, as NLPContributionGraph marks them."""

    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class SentenceRead:
    """What the encoder says of one sentence. Probabilities are calibrated where the manifest holds a calibration.

    `is_contribution` is the decision at the threshold that was set on tuning papers; `units` is in the order of
    `UNITS`; `roles` in that of `SentenceRole`. `vector` is the mean of the token states (float32, not normalised),
    `states` one row a token with `token_ranges` beside it: small heads of others stand on these.
    """

    contribution: float
    is_contribution: bool
    units: tuple[float, ...]
    roles: tuple[float, ...]
    mentions: tuple[FoundSpan, ...]
    phrases: tuple[FoundPhrase, ...]
    vector: Vector = field(repr=False)
    states: Vector = field(repr=False)
    token_ranges: tuple[tuple[int, int], ...] = field(repr=False)

    @property
    def role(self) -> tuple[SentenceRole, float]:
        """The likeliest role and its probability; of equals the first."""
        best = max(range(len(self.roles)), key=lambda each: (self.roles[each], -each))
        return list(SentenceRole)[best], self.roles[best]

    def span_vector(self, start: int, end: int) -> Vector:
        """Return the mean state of the tokens that overlap characters *start* to *end*; zeros where there are none."""
        rows = [row for row, (first, last) in enumerate(self.token_ranges) if first < end and last > start]
        if not rows:
            return np.zeros(self.states.shape[1], dtype=np.float32)
        mean: Vector = self.states[rows].mean(axis=0)
        return mean
