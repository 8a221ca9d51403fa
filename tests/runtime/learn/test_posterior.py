"""The belief model: papers shape the prior, results overrule it, near contexts share what they know."""

from __future__ import annotations

import math

import pytest

from runtime.learn.context import nearness
from runtime.learn.posterior import Observed, Posterior, Prior, chance_of_gain, posterior, prior
from runtime.tasks import TASKS

NEAR = {("a", "a"): 1.0, ("a", "b"): 0.5, ("b", "a"): 0.5, ("b", "b"): 1.0}
STANDARD = Prior(0.0, 1.0)


def gains(mean: float, n: int, sd: float = 1.0) -> Observed:
    """Return *n* gains of that mean and spread, with the spread as what was assumed."""
    half = sd * math.sqrt((n - 1) / n)
    return Observed(tuple(mean + (half if i % 2 else -half) for i in range(n)), sd)


def test_without_claims_the_prior_is_standard() -> None:
    """N(0, 1) in units of the seed noise."""
    assert prior([]) == (0.0, 1.0)


def test_claims_shift_the_prior_a_little() -> None:
    """Four documents for: precision 1 + 4 / 4, mean half of .5; against cancels for; more never beats one result."""
    assert prior(["improves"] * 4) == pytest.approx((0.25, math.sqrt(0.5)))
    assert prior(["improves", "degrades"]).mean == 0.0
    assert prior(["no_difference"] * 2) == pytest.approx((0.0, math.sqrt(1 / 1.5)))
    assert prior(["improves"] * 1000).mean < 0.5


def test_one_context_is_the_conjugate_normal() -> None:
    """Prior N(0, 1), n gains with noise 1: precision 1 + n, mean n z / (1 + n)."""
    found = posterior(STANDARD, {"a": gains(2.0, 10)}, "a", NEAR)

    assert found.mean == pytest.approx(10 * 2.0 / 11, rel=1e-6)
    assert found.sd == pytest.approx(math.sqrt(1 / 11))


def test_results_overrule_papers() -> None:
    """Twenty claims for and ten clear losses: the belief is a loss."""
    found = posterior(prior(["improves"] * 20), {"a": gains(-2.0, 10)}, "a", NEAR)

    assert found.mean < -1
    assert chance_of_gain(*found) < 0.01


def test_a_near_context_tells_something_and_less() -> None:
    """What was seen in b moves a by half, and leaves a less certain than its own trials would."""
    own = posterior(STANDARD, {"a": gains(2.0, 10)}, "a", NEAR)
    lent = posterior(STANDARD, {"b": gains(2.0, 10)}, "a", NEAR)

    assert lent.mean == pytest.approx(own.mean / 2)
    assert own.sd < lent.sd < 1.0


def test_no_observation_leaves_the_prior() -> None:
    """Contexts without gains change nothing."""
    assert posterior(Prior(0.3, 0.7), {"a": Observed((), 1.0)}, "a", NEAR) == Posterior(0.3, 0.7)


def test_the_noise_of_few_seeds_is_shrunk_to_the_assumed_one() -> None:
    """Two equal gains do not mean that there is no noise."""
    assert Observed((0.5, 0.5), 0.1).noise == pytest.approx(math.sqrt(4 * 0.01 / 5))
    assert Observed((0.5,), 0.1).noise == 0.1


def test_chance_of_gain_is_the_normal_distribution_function() -> None:
    """Also at no spread."""
    assert chance_of_gain(1.96, 1.0) == pytest.approx(0.975, abs=1e-4)
    assert [chance_of_gain(mean, 0.0) for mean in (1.0, 0.0, -1.0)] == [1.0, 0.5, 0.0]


def test_tables_are_nearer_to_each_other_than_to_images() -> None:
    """The kernel is symmetric, 1 for the same task, and never below a fifth."""
    digits, cancer, wine = (TASKS[task] for task in ("digits-mlp", "breast-cancer-mlp", "wine-mlp"))

    assert nearness(wine, wine) == 1.0
    assert nearness(cancer, wine) == nearness(wine, cancer)
    assert 0.2 <= nearness(digits, wine) < nearness(cancer, wine) < 1.0
