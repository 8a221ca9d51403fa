"""Which patches a task takes: only files that its contract allows, never the data, the evaluator or the contract."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.projects.contract import FILE_NAME, Contract
from runtime.projects.diff import FileChange, parse_diff
from runtime.projects.errors import PatchRefused
from runtime.projects.files import matches


def patch_problems(patch: str, contract: Contract) -> Iterator[str]:
    """Yield a sentence for each reason why *patch* is not taken."""
    try:
        changes = parse_diff(patch)
    except PatchRefused as refused:
        yield str(refused)
        return
    for change in changes:
        if reason := _forbidden(change.path, contract):
            yield f"the patch touches {change.path}, {reason}"


def _forbidden(path: str, contract: Contract) -> str | None:
    if path in contract.evaluator.files:
        return "which is part of the evaluator: no trial changes how it is measured"
    if path == FILE_NAME:
        return "which is the task itself"
    if path in {each.path for each in contract.data.files}:
        return "which is data of the task"
    if path == contract.environment.lock:
        return "which locks the task's environment"
    if not matches(path, contract.edit.allow):
        allowed = ", ".join(contract.edit.allow) or "none"
        return f"which the task does not allow to be edited; allowed: {allowed}"
    return None


def checked_patch(patch: str, contract: Contract) -> tuple[FileChange, ...]:
    """Return the changes of *patch*.

    Raises:
        PatchRefused: the task does not take it; every reason is named.
    """
    if problems := list(patch_problems(patch, contract)):
        raise PatchRefused("; ".join(problems))
    return parse_diff(patch)
