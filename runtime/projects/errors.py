"""Errors of project tasks. Each message is a sentence that says where."""

from __future__ import annotations


class ProjectError(ValueError):
    """A project task cannot be used as it is."""


class ContractError(ProjectError):
    """A ``task.toml`` that is missing or wrong, or a folder that is not what it declares."""


class ProjectMoved(ProjectError):
    """The folder or commit that a plan was made for is not there any more, or has changed."""


class PatchRefused(ProjectError):
    """A patch that cannot be applied, or that touches what it may not."""


class ImportRefused(ProjectError):
    """A foreign task that cannot be made into one of ours."""
