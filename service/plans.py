"""Plans: drafted from an intent, read from a document, saved, and found again by the start of their id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
from pydantic import ValidationError

from graph.home import Home
from graph.schema import Label
from graph.snapshot import Snapshot
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Knob, Plan
from graph.write.decision import record_decision
from graph.write.plan import write_plan
from runtime.execute.estimate import Estimate, estimate
from runtime.plan.draft import draft_plan
from runtime.plan.rules import check_plan
from runtime.plan.study import read_study, study_plans
from runtime.projects.design import draft_project_plan
from runtime.projects.project import PROJECT_VERSION, Project
from runtime.projects.source import find_project, open_source
from runtime.tasks import TASKS, UnknownTask
from runtime.tasks.interface import AnyTask
from runtime.units.linking import link_units
from service.asking import answer_from
from service.errors import NotThere, WrongUse

# Patterns that a plan may draw on.
MATCHES = 8
_PREFIX = "plan:"


def find_plan(store: GraphStore, text: str) -> Plan:
    """Return the one plan whose id starts with *text*; ``plan:`` and ``Plan/`` in front may be left out.

    Raises:
        NotThere: no plan, or more than one, has such an id.
    """
    wanted = text.removeprefix("Plan/").removeprefix(_PREFIX)
    matching = [node for node in store.scan_nodes(Label.PLAN) if node.key.removeprefix(_PREFIX).startswith(wanted)]
    if len(matching) == 1 and wanted:
        return Plan.from_document(matching[0].properties["document"])
    if not matching:
        raise NotThere(f"there is no plan {text!r}: patternbook plan 'what you want to find out' makes one")
    shown = ", ".join(node.key for node in matching[:5])
    raise NotThere(f"{len(matching)} plans have an id that starts with {text!r}: write more of it ({shown})")


def read_plan(file: Path) -> Plan:
    """Return the plan that *file* holds, as ``patternbook plan --json`` prints it; its id, if it has one, is verified.

    Raises:
        WrongUse: the file cannot be read, or what it holds is no plan; the message names each field that is wrong.
    """
    try:
        document = orjson.loads(file.read_bytes())
    except OSError as error:
        raise WrongUse(f"{file} cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise WrongUse(f"{file} is not valid JSON: {error}") from error
    return plan_from(document, source=str(file))


def plan_from(document: object, *, source: str) -> Plan:
    """Return the plan that a JSON *document* describes.

    Raises:
        WrongUse: it is none; the message names each field that is wrong.
    """
    if not isinstance(document, dict):
        raise WrongUse(f"{source} is not a plan: a JSON object is expected")
    try:
        return Plan.from_document(document)
    except ValidationError as error:
        wrong = "; ".join(
            ".".join(str(part) for part in each["loc"]) + (": " if each["loc"] else "") + each["msg"]
            for each in error.errors(include_url=False)
        )
        raise WrongUse(f"{source} is not a plan that can be run: {wrong}") from None
    except ValueError as error:  # the id is that of another plan
        raise WrongUse(f"{source}: {error}") from None


def draft(
    snapshot: Snapshot, store: GraphStore, intent: str, *, task: str | None = None, seeds: int | None = None
) -> Plan:
    """Return the plan that the matches of *intent* and what was learnt suggest, saved.

    Raises:
        NothingRunnable: no matched method can be run here; the message says what could be.
        UnknownTask: there is no such task.
        RetrieveError: there is nothing to look for.
    """
    links = link_units(store)
    plan = draft_plan(answer_from(snapshot, store, intent, limit=MATCHES), store, task=task, seeds=seeds, links=links)
    write_plan(store, plan, at=_now(), methods=links.methods())
    return plan


def draft_for_project(
    home: Home,
    store: GraphStore,
    folder: Path,
    *,
    commit: str | None = None,
    intent: str | None = None,
    seeds: int | None = None,
    settings: Sequence[str] = (),
) -> Plan:
    """Return the plan for the project task in *folder*, saved; *settings* are ``knob=value,knob=value``, one an arm.

    Raises:
        ProjectError: there is no such task, it is wrong, or there is nothing to compare.
    """
    project = open_source(home, folder, commit=commit)
    plan = draft_project_plan(
        project, intent=intent, seeds=seeds, settings=[knobs_from(project, text) for text in settings]
    )
    check_plan(plan, tasks={project.id: project})
    write_plan(store, plan, at=_now())
    return plan


def draft_study(store: GraphStore, file: Path) -> tuple[Plan, ...]:
    """Return the plans of the study in *file*, saved.

    Raises:
        StudyRefused, UnknownTask, PlanRefused, UnitError: it is no study, or cannot be run here.
    """
    plans = study_plans(read_study(file))
    methods = link_units(store).methods()
    for plan in plans:
        write_plan(store, plan, at=_now(), methods=methods)
    return plans


def estimate_of(home: Home, store: GraphStore, plan: Plan, *, workers: int) -> Estimate:
    """Return what the selection of *plan* will cost, given what has run before.

    Raises:
        ProjectMoved: the project that it is for is gone or has changed.
        UnknownTask: this installation has no such task.
    """
    tasks = tasks_for(home, plan)
    if plan.task.id not in tasks:
        raise UnknownTask(f"this installation has no task {plan.task.id!r}; its tasks: {', '.join(sorted(tasks))}")
    return estimate(store, plan, tasks[plan.task.id], workers=workers)


def knobs_from(project: Project, text: str) -> dict[str, Knob]:
    """Return the knobs that ``knob=value,knob=value`` sets, as the types of *project*.

    Raises:
        WrongUse: it is not of that form; whether the task has the knob is checked by its contract.
    """
    found: dict[str, Knob] = {}
    for part in text.split(","):
        name, equals, value = (each.strip() for each in part.partition("="))
        if not equals or not name:
            raise WrongUse(f"{text!r} does not set knobs: write knob=value, with commas between")
        knob = project.contract.knobs.get(name)
        found[name] = value
        if knob is not None and knob.type == "bool" and value in {"true", "false"}:
            found[name] = value == "true"
        elif knob is not None and knob.type in {"int", "float"}:
            try:
                found[name] = float(value)
            except ValueError:
                raise WrongUse(f"{name}={value}: {name} is a number") from None
    return found


def tasks_for(home: Home, plan: Plan) -> Mapping[str, AnyTask]:
    """Return the tasks that *plan* may name: the built-in ones, or the project that it was made for.

    Raises:
        ProjectMoved: that project is gone or has changed.
    """
    if plan.program_version != PROJECT_VERSION:
        return TASKS
    return {plan.task.id: find_project(home, plan.task)}


def adopt(store: GraphStore, plan: Plan, *, by: str, home: Home | None = None) -> Plan:
    """Save a plan that somebody wrote or edited, and record whose it is. *home* knows where project tasks are.

    Raises:
        PlanRefused: it cannot be run here; all problems are named.
        ProjectMoved: the project that it is for is gone or has changed.
    """
    check_plan(plan, tasks=TASKS if home is None else tasks_for(home, plan))
    at = _now()
    is_new = plan.id not in store.get_nodes(Label.PLAN, [plan.id])
    methods = {} if plan.program_version == PROJECT_VERSION else link_units(store).methods()
    write_plan(store, plan, at=at, methods=methods)
    if is_new:
        record_decision(store, plan.id, kind="edited", by=by, reason="handed in as a document", at=at)
    return plan


def parent_of(store: GraphStore, plan: Plan) -> Plan | None:
    """Return the plan that *plan* came from, if it came from one that is in the store."""
    if plan.parent_plan is None:
        return None
    found = store.get_nodes(Label.PLAN, [plan.parent_plan]).get(plan.parent_plan)
    return Plan.from_document(found.properties["document"]) if found else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
