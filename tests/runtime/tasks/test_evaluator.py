"""The evaluator against other implementations and by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss

import runtime.tasks.evaluator as evaluator
from runtime.tasks import evaluator_sha256, score


@pytest.fixture
def predictions() -> tuple[np.ndarray, np.ndarray]:
    """Logits of 500 rows over 5 classes, and labels."""
    generator = np.random.default_rng(0)
    return (3 * generator.standard_normal((500, 5))).astype(np.float32), generator.integers(5, size=500)


def test_accuracy_and_nll_equal_scikit_learns(predictions: tuple[np.ndarray, np.ndarray]) -> None:
    """On random logits."""
    logits, labels = predictions
    p = np.exp(logits - logits.max(1, keepdims=True).astype(np.float64))
    p /= p.sum(1, keepdims=True)
    scored = score(logits, labels)

    assert scored["accuracy"] == accuracy_score(labels, logits.argmax(1))
    assert scored["nll"] == pytest.approx(log_loss(labels, p, labels=range(5)), rel=1e-6)


def test_calibration_error_by_hand() -> None:
    """Two rows at confidence .75, one right: |1 - 1.5| / 2; a bin of its own each for two rows of two confidences."""
    three_to_one = np.log(np.array([[3.0, 1.0], [3.0, 1.0]], dtype=np.float32))

    assert score(three_to_one, np.array([0, 1]))["ece"] == pytest.approx(0.25)
    assert score(three_to_one, np.array([0, 0]))["ece"] == pytest.approx(0.25)
    apart = np.log(np.array([[3.0, 1.0], [9.0, 1.0]], dtype=np.float32))
    assert score(apart, np.array([0, 1]))["ece"] == pytest.approx((0.25 + 0.9) / 2)


def test_certain_predictions_have_finite_scores() -> None:
    """Logits far apart neither overflow nor fall out of the last bin."""
    logits = np.array([[1e4, 0.0], [0.0, 1e4]], dtype=np.float32)

    assert score(logits, np.array([0, 1])) == {"accuracy": 1.0, "nll": 0.0, "ece": 0.0}
    assert score(logits, np.array([1, 1]))["nll"] == pytest.approx(5e3)


def test_the_hash_is_of_its_source() -> None:
    """A changed line makes another evaluator."""
    source = Path(evaluator.__file__).read_bytes()

    assert evaluator_sha256() == hashlib.sha256(source).hexdigest()
