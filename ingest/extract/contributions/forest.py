"""Boosted trees as plain arrays: what scikit-learn trained, evaluated by numpy alone.

Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 2001. All trees stand in
one table of nodes; a leaf points at itself, so that every row may take the same number of steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Forest:
    """Trees of a binary classifier: nodes of all trees, the root of each, the score before any tree, and the depth."""

    feature: Integers
    threshold: npt.NDArray[np.float64]
    left: Integers
    right: Integers
    value: Floats
    roots: Integers
    baseline: float
    depth: int

    def scores(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the log-odds of each row (rows × features)."""
        total = np.full(len(rows), self.baseline)
        if not len(rows):
            return total
        every = np.arange(len(rows))[:, None]
        node = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        for _ in range(self.depth):
            goes_left = rows[every, self.feature[node]] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        return np.asarray(total + self.value[node].sum(axis=1, dtype=np.float64))

    def probabilities(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the probability of each row."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.scores(rows))))
