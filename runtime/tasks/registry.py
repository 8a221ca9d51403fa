"""The built-in tasks: data that come with scikit-learn or with Python, so that nothing is downloaded.

Few training rows, where methods matter: 300, 60 and 40 as in the study whose effects the design quotes. The texts of
the two language models depend on the version of Python; their hash says which.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from runtime.tasks.task import RawData, Task
from runtime.tasks.texts import library_source, library_topics
from runtime.units.settings import Settings


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


# A cancer in eleven: of the 212 malignant cases the first 36 are kept, beside all 357 benign ones.
_RARE = 36


def _imbalanced_cancer() -> RawData:
    data = _breast_cancer()
    rare = np.flatnonzero(data.labels == 0)[:_RARE]
    kept = np.sort(np.concatenate([rare, np.flatnonzero(data.labels == 1)]))
    return RawData(data.inputs[kept], data.labels[kept])


def _diabetes() -> RawData:
    from sklearn.datasets import load_diabetes

    inputs, labels = load_diabetes(return_X_y=True, scaled=False)
    return RawData(inputs.astype(np.float64), labels.astype(np.float64))


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
    Task(
        id="digits-cnn",
        title="handwritten digits by a convolutional network, 300 training rows",
        dataset="sklearn:digits",
        load=_digits,
        n_train=300,
        n_test=600,
        names=("convolutional network", "convolutional neural network", "cnn"),
        scaling="pixels",
        image=(8, 8),
        shape="cnn",
        modality="image",
        settings=Settings(width=8, depth=2, steps=200, batch=32),
    ),
    Task(
        id="breast-cancer-imbalanced",
        title="breast cancer where one case in eleven is malignant, 120 training rows",
        dataset="sklearn:breast_cancer, 36 malignant",
        load=_imbalanced_cancer,
        n_train=120,
        n_test=130,
        names=("class imbalance", "imbalanced classification", "imbalanced data", "rare class", "rare classes"),
        scaling="standard",
        kind="imbalanced",
    ),
    Task(
        id="diabetes-mlp",
        title="progress of diabetes after a year, 150 training rows, a regression",
        dataset="sklearn:diabetes",
        load=_diabetes,
        n_train=150,
        n_test=120,
        names=("diabetes", "disease progression", "regression"),
        scaling="standard",
        kind="regression",
        origin=150.0,
        unit=75.0,
        settings=Settings(width=32, steps=200, rate=0.01),
    ),
    Task(
        id="pydoc-charlm",
        title="language model by character on the text of Python's reference",
        dataset="python:pydoc_data.topics",
        load=library_topics,
        n_train=150_000,
        n_val=12_000,
        n_test=12_000,
        names=("language model", "language models", "language modeling", "language modelling", "perplexity"),
        scaling="none",
        shape="transformer",
        modality="text",
        kind="language",
        metric="bits_per_character",
        settings=Settings(width=48, depth=2, steps=150, batch=12, rate=0.1, heads=4, context=64),
    ),
    Task(
        id="stdlib-bytelm",
        title="language model by byte on the source of Python's standard library",
        dataset="python:standard library source",
        load=library_source,
        n_train=300_000,
        n_val=12_000,
        n_test=12_000,
        names=("source code", "code generation", "byte language model", "language model of code"),
        scaling="none",
        shape="transformer",
        modality="text",
        kind="language",
        metric="bits_per_byte",
        settings=Settings(width=48, depth=2, steps=150, batch=12, rate=0.1, heads=4, context=64),
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
