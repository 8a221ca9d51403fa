"""Why a trial cannot or may not run here, found before anything is spent on it.

Guarantees: a function of the trial, the engine and the isolation alone; nothing is read but what a task says of itself.
"""

from __future__ import annotations

from graph.vocabulary.outcome import FailureLabel
from graph.vocabulary.plan import TrialSpec
from runtime.execute.engine import Engine
from runtime.execute.labels import Verdict
from runtime.execute.pack import recipe_of
from runtime.execute.project.trust import untrusted
from runtime.projects import Project
from runtime.tasks import Task
from runtime.units import PROGRAM_VERSION, UnitError


def obstacle(spec: TrialSpec, engine: Engine, isolation: str) -> Verdict | None:
    """Return why the trial of *spec* cannot or may not run at *isolation*; None if it may."""
    task = engine.tasks.get(spec.task.id)
    if task is None:
        return Verdict(FailureLabel.ENVIRONMENT, f"this installation has no task {spec.task.id!r}")
    if spec.patch is not None and isinstance(task, Task):
        return Verdict(FailureLabel.REFUSED, "the arm is a patch, and a built-in task has no files to patch")
    if isinstance(task, Task):
        try:
            recipe_of(spec)
        except UnitError as error:
            return Verdict(FailureLabel.ENVIRONMENT, f"{error}: plan again")
    if reason := untrusted(task, isolation, engine):
        return Verdict(FailureLabel.REFUSED, reason)
    if task.ref.dataset_sha256 != spec.task.dataset_sha256:
        return Verdict(
            FailureLabel.DATA_MISMATCH,
            f"{task.ref.dataset} has the hash {task.ref.dataset_sha256[:12]}, the trial was planned on "
            f"{spec.task.dataset_sha256[:12]}",
        )
    if task.ref != spec.task:
        return Verdict(FailureLabel.ENVIRONMENT, f"{spec.task.id} is at another version here: {task.ref.version}")
    here = task.program_version if isinstance(task, Project) else PROGRAM_VERSION
    if spec.program_version != here:
        return Verdict(
            FailureLabel.ENVIRONMENT,
            f"the trial belongs to program version {spec.program_version}, this is {here}: plan again",
        )
    return None
