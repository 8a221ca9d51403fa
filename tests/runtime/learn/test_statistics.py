"""Paired statistics against other implementations, and the cases that a formula alone gets wrong."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from runtime.learn.statistics import compare, correct

GAINS = [0.012, 0.008, 0.021, -0.004, 0.015, 0.009, 0.011, 0.002]


def test_paired_t_equals_scipys_related_samples() -> None:
    """Gains are differences of pairs: t and interval are those of ttest_rel."""
    base = np.linspace(0.9, 0.95, len(GAINS))
    expected = stats.ttest_rel(base + GAINS, base)
    interval = expected.confidence_interval(0.95)
    found = compare(GAINS, alpha=0.05)

    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert (found.gain, found.n) == (pytest.approx(np.mean(GAINS)), 8)


def test_the_sign_flip_test_counts_all_flips() -> None:
    """With eight pairs p is the share of the 256 sign flips whose mean is at least as far from 0."""
    means = [abs(np.mean(np.multiply(flips, GAINS))) for flips in itertools.product((1, -1), repeat=8)]
    expected = sum(mean >= abs(np.mean(GAINS)) - 1e-12 for mean in means) / len(means)

    assert compare(GAINS, alpha=0.05, test="sign_flip").p == pytest.approx(expected)


def test_the_bootstrap_interval_is_scipys_and_does_not_change() -> None:
    """Resampling has a fixed seed: asked twice, the same answer; a clear gain has a small p."""
    first, second = (compare(GAINS, alpha=0.05, test="bootstrap") for _ in range(2))

    assert first == second
    assert first.low < first.gain < first.high
    assert first.p < 0.01


def test_identical_arms_have_no_difference_and_p_one() -> None:
    """All differences 0: not a division by zero, and no evidence of anything."""
    for test in ("paired_t", "sign_flip", "bootstrap"):
        found = compare([0.0] * 10, alpha=0.05, test=test)  # type: ignore[arg-type]
        assert (found.gain, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_equal_differences_are_judged_by_their_signs() -> None:
    """All differences the same: the spread is unknown, not zero, so p is that of the sign flips, 2 / 2^n."""
    found = compare([0.01] * 5, alpha=0.05)

    assert (found.gain, found.low, found.high) == (0.01, 0.01, 0.01)
    assert found.p == pytest.approx(2 / 32)


def test_one_pair_is_not_tested() -> None:
    """The message says how many are needed."""
    with pytest.raises(ValueError, match="at least two pairs, not 1"):
        compare([0.1], alpha=0.05)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_corrections_equal_statsmodels(p: list[float]) -> None:
    """Holm and Benjamini-Hochberg, whatever the values and ties."""
    for ours, theirs in (("holm", "holm"), ("bh", "fdr_bh")):
        assert correct(p, ours) == pytest.approx(multipletests(p, method=theirs)[1])  # type: ignore[arg-type]
    assert correct(p, "none") == p


def test_correcting_nothing_gives_nothing() -> None:
    """A plan without comparable arms."""
    assert correct([], "holm") == []
