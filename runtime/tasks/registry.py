"""The built-in tasks: three data sets that come with scikit-learn, each with few training rows, where methods matter.

Training sizes 300, 60 and 40 as in the study whose effects the design quotes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from runtime.tasks.task import RawData, Task


class UnknownTask(ValueError):
    """A task that this installation does not have."""


def _digits() -> RawData:
    from sklearn.datasets import load_digits

    inputs, labels = load_digits(return_X_y=True)
    return RawData(inputs.astype(np.float64), labels.astype(np.int64))


def _breast_cancer() -> RawData:
    from sklearn.datasets import load_breast_cancer

    inputs, labels = load_breast_cancer(return_X_y=True)
    return RawData(inputs.astype(np.float64), labels.astype(np.int64))


def _wine() -> RawData:
    from sklearn.datasets import load_wine

    inputs, labels = load_wine(return_X_y=True)
    return RawData(inputs.astype(np.float64), labels.astype(np.int64))


_ALL = (
    Task(
        id="digits-mlp",
        title="handwritten digits, 300 training rows",
        dataset="sklearn:digits",
        load=_digits,
        n_train=300,
        n_test=600,
        names=("digits", "handwritten digits", "digit recognition", "optdigits", "image classification", "images"),
        scaling="pixels",
        image=(8, 8),
        modality="image",
    ),
    Task(
        id="breast-cancer-mlp",
        title="breast cancer from cell measurements, 60 training rows",
        dataset="sklearn:breast_cancer",
        load=_breast_cancer,
        n_train=60,
        n_test=200,
        names=("breast cancer", "breast cancer wisconsin", "cancer", "medical", "diagnosis", "tabular", "table"),
        scaling="standard",
    ),
    Task(
        id="wine-mlp",
        title="wine cultivars from chemical analysis, 40 training rows",
        dataset="sklearn:wine",
        load=_wine,
        n_train=40,
        n_test=60,
        names=("wine", "wine recognition", "chemical analysis"),
        scaling="standard",
    ),
)

TASKS: Mapping[str, Task] = {task.id: task for task in _ALL}


def find_task(task: str) -> Task:
    """Return the built-in task called *task*.

    Raises:
        UnknownTask: there is none; the message lists those there are.
    """
    if task not in TASKS:
        raise UnknownTask(f"{task!r} is not a task of this installation; these are: {', '.join(sorted(TASKS))}")
    return TASKS[task]
