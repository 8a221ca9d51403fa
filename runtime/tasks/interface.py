"""What the planner, the executor and learning may run: a built-in task, or a user's project."""

from __future__ import annotations

from runtime.projects import Project
from runtime.tasks.task import Task

AnyTask = Task | Project
