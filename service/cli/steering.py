"""What the commands that steer a plan share: how they name it, and how they tell where it stands afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import program, settings_of

if TYPE_CHECKING:
    from service.documents import PlanStanding

PlanArgument = Annotated[
    str, typer.Argument(metavar="PLAN_ID", help="Id of a plan, or the start of it.", show_default=False)
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, for whoever looks later.", show_default=False)]


def decide(
    context: typer.Context,
    plan: str,
    orders: Sequence[tuple[str, str, str | None]],
    *,
    home: Path | None,
    store: str | None,
    json: bool,
) -> None:
    """Record *orders*, each a kind, a reason and an arm if it is about one, and print where the plan stands then."""
    from graph.standing import Steer
    from service.cli.output import print_json
    from service.plan_standing import plan_standing, steer_plan
    from service.plans import find_plan
    from service.workspace import open_workspace

    with open_workspace(settings_of(context, home=home, store=store), must_exist=True) as workspace:
        found = find_plan(workspace.store, plan)
        for kind, reason, arm in orders:
            steer_plan(workspace.store, found.id, Steer(kind), by="command line", reason=reason, arm=arm)
        standing = plan_standing(workspace.store, found.id)
    if json:
        print_json(standing)
    else:
        show_standing(standing, program(context, home=home, store=store))


def show_standing(standing: PlanStanding, program: str) -> None:
    """Print where a plan stands, for people; *program* is how to call the next command."""
    from service.cli.output import out

    console = out()
    console.print(f"Plan {standing.plan} {standing.state}", style="bold", markup=False)
    console.print(f"Trials    {standing.counted}", markup=False)
    for each in standing.decisions:
        arm = f" {each.arm}" if each.arm else ""
        reason = f": {each.reason}" if each.reason else ""
        console.print(f"Decided   {each.at} {each.kind.replace('_', ' ')}{arm} by {each.by}{reason}", markup=False)
    if standing.state == "going":
        if standing.trials.get("running") is None and standing.trials.get("pending") is not None:
            console.print(f"Next: a run that waits goes on; otherwise {program} run {standing.plan}", markup=False)
    else:
        console.print(f"Next: {program} resume {standing.plan}", markup=False)
