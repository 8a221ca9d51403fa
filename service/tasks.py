"""Tasks as the doors show them: built-in ones and projects in one form, checked, listed, and patches for them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from graph.home import Home
from graph.store.interface import GraphStore
from graph.vocabulary.document import Frozen
from graph.vocabulary.plan import Plan, TaskRef
from runtime.projects import Project
from runtime.projects.contract import FILE_NAME
from runtime.projects.files import hash_file
from runtime.projects.project import open_project
from runtime.projects.source import known_projects, open_source
from runtime.projects.submit import submit_patch
from runtime.tasks import TASKS, Task, UnknownTask
from service.errors import WrongUse
from service.plans import knobs_from


class TaskRow(Frozen):
    """One line of the list of tasks."""

    id: str
    kind: Literal["built-in", "project"]
    title: str
    metrics: tuple[str, ...] = Field(description="the primary one first")
    place: str | None = Field(default=None, description="folder of a project")


class TasksDocument(Frozen):
    """What ``patternbook task list`` prints."""

    tasks: tuple[TaskRow, ...]
    lost: tuple[str, ...] = Field(default=(), description="projects that were planned for and cannot be read now")


class TaskDocument(Frozen):
    """What ``patternbook task show`` and ``task check`` print."""

    id: str
    kind: Literal["built-in", "project"]
    title: str
    names: tuple[str, ...]
    ref: TaskRef = Field(description="the identity that plans and trials carry")
    metrics: dict[str, str] = Field(description="direction by metric")
    place: str | None = None
    commit: str | None = None
    seen: tuple[str, ...] = Field(default=(), description="files that a trial of a project sees")
    held_out: tuple[str, ...] = Field(default=(), description="files that only the evaluator reads")
    contract: dict[str, Any] | None = Field(default=None, description="the whole task.toml of a project")
    notices: tuple[str, ...] = Field(default=(), description="what is allowed and may not be meant")


def list_tasks(home: Home) -> TasksDocument:
    """Return the built-in tasks and the projects that plans of this home were made for."""
    rows = [
        TaskRow(id=task.id, kind="built-in", title=task.title, metrics=tuple(task.metrics)) for task in TASKS.values()
    ]
    projects, lost = known_projects(home)
    rows += [
        TaskRow(id=each.id, kind="project", title=each.title, metrics=_primary_first(each), place=str(each.folder))
        for each in projects
    ]
    return TasksDocument(tasks=tuple(sorted(rows, key=lambda row: (row.kind, row.id, row.place or ""))), lost=lost)


def show_task(home: Home, name: str) -> TaskDocument:
    """Return the built-in task, the known project, or the project in the folder called *name*.

    Raises:
        UnknownTask: there is none.
        ContractError: the folder's task is wrong.
    """
    if name in TASKS:
        return _built_in(TASKS[name])
    if (Path(name) / FILE_NAME).is_file():
        return check_task(Path(name))
    found = [each for each in known_projects(home)[0] if each.id == name]
    if not found:
        raise UnknownTask(
            f"{name!r} is neither a task of this installation ({', '.join(sorted(TASKS))}) nor a project that was "
            "planned for here, nor a folder with a task.toml"
        )
    return _project(found[0])


def check_task(folder: Path) -> TaskDocument:
    """Return the project task in *folder*, read and checked.

    Raises:
        ContractError: there is none, or it is wrong; every place is named.
    """
    return _project(open_project(folder))


def hash_files(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file under *folder* that is not hidden, by path: for ``data.files`` of a task.toml.

    Raises:
        WrongUse: it is no folder.
    """
    if not folder.is_dir():
        raise WrongUse(f"{folder} is no folder")
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    paths = [file.relative_to(folder) for file in files]
    return {str(path): hash_file(folder / path) for path in paths if not any(p.startswith(".") for p in path.parts)}


def submit(
    home: Home,
    store: GraphStore,
    folder: Path,
    *,
    patch: Path,
    hypothesis: str,
    by: str,
    settings: str | None = None,
    parent: str | None = None,
    seeds: int | None = None,
) -> Plan:
    """Return the plan that tests the patch in the file *patch*, saved.

    Raises:
        WrongUse: the file cannot be read.
        PatchRefused: the task does not take the patch; every reason is named.
    """
    project = open_source(home, folder)
    try:
        text = patch.read_bytes().decode()
    except OSError as error:
        raise WrongUse(f"{patch} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise WrongUse(f"{patch} is no text") from None
    return submit_patch(
        store,
        project,
        patch=text,
        hypothesis=hypothesis,
        by=by,
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        knobs=knobs_from(project, settings) if settings else None,
        parent=parent,
        seeds=seeds,
    )


def _built_in(task: Task) -> TaskDocument:
    return TaskDocument(
        id=task.id, kind="built-in", title=task.title, names=task.names, ref=task.ref, metrics=task.metrics
    )


def _project(project: Project) -> TaskDocument:
    return TaskDocument(
        id=project.id,
        kind="project",
        title=project.title,
        names=project.names,
        ref=project.ref,
        metrics=project.metrics,
        place=str(project.folder),
        commit=project.commit,
        seen=tuple(project.visible),
        held_out=tuple(project.evaluator_files),
        contract=project.contract.document(),
        notices=tuple(project.notices()),
    )


def _primary_first(project: Project) -> tuple[str, ...]:
    primary = project.contract.primary.name
    return (primary, *(name for name in project.metrics if name != primary))
