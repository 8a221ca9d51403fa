"""``patternbook resume``: let a plan go on."""

from __future__ import annotations

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption
from service.cli.steering import PlanArgument, ReasonOption, decide

NAME = "resume"
EXAMPLES = "Examples:\n\npatternbook resume plan:4c0f1a\n\npatternbook resume 4c0f1a --reason 'it is free again'"


def command(
    context: typer.Context,
    plan: PlanArgument,
    reason: ReasonOption = "",
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Resume a plan that is paused or cancelled.

    A run that waits goes on within a second. Where none does, patternbook run PLAN_ID goes on.
    """
    decide(context, plan, [("resumed", reason, None)], home=home, store=store, json=json)
