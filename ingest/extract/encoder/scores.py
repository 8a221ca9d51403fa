"""What the network says of a document before anything is decided: scores of words and of sentences."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ingest.extract.encoder.sentences import UNITS, Vector
from ingest.extract.encoder.tags import Scores


@dataclass(frozen=True, slots=True)
class DocumentScores:
    """Scores of one document.

    `tags` holds for each head one array [words, tags] a sentence (log-probabilities, or the scores of a chain);
    `sentences` is [sentences, 1 + units + roles] (logits); `states` one array [pieces, width] a sentence; `vectors`
    their means. A sentence of which nothing was read has empty arrays and a row of zeros.
    """

    tags: dict[str, tuple[Scores, ...]]
    sentences: Scores
    vectors: Vector = field(repr=False)
    states: tuple[Vector, ...] = field(repr=False)

    @property
    def contribution(self) -> Scores:
        """The logits of contribution, one a sentence."""
        return self.sentences[:, 0]

    @property
    def units(self) -> Scores:
        """The logits of the information units."""
        return self.sentences[:, 1 : 1 + len(UNITS)]

    @property
    def roles(self) -> Scores:
        """The logits of the roles."""
        return self.sentences[:, 1 + len(UNITS) :]


def log_softmax(scores: Scores) -> Scores:
    """Return log-probabilities of each row."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    found: Scores = (shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))).astype(np.float32)
    return found


def sigmoid(scores: Scores) -> Scores:
    """Return the logistic function of each score."""
    found: Scores = (1 / (1 + np.exp(-np.clip(scores, -60, 60)))).astype(np.float32)
    return found
