"""Contexts of an effect: task descriptors, how near two tasks are, and how much seeds scatter there.

Kernel: K(c, c') = .2 + .8 exp(-d^2 / (2 l^2)) over descriptors log10 rows, log10 features, log10 classes, 1 for images
and 1 for texts (rows of a text are its tokens, features and classes its vocabulary; a regression has one class): even
far contexts share a fifth of what is known of a method, the same context all of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from runtime.tasks import Task
from runtime.tasks.texts import Texts

_SHARED, _LENGTH = 0.2, 0.75

# Standard deviations of paired differences, assumed until trials give better ones: medians over 17 units, 6 seeds of
# the built-in tasks at program version 1 (validation).
_ASSUMED_SD: Mapping[str, Mapping[str, float]] = {
    "digits-mlp": {"accuracy": 0.005, "nll": 0.015, "ece": 0.006},
    "breast-cancer-mlp": {"accuracy": 0.006, "nll": 0.12, "ece": 0.007},
    "wine-mlp": {"accuracy": 0.013, "nll": 0.08, "ece": 0.013},
}
_ASSUMED_ELSEWHERE: Mapping[str, float] = {
    "accuracy": 0.01,
    "nll": 0.1,
    "ece": 0.01,
    "balanced_accuracy": 0.03,
    "macro_f1": 0.03,
    "rmse": 1.0,
    "mae": 1.0,
    "r2": 0.03,
    "bits_per_character": 0.03,
    "bits_per_byte": 0.03,
}


def descriptors(task: Task) -> tuple[float, ...]:
    """Return what a task is like, as numbers of comparable size."""
    data = task.data
    features = data.vocabulary if isinstance(data, Texts) else data.inputs.shape[1]
    return (
        math.log10(task.n_train),
        math.log10(features),
        math.log10(max(1, task.classes)),
        1.0 if task.modality == "image" else 0.0,
        1.0 if task.modality == "text" else 0.0,
    )


def nearness(first: Task, second: Task) -> float:
    """Return K of two tasks, between .2 and 1."""
    if first.id == second.id:
        return 1.0
    squared = sum((a - b) ** 2 for a, b in zip(descriptors(first), descriptors(second), strict=True))
    return _SHARED + (1 - _SHARED) * math.exp(-squared / (2 * _LENGTH**2))


def assumed_sd(task: str, metric: str) -> float:
    """Return the standard deviation of paired differences that is assumed before any trial."""
    return _ASSUMED_SD.get(task, _ASSUMED_ELSEWHERE).get(metric, 0.1)
