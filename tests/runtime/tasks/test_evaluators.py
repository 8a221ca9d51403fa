"""The evaluators of regressions, rare classes and language models against scikit-learn and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, mean_absolute_error, mean_squared_error, r2_score

from runtime.tasks.imbalanced import score_imbalanced
from runtime.tasks.language import unigram_bits
from runtime.tasks.regression import score_regression


def test_errors_of_a_regression_equal_scikit_learns() -> None:
    """In the unit that is given."""
    generator = np.random.default_rng(0)
    true, predicted = (generator.standard_normal(300).astype(np.float32) for _ in range(2))
    scored = score_regression(predicted, true, unit=75.0)

    assert scored["rmse"] == pytest.approx(75 * math.sqrt(mean_squared_error(true, predicted)), rel=1e-6)
    assert scored["mae"] == pytest.approx(75 * mean_absolute_error(true, predicted), rel=1e-6)
    assert scored["r2"] == pytest.approx(r2_score(true, predicted), rel=1e-6)


def test_balanced_accuracy_and_f1_equal_scikit_learns() -> None:
    """On random logits over three classes, one of them rare."""
    generator = np.random.default_rng(0)
    logits = generator.standard_normal((400, 3)).astype(np.float32)
    labels = generator.choice(3, size=400, p=[0.1, 0.3, 0.6])
    scored = score_imbalanced(logits, labels)

    assert scored["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(labels, logits.argmax(1)))
    assert scored["macro_f1"] == pytest.approx(f1_score(labels, logits.argmax(1), average="macro"))


def test_bits_by_frequency_by_hand() -> None:
    """Three of one token and one of another, one added to each of three counts: 4/7, 2/7, 1/7."""
    train, held_out = np.array([0, 0, 0, 1]), np.array([0, 1, 2])
    expected = -(math.log2(4 / 7) + math.log2(2 / 7) + math.log2(1 / 7)) / 3

    assert unigram_bits(train, held_out, 3) == pytest.approx(expected)
