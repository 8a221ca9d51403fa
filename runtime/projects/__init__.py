"""Project tasks: a user's folder or git commit, any language, described by a ``task.toml`` with its own evaluator.

`contract` is the form of ``task.toml``, `project` a task that was read and hashed, `files` what of a folder matters and
what a trial may see, `diff` and `policy` patches from outside, `design` a plan for such a task. How its trials run is
`runtime.execute.project`.
"""

from __future__ import annotations

from runtime.projects.contract import Contract
from runtime.projects.errors import ContractError, PatchRefused, ProjectError, ProjectMoved
from runtime.projects.project import Project, open_project

__all__ = ["Contract", "ContractError", "PatchRefused", "Project", "ProjectError", "ProjectMoved", "open_project"]
