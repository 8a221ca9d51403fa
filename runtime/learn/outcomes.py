"""Which Metric nodes mean which of our metrics, and what a Claim says of them.

By spelling-free names, as units are linked. A claim about performance in general (no metric) speaks of accuracy.
"""

from __future__ import annotations

from graph.names import squash

_NAMES = {
    "accuracy": (
        "accuracy",
        "acc",
        "top-1 accuracy",
        "test accuracy",
        "validation accuracy",
        "classification accuracy",
        "error",
        "error rate",
        "test error",
        "classification error",
        "generalization",
        "generalization error",
        "performance",
    ),
    "nll": (
        "nll",
        "negative log likelihood",
        "negative log-likelihood",
        "log likelihood",
        "log loss",
        "cross entropy",
        "cross-entropy loss",
        "test loss",
        "validation loss",
    ),
    "balanced_accuracy": ("balanced accuracy", "mean recall", "macro recall", "average recall"),
    "macro_f1": ("macro f1", "macro-f1", "f1", "f1 score", "f-score", "f-measure"),
    "rmse": ("rmse", "root mean squared error", "root mean square error", "mse", "mean squared error"),
    "mae": ("mae", "mean absolute error"),
    "r2": ("r2", "r^2", "r squared", "coefficient of determination", "explained variance"),
    "bits_per_character": ("bits per character", "bpc", "perplexity"),
    "bits_per_byte": ("bits per byte", "bpb"),
    "ece": (
        "ece",
        "expected calibration error",
        "calibration error",
        "calibration",
        "miscalibration",
        "overconfidence",
    ),
}
_METRIC_OF = {squash(name): metric for metric, names in _NAMES.items() for name in names}


def metric_of(name: str) -> str | None:
    """Return our metric that papers call *name*; None where it is none of ours."""
    return _METRIC_OF.get(squash(name))


def claimed_metric(names: list[str]) -> str | None:
    """Return our metric that a claim with these metric names speaks of; None where it speaks of another one."""
    if not names:
        return "accuracy"
    found = sorted({metric for name in names if (metric := metric_of(name))})
    return found[0] if found else None
