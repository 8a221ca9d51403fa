"""``patternbook instruct``: say what is to be done otherwise, while a plan runs."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption
from service.cli.steering import PlanArgument, decide

NAME = "instruct"
EXAMPLES = (
    "Examples:\n\npatternbook instruct plan:4c0f1a --leave-out mixup\n\n"
    "patternbook instruct 4c0f1a 'look at calibration first in the next plan' --take-in mixup"
)


def command(
    context: typer.Context,
    plan: PlanArgument,
    text: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="In your words; of an arm left out, why.", show_default=False)
    ] = "",
    leave_out: Annotated[
        list[str] | None,
        typer.Option("--leave-out", metavar="ARM", help="Start no more trials of this arm; may be repeated."),
    ] = None,
    take_in: Annotated[
        list[str] | None,
        typer.Option("--take-in", metavar="ARM", help="Take back that it was left out; may be repeated."),
    ] = None,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Instruct a plan while it runs: leave arms out or take them in again, or leave a word for who reads the report.

    Arms are heeded within a second by a run that is under way. Words are kept and shown, and change nothing by
    themselves. For another design, edit the plan: that is a new plan.
    """
    from service.errors import WrongUse

    orders = [("left_out", text, arm) for arm in leave_out or ()] + [("taken_in", text, arm) for arm in take_in or ()]
    if not orders and not text.strip():
        raise WrongUse("say what is to be done otherwise, or name an arm with --leave-out or --take-in")
    decide(context, plan, orders or [("instructed", text, None)], home=home, store=store, json=json)
