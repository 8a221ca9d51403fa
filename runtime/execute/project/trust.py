"""May code from outside run here? A project does behind walls; on the last rung only if the operator says so."""

from __future__ import annotations

from runtime.projects import Project
from runtime.sandbox.isolation import WHY_REFUSED, UntrustedPolicy, may_run_untrusted
from runtime.tasks.interface import AnyTask


def untrusted(task: AnyTask, isolation: str, policy: UntrustedPolicy) -> str | None:
    """Return why trials of *task* may not run at *isolation*; None if they may."""
    if isinstance(task, Project) and not may_run_untrusted(isolation, policy):
        return f"{task.id}: {WHY_REFUSED}"
    return None
