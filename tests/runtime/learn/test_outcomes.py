"""Which of our metrics a claim speaks of."""

from __future__ import annotations

import pytest

from runtime.learn.outcomes import claimed_metric, metric_of


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("Accuracy", "accuracy"),
        ("error rate", "accuracy"),
        ("generalisation", "accuracy"),
        ("Expected Calibration Error", "ece"),
        ("calibration", "ece"),
        ("negative log-likelihood", "nll"),
        ("cross-entropy", "nll"),
        ("BLEU", None),
    ],
)
def test_names_of_metrics_meet_ours(name: str, metric: str | None) -> None:
    """In any spelling; others are none of ours."""
    assert metric_of(name) == metric


def test_a_claim_without_a_metric_speaks_of_accuracy() -> None:
    """Performance in general."""
    assert claimed_metric([]) == "accuracy"


def test_a_claim_about_another_metric_speaks_of_none_of_ours() -> None:
    """It neither supports nor contradicts what we measure."""
    assert claimed_metric(["BLEU"]) is None
    assert claimed_metric(["BLEU", "ECE"]) == "ece"
