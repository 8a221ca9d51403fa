"""Paired statistics: one arm against the baseline over the same seeds, and the correction over several arms.

Differences are gains: positive is better. With one seed nothing is tested; `compare` needs two.

Equal differences are decided here and not by a division by zero: where all differences are 0 the arms are identical,
p = 1 and the interval is the point 0. Where all are the same other number, the spread is unknown rather than zero, so
p is that of the exact sign-flip test, 2 / 2^n, and the interval is the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Test = Literal["paired_t", "sign_flip", "bootstrap"]
Correction = Literal["holm", "bh", "none"]

# Up to here all 2^n sign flips are counted; above, this many are drawn with a fixed seed.
_EXACT_UP_TO = 14
_RESAMPLES = 20_000
_RESAMPLING_SEED = 20_261_124
# Differences of metrics that are averages over rows: below this they are rounding, not an effect.
_ROUNDING = 1e-12


class Comparison(NamedTuple):
    """Mean gain, its two-sided interval at level 1 - alpha, the raw p, the number of pairs, and the spread."""

    gain: float
    low: float
    high: float
    p: float
    n: int
    sd: float


def compare(gains: Sequence[float], *, alpha: float, test: Test = "paired_t") -> Comparison:
    """Test that the mean of *gains* is 0, two-sided, with the interval of the same level.

    ``paired_t`` is Student's t over the pairs. ``sign_flip`` is Fisher's randomisation test, exact for few pairs, with
    the t interval. ``bootstrap`` has the BCa interval (Efron 1987) and the achieved level of the percentile bootstrap.

    Raises:
        ValueError: fewer than two gains.
    """
    if len(gains) < 2:
        raise ValueError(f"a comparison needs at least two pairs, not {len(gains)}")
    values = np.asarray(gains, dtype=np.float64)
    mean, n = float(values.mean()), len(values)
    if float(np.ptp(values)) <= _ROUNDING:
        if abs(mean) <= _ROUNDING:
            return Comparison(0.0, 0.0, 0.0, 1.0, n, 0.0)
        return Comparison(mean, mean, mean, min(1.0, 2 / 2.0**n), n, 0.0)
    sd = float(values.std(ddof=1))
    if test == "bootstrap":
        low, high, p = _bootstrap(values, alpha)
        return Comparison(mean, low, high, p, n, sd)
    from scipy import stats

    result = stats.ttest_1samp(values, 0.0)
    interval = result.confidence_interval(1 - alpha)
    p = float(result.pvalue) if test == "paired_t" else _sign_flip(values)
    return Comparison(mean, float(interval.low), float(interval.high), p, n, sd)


def _sign_flip(values: npt.NDArray[np.float64]) -> float:
    from scipy import stats

    exact = len(values) <= _EXACT_UP_TO
    result = stats.permutation_test(
        (values,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf if exact else _RESAMPLES,
        rng=np.random.default_rng(_RESAMPLING_SEED),
    )
    return float(result.pvalue)


def _bootstrap(values: npt.NDArray[np.float64], alpha: float) -> tuple[float, float, float]:
    from scipy import stats

    result = stats.bootstrap(
        (values,),
        np.mean,
        confidence_level=1 - alpha,
        n_resamples=_RESAMPLES,
        method="BCa",
        rng=np.random.default_rng(_RESAMPLING_SEED),
    )
    below = float((result.bootstrap_distribution <= 0).sum())
    above = float((result.bootstrap_distribution >= 0).sum())
    p = min(1.0, 2 * (min(below, above) + 1) / (_RESAMPLES + 1))
    return float(result.confidence_interval.low), float(result.confidence_interval.high), p


def correct(p: Sequence[float], method: Correction) -> list[float]:
    """Return *p* corrected for their number, in the order given.

    ``holm``: Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure": the i-th smallest of m times
    m - i + 1, made monotone. ``bh``: Benjamini and Hochberg 1995, the false discovery rate: times m / i, from above.
    """
    m = len(p)
    order = sorted(range(m), key=lambda i: (p[i], i))
    corrected = list(p)
    if method == "holm":
        worst = 0.0
        for rank, i in enumerate(order):
            worst = max(worst, min(1.0, (m - rank) * p[i]))
            corrected[i] = worst
    elif method == "bh":
        best = 1.0
        for rank in range(m - 1, -1, -1):
            best = min(best, m / (rank + 1) * p[order[rank]])
            corrected[order[rank]] = best
    return corrected
