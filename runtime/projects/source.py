"""Where a project task comes from: a folder, or a commit of a git repository, which is exported once and kept.

A plan holds a task's identity, not its place; the place is remembered in HOME under that identity, so that a run in
another week finds it and notices if it has changed. The export of a commit never changes, whatever becomes of the
working tree.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import subprocess
import tarfile
from pathlib import Path

import orjson

from graph.canonical import content_hash
from graph.home import Home
from graph.vocabulary.plan import TaskRef
from runtime.projects.errors import ContractError, ProjectMoved
from runtime.projects.project import Project, open_project

_STAGE = "projects"
_GIT_S = 120.0


def open_source(home: Home, folder: Path, *, commit: str | None = None) -> Project:
    """Read the task in *folder*, at *commit* if one is named, and remember where it is.

    Raises:
        ContractError: there is no task, it is wrong, or the commit is not there.
    """
    project = open_project(folder) if commit is None else _at_commit(home, folder, commit)
    remember(home, project)
    return project


def remember(home: Home, project: Project) -> None:
    """Keep where *project* lies, under its identity; the latest place counts."""
    content = orjson.dumps({"folder": str(project.folder), "commit": project.commit})
    home.write_artefact(_STAGE, _key(project.ref, content), content)


def find_project(home: Home, ref: TaskRef) -> Project:
    """Return the project of identity *ref*, from whichever remembered place still has it.

    Raises:
        ProjectMoved: none has; the message says where it was and what is there now.
    """
    tried = []
    for file in sorted((home.path / "artefacts" / _STAGE).glob(f"*/{_prefix(ref)}*")):
        place = orjson.loads(file.read_bytes())
        try:
            project = open_project(Path(place["folder"]), commit=place["commit"])
        except ContractError as error:
            tried.append(str(error))
            continue
        if project.ref == ref:
            return project
        tried.append(f"{place['folder']} is at version {project.ref.version} now")
    seen = "; ".join(tried) or "no folder of it is known here"
    raise ProjectMoved(
        f"the plan was made for the project task {ref.id} at version {ref.version}, and {seen}: "
        f"put it back, or plan again with --task FOLDER"
    )


def known_projects(home: Home) -> tuple[list[Project], tuple[str, ...]]:
    """Return the remembered projects as they are now, by id and folder, and a sentence for each that cannot be read."""
    found: dict[tuple[str, str], Project] = {}
    lost: dict[str, None] = {}
    for file in sorted((home.path / "artefacts" / _STAGE).glob("*/*")):
        place = orjson.loads(file.read_bytes())
        try:
            project = open_project(Path(place["folder"]), commit=place["commit"])
        except ContractError as error:
            lost[str(error)] = None
            continue
        found[project.id, str(project.folder)] = project
    return [found[key] for key in sorted(found)], tuple(lost)


def _prefix(ref: TaskRef) -> str:
    return f"{content_hash(ref.model_dump(mode='json'))[:32]}-"


def _key(ref: TaskRef, content: bytes) -> str:
    return _prefix(ref) + content_hash(content.decode())[:8]


def _at_commit(home: Home, folder: Path, commit: str) -> Project:
    """Return the task as it is in *commit*, from an export under HOME."""
    if commit.startswith("-"):
        raise ContractError(f"{commit!r} is no name of a commit")
    sha = _git(folder, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}").decode().strip()
    top = Path(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    inside = folder.resolve().relative_to(top.resolve())
    kept = home.path.absolute() / "exports" / sha
    if not kept.is_dir():
        temporary = kept.with_name(f"{sha}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
        temporary.mkdir(parents=True)
        try:
            with tarfile.open(fileobj=io.BytesIO(_git(top, "archive", "--format=tar", sha))) as archive:
                archive.extractall(temporary, filter="data")
            try:
                temporary.rename(kept)
            except OSError:
                if not kept.is_dir():  # else another process was first
                    raise
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return open_project(kept / inside, commit=sha)


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False, timeout=_GIT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ContractError(f"git cannot be run in {folder}: {error}") from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip() or "no such commit"
        raise ContractError(f"git {' '.join(arguments)} in {folder}: {said}")
    return done.stdout
