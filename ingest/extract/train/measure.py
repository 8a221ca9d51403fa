"""Figures on tuning papers: exact match, micro, as CONTRACT §7 defines them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.extract.encoder.scores import DocumentScores, sigmoid
from ingest.extract.encoder.tags import Scores, spans
from ingest.extract.encoder.tokens import Tokens
from ingest.extract.train.encoded import IGNORED, Encoded
from ingest.extract.train.model import TagHead


@dataclass(frozen=True)
class Counts:
    """Right, predicted and true items."""

    right: int = 0
    predicted: int = 0
    true: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.predicted + other.predicted, self.true + other.true)

    @property
    def precision(self) -> float:
        """Share of the predicted that is right."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the true that is found."""
        return self.right / self.true if self.true else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / (self.predicted + self.true) if self.predicted + self.true else 0.0


def transition_scores(tagger: TagHead) -> Scores:
    """Return the chain scores of *tagger* with forbidden pairs; of one that was not trained as a chain, only these."""
    found: Scores = (tagger.transitions + tagger.allowed).detach().numpy()
    return found


def gold_spans(document: Encoded, head: str) -> list[set[tuple[int, int, int]] | None]:
    """Return for each sentence the gold spans as word ranges, or None where the set says nothing."""
    found: list[set[tuple[int, int, int]] | None] = [None] * len(document.tokens)
    for window, tags in zip(document.windows, document.tags[head], strict=True):
        for sentence, first, last in window.sentences:
            known = [tag for tag in tags[first:last] if tag != IGNORED]
            if known:
                found[sentence] = set(spans(known))
    return found


def contribution_counts(
    documents: Sequence[Encoded], scores: Sequence[DocumentScores], threshold: float
) -> list[Counts]:
    """Return the counts of contribution sentences at *threshold*, one a document."""
    found: list[Counts] = []
    for document, each in zip(documents, scores, strict=True):
        chosen = sigmoid(each.contribution) >= threshold
        gold = document.contribution == 1
        found.append(Counts(int((chosen & gold).sum()), int(chosen.sum()), int(gold.sum())))
    return found


def best_threshold(documents: Sequence[Encoded], scores: Sequence[DocumentScores]) -> tuple[float, Counts]:
    """Return the threshold with the highest F1 of contribution sentences, in steps of .02, and its counts."""
    best = (0.5, Counts())
    for step in range(2, 48):
        threshold = step * 0.02
        counts = sum(contribution_counts(documents, scores, threshold), Counts())
        if counts.f1 > best[1].f1 + 1e-9:
            best = (round(threshold, 2), counts)
    return best


def unit_accuracy(documents: Sequence[Encoded], scores: Sequence[DocumentScores]) -> tuple[float, int]:
    """Return how often the likeliest unit of a contribution sentence is one of its units, and of how many."""
    right = total = 0
    for document, each in zip(documents, scores, strict=True):
        rows = np.flatnonzero(~np.isnan(document.units[:, 0]))
        for row in rows:
            total += 1
            right += int(document.units[row, int(each.units[row].argmax())])
    return right / max(1, total), total


def word_ranges(tokens: Tokens, found: set[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return word spans as character ranges, in order."""
    return sorted((tokens.words[first][0], tokens.words[last - 1][1], kind) for first, last, kind in found)
