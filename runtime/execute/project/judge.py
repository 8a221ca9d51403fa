"""From what a project trial left to an Outcome: taken over with care, scored by the task's evaluator outside.

Guarantees: a number that a trial prints or writes about itself is never a measurement. Test is scored only for trials
that confirm on test.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from graph.home import Home
from graph.vocabulary.outcome import FailureLabel, Measured, Outcome
from graph.vocabulary.plan import TrialSpec
from runtime.execute.judge import Circumstances, Judged, Unusable, failed, read_result, wall_of
from runtime.execute.project.evaluate import evaluate
from runtime.execute.project.left import store_left, take
from runtime.projects import Project

_TAIL_BYTES = 4000


def judge_project(
    folder: Path,
    trial: str,
    spec: TrialSpec,
    project: Project,
    around: Circumstances,
    *,
    home: Home,
    work: Path,
    file_mb: int,
    meanwhile: Callable[[], None],
) -> Judged:
    """Return what became of *trial*, whose child left *folder*; what it left is kept in *home*.

    The evaluator's folder is made in *work*; *meanwhile* is called while it runs.
    """
    artefact = None
    try:
        result = _read(folder, home, around)
        files = take(folder, project.contract.outputs.keep, most_bytes=file_mb << 20)
        artefact = store_left(home, files)
        splits: tuple[Literal["val", "test"], ...] = ("val", "test") if spec.split == "test" else ("val",)
        scored = {
            split: evaluate(project, files, seed=spec.seed, split=split, work=work, meanwhile=meanwhile)
            for split in splits
        }
    except Unusable as unusable:
        outcome = failed(trial, unusable.verdict, around)
        return Judged(outcome.model_copy(update={"artefact": artefact}), None)
    measured = tuple(
        Measured(metric=name, value=value, split=split)
        for split, values in scored.items()
        for name, value in values.items()
    )
    return Judged(
        Outcome(
            trial=trial,
            measurements=measured,
            wall_s=wall_of(result, around.wall_s),
            environment=dict(around.environment),
            log=around.log,
            artefact=artefact,
            at=around.at,
        ),
        None,
    )


def _read(folder: Path, home: Home, around: Circumstances) -> dict[str, Any]:
    """Return what the child says; where a command failed, the sentence ends with the last line of the log."""
    try:
        return read_result(folder)
    except Unusable as unusable:
        label, message = unusable.verdict
        if around.log is None or label not in {FailureLabel.CRASH, FailureLabel.ENVIRONMENT}:
            raise
        printed = (home.logs / around.log).read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace")
        lines = [line.strip() for line in printed.splitlines() if line.strip()]
        raise Unusable(label, f"{message}: {lines[-1]}" if lines else message) from None
