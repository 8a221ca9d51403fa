"""``patternbook cancel``: end a plan."""

from __future__ import annotations

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption
from service.cli.steering import PlanArgument, ReasonOption, decide

NAME = "cancel"
EXAMPLES = "Examples:\n\npatternbook cancel plan:4c0f1a\n\npatternbook cancel 4c0f1a --reason 'the machine is needed'"


def command(
    context: typer.Context,
    plan: PlanArgument,
    reason: ReasonOption = "",
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Cancel a plan: a run that is under way ends with what had finished, and concludes from that.

    Trials that had not run stay in the queue for other plans that share them. patternbook resume takes it back.
    """
    decide(context, plan, [("cancelled", reason, None)], home=home, store=store, json=json)
