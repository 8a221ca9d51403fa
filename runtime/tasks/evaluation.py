"""Which evaluator a built-in task has: what it measures, its identity, and the call."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from graph.canonical import sha256_hex
from runtime.tasks import evaluator, imbalanced, language, regression
from runtime.tasks.language import weights_shape
from runtime.units.settings import Settings
from runtime.units.unit import Recipe

Kind = Literal["classes", "imbalanced", "regression", "language"]

_DIRECTIONS: Mapping[str, Mapping[str, str]] = {
    "classes": evaluator.DIRECTIONS,
    "imbalanced": imbalanced.DIRECTIONS,
    "regression": regression.DIRECTIONS,
}
# Each evaluator with what it calls.
_SOURCES: Mapping[str, tuple[Any, ...]] = {
    "imbalanced": (imbalanced, evaluator),
    "regression": (regression,),
    "language": (language,),
}


def directions(kind: Kind, metric: str) -> dict[str, str]:
    """Return the metrics of *kind* with their good direction; a language model has one, called *metric*."""
    return {metric: "min"} if kind == "language" else dict(_DIRECTIONS[kind])


def sha256_of(kind: Kind) -> str:
    """Return the sha256 of the source of the evaluator of *kind*, with line ends as newlines."""
    if kind == "classes":
        return evaluator.evaluator_sha256()
    files = [Path(str(module.__file__)) for module in _SOURCES[kind]]
    return sha256_hex(b"".join(file.read_bytes().replace(b"\r\n", b"\n") for file in files))


def score_kind(
    kind: Kind,
    left: npt.NDArray[np.float32],
    held_out: npt.NDArray[Any],
    *,
    unit: float,
    recipe: Recipe,
    settings: Settings,
    classes: int,
    metric: str,
) -> dict[str, float]:
    """Return the metrics of what a trial *left* against what was *held_out*."""
    if kind == "language":
        return dict(
            language.score_language(left, held_out, recipe=recipe, settings=settings, classes=classes, metric=metric)
        )
    if kind == "regression":
        return regression.score_regression(left[:, 0], held_out, unit=unit)
    if kind == "imbalanced":
        return imbalanced.score_imbalanced(left, held_out)
    return evaluator.score(left, held_out)


__all__ = ["Kind", "directions", "score_kind", "sha256_of", "weights_shape"]
