"""From what a project trial left to an Outcome: taken over with care, scored by the task's evaluator outside.

Guarantees: a number that a trial prints or writes about itself is never a measurement. Test is scored only for trials
that confirm on test.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from graph.home import Home
from graph.vocabulary.outcome import Measured, Outcome
from graph.vocabulary.plan import TrialSpec
from runtime.execute.judge import Circumstances, Judged, Unusable, failed, read_result, wall_of
from runtime.execute.project.evaluate import evaluate
from runtime.execute.project.left import store_left, take
from runtime.projects import Project


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
        result = read_result(folder)
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
