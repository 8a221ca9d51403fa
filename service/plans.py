"""Plans in the store: found by the start of their id, read from a file, and run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import orjson
from pydantic import ValidationError

from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from service.errors import NotThere, WrongUse

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


def now() -> str:
    """Return the time as the store keeps it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
