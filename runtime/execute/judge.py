"""The evaluator's side: from what a child left to an Outcome, scored against labels that the child never had.

Guarantees: nothing a child writes can make the harness run code (arrays are read without pickles, links are refused,
sizes are bounded first) or become a measurement unscored. Test metrics are taken only for trials of the split `test`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from graph.vocabulary.outcome import FailureLabel, Measured, Outcome
from graph.vocabulary.plan import TrialSpec
from runtime.execute.labels import ERROR_KINDS, Verdict
from runtime.execute.ownership import RESULT_BYTES
from runtime.execute.pack import recipe_of
from runtime.tasks import Task

_MESSAGE_CHARS = 500


class Unusable(Exception):
    """What a child left cannot be scored; *verdict* is the label that follows."""

    def __init__(self, label: FailureLabel, message: str) -> None:
        super().__init__(message)
        self.verdict = Verdict(label, message)


@dataclass(frozen=True)
class Judged:
    """An outcome, and the predictions behind it as bytes of one .npy: validation rows, then test rows."""

    outcome: Outcome
    predictions: bytes | None

    def with_outcome(self, outcome: Outcome) -> Judged:
        """Return the same with another outcome."""
        return replace(self, outcome=outcome)


@dataclass(frozen=True)
class Circumstances:
    """What the harness knows of how a trial was run."""

    at: str
    wall_s: float
    environment: Mapping[str, str | int | float | bool]
    log: str | None = None


def judge(folder: Path, trial: str, spec: TrialSpec, task: Task, around: Circumstances, *, file_mb: int) -> Judged:
    """Return what became of *trial*, whose child left *folder*."""
    try:
        result = read_result(folder)
        recipe = recipe_of(spec)
        arrays = {
            name: _read_array(folder / f"{name}.npy", shape, file_mb)
            for name, shape in task.leaves(recipe, spec.seed).items()
        }
    except Unusable as unusable:
        return Judged(failed(trial, unusable.verdict, around), None)
    parts: tuple[Literal["val", "test"], ...] = ("val", "test") if spec.split == "test" else ("val",)
    measured = [
        Measured(metric=name, value=value, split=part)
        for part in parts
        for name, value in task.score(part, arrays, recipe=recipe, seed=spec.seed).items()
    ]
    outcome = Outcome(
        trial=trial,
        measurements=tuple(measured),
        wall_s=wall_of(result, around.wall_s),
        environment=dict(around.environment),
        log=around.log,
        at=around.at,
    )
    primary, chance = measured[0], task.chance(spec.seed)
    is_higher_better = task.metrics[primary.metric] == "max"
    if primary.value <= chance if is_higher_better else primary.value >= chance:
        outcome = outcome.model_copy(
            update={
                "label": FailureLabel.ACCURACY_GATE_MISS,
                "message": f"{primary.metric} on validation, {primary.value:.4f}, is no better than guessing, "
                f"{chance:.4f}",
            }
        )
    return Judged(outcome, _as_npy(np.concatenate(list(arrays.values()))))


def failed(trial: str, verdict: Verdict, around: Circumstances) -> Outcome:
    """Return the outcome of a trial that left nothing to score."""
    return Outcome(
        trial=trial,
        label=verdict.label,
        message=_printable(verdict.message),
        wall_s=around.wall_s,
        environment=dict(around.environment),
        log=around.log,
        at=around.at,
    )


def read_result(folder: Path) -> dict[str, Any]:
    """Return what a child says of itself.

    Raises:
        Unusable: it left nothing readable, or says that it failed.
    """
    if folder.is_symlink():
        raise Unusable(FailureLabel.NO_RESULT, "the result was left as a link")
    content = _read_file(folder / "result.json", RESULT_BYTES)
    try:
        result = json.loads(content)
    except (ValueError, RecursionError):
        raise Unusable(FailureLabel.NO_RESULT, "result.json is not JSON") from None
    if not isinstance(result, dict) or not isinstance(result.get("error", {}), dict):
        raise Unusable(FailureLabel.NO_RESULT, "result.json has not the form of a result")
    if error := result.get("error"):
        label = ERROR_KINDS.get(str(error.get("kind")), FailureLabel.CRASH)
        raise Unusable(label, f"{error.get('class')}: {error.get('message')}")
    return result


def _read_array(file: Path, shape: tuple[int, ...], file_mb: int) -> npt.NDArray[np.float32]:
    content = _read_file(file, file_mb << 20)
    try:
        loaded = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise Unusable(FailureLabel.NO_RESULT, f"{file.name} cannot be read: {error}") from None
    if not isinstance(loaded, np.ndarray) or loaded.dtype.kind != "f" or loaded.shape != shape:
        found = f"{loaded.dtype} {loaded.shape}" if isinstance(loaded, np.ndarray) else type(loaded).__name__
        raise Unusable(FailureLabel.NO_RESULT, f"{file.name} must hold float32 {shape}, not {found}")
    values = loaded.astype(np.float32)
    if not np.isfinite(values).all():
        raise Unusable(FailureLabel.NON_FINITE, f"{file.name} holds values that are not finite")
    return values


def _read_file(file: Path, most: int) -> bytes:
    if file.is_symlink() or not file.is_file():
        raise Unusable(FailureLabel.NO_RESULT, f"{file.name} was not left")
    if file.stat().st_size > most:
        raise Unusable(FailureLabel.SIZE, f"{file.name} has {file.stat().st_size} bytes, more than {most}")
    return file.read_bytes()


def wall_of(result: Mapping[str, Any], most: float) -> float:
    """Return the child's own time for the trial, if it is a number that its pack's time allows, else the pack's."""
    said = result.get("wall_s")
    return float(said) if isinstance(said, int | float) and 0 <= said <= most else most


def _as_npy(values: npt.NDArray[np.float32]) -> bytes:
    out = io.BytesIO()
    np.save(out, np.ascontiguousarray(values, "<f4"), allow_pickle=False)
    return out.getvalue()


def _printable(message: str) -> str:
    return message.replace("\0", " ").encode("utf-8", "replace").decode()[:_MESSAGE_CHARS]
