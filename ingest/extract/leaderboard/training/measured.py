"""What training chose and reached, on papers that the predicting models had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract.weights import Calibration, MeasuredFigure
from ingest.extract.weights.calibration import expected_calibration_error, fit_isotonic

FOLDS = 4
GRID = tuple(round(0.05 * step, 2) for step in range(2, 16))
"""The thresholds that are tried."""


@dataclass(frozen=True)
class Measured:
    """What was chosen and reached on papers that the models had not seen."""

    thresholds: dict[str, float]
    calibration: dict[str, Calibration]
    figures: tuple[MeasuredFigure, ...]


def f1_of(right: int, said: int, true: int) -> tuple[float, float, float]:
    """Return F1, precision and recall."""
    precision, recall = right / max(1, said), right / max(1, true)
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def calibrated(name: str, pairs: Sequence[tuple[float, bool]], papers: int) -> tuple[Calibration, MeasuredFigure]:
    """Return the calibration of (score, right) pairs, and its error on them as a figure.

    Isotonic: the share of right values does not follow a logistic curve.
    """
    calibration = fit_isotonic([score for score, _ in pairs], [right for _, right in pairs])
    sure = [calibration.probability(score) for score, _ in pairs]
    error = expected_calibration_error(sure, [right for _, right in pairs])
    figure = MeasuredFigure(figure=f"{name}.ece", value=round(error, 4), n=papers, measured_on="unseen papers")
    return calibration, figure
