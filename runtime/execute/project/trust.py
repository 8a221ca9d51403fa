"""May code from outside run here? A project does behind walls; on the last rung only if the operator says so."""

from __future__ import annotations

from runtime.projects import Project
from runtime.tasks.interface import AnyTask

# The rung that limits what a child uses, and does not hide the machine's files and network from it.
_LAST_RUNG = "rlimit"


def untrusted(task: AnyTask, isolation: object, *, allowed: bool) -> str | None:
    """Return why trials of *task* may not run at *isolation*; None if they may."""
    if not isinstance(task, Project) or allowed or isolation != _LAST_RUNG:
        return None
    return (
        f"{task.id} is code from outside, and this machine offers no sandbox that hides files and network from it: "
        "install bubblewrap, use a kernel with Landlock, or say allow_untrusted_code where the machine is expendable"
    )
