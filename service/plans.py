"""Plans: drafted from an intent, read from a document, saved, and found again by the start of their id."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson
from pydantic import ValidationError

from graph.schema import Label
from graph.snapshot import Snapshot
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from graph.write.decision import record_decision
from graph.write.plan import write_plan
from runtime.plan.draft import draft_plan
from runtime.plan.rules import check_plan
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


def adopt(store: GraphStore, plan: Plan, *, by: str) -> Plan:
    """Save a plan that somebody wrote or edited, and record whose it is.

    Raises:
        PlanRefused: it cannot be run here; all problems are named.
    """
    check_plan(plan)
    at = _now()
    is_new = plan.id not in store.get_nodes(Label.PLAN, [plan.id])
    write_plan(store, plan, at=at, methods=link_units(store).methods())
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
