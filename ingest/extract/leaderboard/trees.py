"""Boosted trees at inference: arrays in a file, numpy alone to run them.

Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5), 2001: the score is a
start value plus the sum of what each tree says; a probability is its logistic function. Training is scikit-learn's
(`ingest.extract.leaderboard.train`); `Trees` gives the same probabilities without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]
_LEAF = -1


@dataclass(frozen=True, slots=True)
class Trees:
    """All trees of one model, one after the other. `feature` is −1 at a leaf; `left` and `right` are node numbers."""

    roots: Integers
    feature: Integers
    threshold: npt.NDArray[np.float32]
    left: Integers
    right: Integers
    value: npt.NDArray[np.float32]
    start: float

    def probabilities(self, rows: Sequence[Sequence[float]] | Floats) -> Floats:
        """Return the probability of each row, an array of shape (len(rows),)."""
        if len(rows) == 0:
            return np.zeros(0)
        table = np.asarray(rows, dtype=np.float32)
        at = np.broadcast_to(self.roots, (len(table), len(self.roots))).copy()
        here = np.arange(len(table))[:, None]
        while True:
            feature = self.feature[at]
            inner = feature != _LEAF
            if not inner.any():
                break
            goes_left = table[here, np.maximum(feature, 0)] <= self.threshold[at]
            at = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)
        score = self.start + self.value[at].astype(np.float64).sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -60, 60))))

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[np.generic]]:
        """Return what `from_arrays` reads, each name behind *prefix*."""
        return {
            f"{prefix}.roots": self.roots,
            f"{prefix}.feature": self.feature,
            f"{prefix}.threshold": self.threshold,
            f"{prefix}.left": self.left,
            f"{prefix}.right": self.right,
            f"{prefix}.value": self.value,
            f"{prefix}.start": np.array([self.start]),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, npt.NDArray[np.generic]], prefix: str) -> Trees:
        """Return the model that `arrays` gave."""
        return Trees(
            roots=arrays[f"{prefix}.roots"].astype(np.int32),
            feature=arrays[f"{prefix}.feature"].astype(np.int32),
            threshold=arrays[f"{prefix}.threshold"].astype(np.float32),
            left=arrays[f"{prefix}.left"].astype(np.int32),
            right=arrays[f"{prefix}.right"].astype(np.int32),
            value=arrays[f"{prefix}.value"].astype(np.float32),
            start=float(arrays[f"{prefix}.start"][0]),
        )
