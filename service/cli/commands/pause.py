"""``patternbook pause``: stop a plan for a while."""

from __future__ import annotations

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption
from service.cli.steering import PlanArgument, ReasonOption, decide

NAME = "pause"
EXAMPLES = "Examples:\n\npatternbook pause plan:4c0f1a\n\npatternbook pause 4c0f1a --reason 'the machine is needed'"


def command(
    context: typer.Context,
    plan: PlanArgument,
    reason: ReasonOption = "",
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Pause a plan: its trials under way are ended, those that finished are kept, and nothing more is started.

    A run that is under way waits until the plan is resumed; its time is not spent meanwhile. The plan itself does not
    change: the pause is a decision that stands beside it, with its reason, and is shown in status and report.
    """
    decide(context, plan, [("paused", reason, None)], home=home, store=store, json=json)
