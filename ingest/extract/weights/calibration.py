"""Calibration: from a model's score to a probability, as parameters that a manifest can hold.

Guarantees: monotone, deterministic, between 0 and 1. Fitting needs scikit-learn (imported when called) and happens on
tuning papers only; applying needs nothing. Zadrozny and Elkan, "Transforming classifier scores into accurate
multiclass probability estimates", KDD 2002 (isotonic); Platt, "Probabilistic outputs for support vector machines",
1999 (the targets of equation 5 keep small samples from certainty).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal, Self

from pydantic import model_validator

from graph.vocabulary.document import Frozen


class Calibration(Frozen):
    """A monotone map of scores to probabilities.

    `isotonic`: linear between the knots (`scores`, `probabilities`), constant outside. `platt`: the logistic function
    of ``slope × score + intercept``.
    """

    kind: Literal["isotonic", "platt"]
    scores: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()
    slope: float = 1.0
    intercept: float = 0.0
    n: int = 0

    @model_validator(mode="after")
    def _is_monotone(self) -> Self:
        if self.kind == "isotonic":
            if not self.scores or len(self.scores) != len(self.probabilities):
                raise ValueError("an isotonic calibration needs as many scores as probabilities, and at least one")
            if list(self.scores) != sorted(self.scores) or list(self.probabilities) != sorted(self.probabilities):
                raise ValueError("the knots of an isotonic calibration must rise")
        elif self.slope < 0:
            raise ValueError("a calibration must not turn the order of scores round")
        return self

    def probability(self, score: float) -> float:
        """Return the probability that an item of this score is right."""
        if self.kind == "platt":
            exponent = max(-60.0, min(60.0, self.slope * score + self.intercept))
            return 1.0 / (1.0 + math.exp(-exponent))
        at = bisect_right(self.scores, score)
        if at == 0:
            return self.probabilities[0]
        if at == len(self.scores):
            return self.probabilities[-1]
        low, high = self.scores[at - 1], self.scores[at]
        share = (score - low) / (high - low)
        return self.probabilities[at - 1] + share * (self.probabilities[at] - self.probabilities[at - 1])


def fit_platt(scores: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Return the logistic calibration of *scores*, with Platt's smoothed targets."""
    from scipy.optimize import minimize

    positives = sum(right)
    high, low = (positives + 1) / (positives + 2), 1 / (len(right) - positives + 2)
    targets = [high if each else low for each in right]

    def loss(parameters: Sequence[float]) -> float:
        slope, intercept = math.exp(parameters[0]), parameters[1]
        total = 0.0
        for score, target in zip(scores, targets, strict=True):
            z = slope * score + intercept
            total += math.log1p(math.exp(-abs(z))) + max(z, 0.0) - target * z
        return total

    best = minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-4})
    return Calibration(kind="platt", slope=math.exp(best.x[0]), intercept=float(best.x[1]), n=len(right))


def fit_isotonic(scores: Sequence[float], right: Sequence[bool], *, least: int = 40) -> Calibration:
    """Return the isotonic calibration of *scores*: one knot for each block of the fit, of at least *least* items.

    Blocks with fewer are joined to their neighbour, and each knot's share is smoothed by one item of either kind, so
    that no probability rests on a handful of items.
    """
    from sklearn.isotonic import IsotonicRegression

    pairs = sorted(zip(scores, right, strict=True))
    raw = IsotonicRegression().fit_transform([score for score, _ in pairs], [float(hit) for _, hit in pairs])
    blocks: list[list[tuple[float, bool]]] = []
    previous = None
    for pair, value in zip(pairs, raw, strict=True):
        if not blocks or (value != previous and len(blocks[-1]) >= least):
            blocks.append([])
        blocks[-1].append(pair)
        previous = value
    if len(blocks) > 1 and len(blocks[-1]) < least:
        blocks[-2].extend(blocks.pop())
    xs = [sum(score for score, _ in each) / len(each) for each in blocks]
    ys = [(sum(hit for _, hit in each) + 1) / (len(each) + 2) for each in blocks]
    fitted = IsotonicRegression(y_min=0.0, y_max=1.0).fit_transform(
        xs, ys, sample_weight=[len(each) for each in blocks]
    )
    table: dict[float, float] = {}
    for x, y in zip(xs, fitted, strict=True):
        table.setdefault(round(x, 6), round(float(y), 6))
    order = sorted(table)
    return Calibration(
        kind="isotonic", scores=tuple(order), probabilities=tuple(table[each] for each in order), n=len(pairs)
    )


def expected_calibration_error(probabilities: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """Return the expected calibration error over *bins* bins of equal width (Naeini et al., AAAI 2015)."""
    if not probabilities:
        return 0.0
    total = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [
            (p, hit)
            for p, hit in zip(probabilities, right, strict=True)
            if low <= p < high or (number == bins - 1 and p == 1.0)
        ]
        if inside:
            total += abs(sum(p for p, _ in inside) - sum(hit for _, hit in inside))
    return total / len(probabilities)
