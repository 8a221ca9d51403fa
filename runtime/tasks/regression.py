"""The evaluator of regression tasks: predictions and true values in, RMSE, MAE and R² out.

It runs in the harness, never in the child. Its source is hashed into every trial's identity, so keep it free of
anything else: a changed line makes new trials of all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DIRECTIONS = {"rmse": "min", "mae": "min", "r2": "max"}


def score_regression(
    predicted: npt.NDArray[np.float32], true: npt.NDArray[np.float32], *, unit: float
) -> dict[str, float]:
    """Return root mean squared and mean absolute error, times *unit*, and the coefficient of determination.

    Both are (rows,) on the scale of training; R² = 1 - sum((y - f)²) / sum((y - mean y)²), which is 0 for the mean.
    """
    y, f = true.astype(np.float64), predicted.astype(np.float64)
    errors = y - f
    return {
        "rmse": float(np.sqrt((errors**2).mean())) * unit,
        "mae": float(np.abs(errors).mean()) * unit,
        "r2": 1.0 - float((errors**2).sum() / ((y - y.mean()) ** 2).sum()),
    }
