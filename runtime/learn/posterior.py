"""The posterior over a method's effect in each context: conjugate normal, in units of the seed noise.

Prior: every effect is N(0, 1) in units of the standard deviation of a paired difference; a document that claims an
effect is one weak observation of +.5, -.5 or 0 with standard deviation 2, so that papers shape the prior and results
overrule it (ten of them weigh as much as a fraction of one seed pair each). Between contexts effects covary by the
kernel of `runtime.learn.context`. Observations: the mean paired gain in each context with its standard error.

The posterior of jointly normal effects given noisy observations: Rasmussen and Williams 2006, "Gaussian Processes for
Machine Learning", equations 2.25 and 2.26, with the literature's posterior as prior mean and scale.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

_CLAIMED_EFFECT, _CLAIM_SD = 0.5, 2.0
# The noise estimate of a few seeds is shrunk to the assumed one, as if that rested on this many pairs.
_ASSUMED_PAIRS = 4


class Prior(NamedTuple):
    """Mean and standard deviation before any trial, in units of the seed noise."""

    mean: float
    sd: float


class Posterior(NamedTuple):
    """Mean and standard deviation, in units of the seed noise."""

    mean: float
    sd: float


class Observed(NamedTuple):
    """Paired gains in one context, in units of the metric."""

    gains: tuple[float, ...]
    assumed_sd: float

    @property
    def noise(self) -> float:
        """The standard deviation of a paired difference, shrunk to the assumed one."""
        n = len(self.gains)
        if n < 2:
            return self.assumed_sd
        spread = float(np.var(self.gains, ddof=1)) * (n - 1)
        return math.sqrt((_ASSUMED_PAIRS * self.assumed_sd**2 + spread) / (_ASSUMED_PAIRS + n - 1))


def prior(directions: Sequence[str]) -> Prior:
    """Return the prior after what documents claim; *directions* has one entry a document."""
    signs = {"improves": 1.0, "degrades": -1.0}
    precision = 1.0 + len(directions) / _CLAIM_SD**2
    weighted = sum(signs.get(direction, 0.0) * _CLAIMED_EFFECT for direction in directions) / _CLAIM_SD**2
    return Prior(weighted / precision, math.sqrt(1 / precision))


def posterior(
    before: Prior, observed: Mapping[str, Observed], target: str, near: Mapping[tuple[str, str], float]
) -> Posterior:
    """Return the posterior in the context *target*; *near* holds K of each ordered pair of contexts."""
    contexts = [context for context in sorted(observed) if observed[context].gains]
    if not contexts:
        return Posterior(before.mean, before.sd)
    scale = before.sd**2
    covariance = scale * np.array([[near[a, b] for b in contexts] for a in contexts])
    noise = np.diag([1.0 / len(observed[context].gains) for context in contexts])
    means = np.array([np.mean(observed[context].gains) / observed[context].noise for context in contexts])
    to_target = scale * np.array([near[target, context] for context in contexts])
    weights = np.linalg.solve(covariance + noise, to_target)
    mean = before.mean + float(weights @ (means - before.mean))
    variance = scale - float(weights @ to_target)
    return Posterior(mean, math.sqrt(max(variance, 0.0)))


def chance_of_gain(mean: float, sd: float) -> float:
    """Return P(effect > 0) of a normal belief."""
    if sd == 0:
        return 1.0 if mean > 0 else 0.0 if mean < 0 else 0.5
    return 0.5 * (1 + math.erf(mean / (sd * math.sqrt(2))))
