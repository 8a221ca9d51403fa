"""The evaluator of classification tasks: logits and true labels in, accuracy, nll and ece out.

It runs in the harness, never in the child. Its source is hashed into every trial's identity, so keep it free of
anything else: a changed line makes new trials of all.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.canonical import sha256_hex

# Guo et al. 2017, "On Calibration of Modern Neural Networks", section 2: expected calibration error over equal-width
# bins of the confidence; 15 bins as in their experiments.
_BINS = 15

DIRECTIONS = {"accuracy": "max", "nll": "min", "ece": "min"}


def evaluator_sha256() -> str:
    """Return the sha256 of this file, with line ends as newlines."""
    return sha256_hex(Path(__file__).read_bytes().replace(b"\r\n", b"\n"))


def score(logits: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return the share of right answers, the mean negative log likelihood in nats, and the calibration error.

    *logits* is (rows, classes) and finite, *labels* (rows,).
    """
    values = logits.astype(np.float64)
    shifted = values - values.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    predicted = log_p.argmax(axis=1)
    right = predicted == labels
    confidence = np.exp(log_p[rows, predicted])
    bin_of = np.clip(np.ceil(confidence * _BINS).astype(int) - 1, 0, _BINS - 1)
    gaps = [abs(float(right[bin_of == each].sum() - confidence[bin_of == each].sum())) for each in range(_BINS)]
    return {
        "accuracy": float(right.mean()),
        "nll": float(-log_p[rows, labels].mean()),
        "ece": sum(gaps) / len(labels),
    }
