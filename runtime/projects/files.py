"""The files of a project task: which matter, what they hash to, and a copy of those that a trial may see.

Guarantees: links are refused, so nothing outside the folder comes in by one; a copy holds neither held-out data nor the
evaluator nor ``task.toml``, and a file that changed since it was hashed stops the copy. What does not matter (version
control, byte code, README and licence files, what the task ignores) is neither hashed nor copied.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from runtime.projects.contract import FILE_NAME, Contract
from runtime.projects.errors import ContractError, ProjectMoved

_IGNORED_FOLDERS = frozenset({".git", ".hg", ".svn", "__pycache__", ".venv", ".patternbook", ".mypy_cache"})
_IGNORED = ("**/*.pyc", "README*", "LICENSE*", "LICENCE*", FILE_NAME)
_CHUNK = 1 << 20


def matches(path: str, globs: Iterable[str]) -> bool:
    """Say whether *path* is one of *globs*: ``*`` and ``?`` stay within a folder, ``**`` spans folders."""
    return any(_pattern(glob).fullmatch(path) for glob in globs)


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    out = ""
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at):
            out, at = out + "(?:.*/)?", at + 3
        elif glob.startswith("**", at):
            out, at = out + ".*", at + 2
        elif glob[at] == "*":
            out, at = out + "[^/]*", at + 1
        elif glob[at] == "?":
            out, at = out + "[^/]", at + 1
        else:
            out, at = out + re.escape(glob[at]), at + 1
    return re.compile(out)


def hash_file(file: Path) -> str:
    """Return the sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def manifest(folder: Path, contract: Contract) -> dict[str, str]:
    """Return the files of *folder* that matter, by path, with their hashes; checked against what is declared.

    Raises:
        ContractError: a link, a file that cannot be read, one that is declared and missing, or another hash.
    """
    found: dict[str, str] = {}
    for path in _walk(folder, contract.ignore, keep=contract.held_out):
        try:
            found[path] = hash_file(folder / path)
        except OSError as error:
            raise ContractError(f"{folder / path} cannot be read: {error.strerror}") from error
    for each in contract.data.files:
        if each.path not in found:
            raise ContractError(f"data.files: {each.path} is not in {folder}")
        if found[each.path] != each.sha256:
            raise ContractError(
                f"data.files: {each.path} has the sha256 {found[each.path]}, the task declares {each.sha256}"
            )
    declared = [*contract.evaluator.files, *([contract.environment.lock] if contract.environment.lock else [])]
    if missing := [path for path in declared if path not in found]:
        raise ContractError(f"{', '.join(missing)}: declared, and not in {folder}")
    return found


def _walk(folder: Path, ignore: tuple[str, ...], *, keep: frozenset[str]) -> list[str]:
    paths = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _IGNORED_FOLDERS)
        for name in sorted([*files, *(each for each in folders if (Path(place) / each).is_symlink())]):
            file = Path(place) / name
            path = file.relative_to(folder).as_posix()
            if path not in keep and matches(path, (*_IGNORED, *ignore)):
                continue
            if file.is_symlink() or not file.is_file():
                raise ContractError(f"{file} is a link or no plain file: a task's folder holds plain files only")
            paths.append(path)
    return sorted(paths)


def visible(contract: Contract, hashes: Mapping[str, str]) -> dict[str, str]:
    """Return what of *hashes* a trial may see."""
    return {path: sha for path, sha in hashes.items() if path not in contract.held_out}


def copy_files(folder: Path, target: Path, hashes: Mapping[str, str]) -> None:
    """Copy the files of *hashes* from *folder* to *target*, executable ones as such.

    Raises:
        ProjectMoved: a file is gone or is not what it was.
    """
    for path, sha in hashes.items():
        to = target / path
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(folder / path, to, follow_symlinks=False)
            to.chmod(0o755 if os.access(folder / path, os.X_OK) else 0o644)
        except OSError as error:
            raise ProjectMoved(f"{folder / path} cannot be copied: {error.strerror}") from error
        if to.is_symlink() or hash_file(to) != sha:
            raise ProjectMoved(f"{folder / path} has changed since the task was read: plan again")


def verify(folder: Path, hashes: Mapping[str, str]) -> None:
    """Return if the files of *hashes* are still what they were.

    Raises:
        ProjectMoved: one is gone or is not what it was.
    """
    for path, sha in hashes.items():
        file = folder / path
        try:
            changed = file.is_symlink() or hash_file(file) != sha
        except OSError as error:
            raise ProjectMoved(f"{file} cannot be read: {error.strerror}") from error
        if changed:
            raise ProjectMoved(f"{file} has changed since the task was read: plan again")
