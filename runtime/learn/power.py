"""How many seeds a plan needs: power of the paired t test by the noncentral t distribution (Cohen 1988, section 2.5).

Solved here in a few lines with scipy, as exact as the tables; the correction over arms is taken as Bonferroni's, the
first and hardest step of Holm's, so the number is enough and not more than a little too large.
"""

from __future__ import annotations

import math

POWER = 0.8


def power(effect: float, sd: float, n: int, *, alpha: float, comparisons: int = 1) -> float:
    """Return the chance to find a mean gain of *effect* with *n* pairs whose differences have standard deviation *sd*.

    Raises:
        ValueError: fewer than two pairs, or a spread that is not positive.
    """
    from scipy import stats

    if n < 2 or sd <= 0:
        raise ValueError(f"power needs two pairs and a positive spread, not n = {n} and sd = {sd}")
    level = alpha / comparisons
    shift = effect / sd * math.sqrt(n)
    critical = float(stats.t.ppf(1 - level / 2, n - 1))
    upper, lower = stats.nct.sf(critical, n - 1, shift), stats.nct.cdf(-critical, n - 1, shift)
    # Far in the wrong tail scipy's noncentral t gives NaN where the chance is 0.
    return float(sum(value for value in (upper, lower) if not math.isnan(value)))


def seeds_needed(effect: float, sd: float, *, alpha: float, comparisons: int, least: int, most: int) -> int:
    """Return the fewest pairs, between *least* and *most*, that find *effect* with a chance of 80 %."""
    for n in range(least, most):
        if power(effect, sd, n, alpha=alpha, comparisons=comparisons) >= POWER:
            return n
    return most


def detectable(sd: float, n: int, *, alpha: float, comparisons: int) -> float:
    """Return the smallest mean gain that *n* pairs find with a chance of 80 %, to three significant digits."""
    low, high = 0.0, 50 * sd
    for _ in range(40):
        middle = (low + high) / 2
        if power(middle, sd, n, alpha=alpha, comparisons=comparisons) >= POWER:
            high = middle
        else:
            low = middle
    return float(f"{high:.3g}")
