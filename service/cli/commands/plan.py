"""``patternbook plan``: an experiment from an intent, or from an edited plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, program, settings_of

if TYPE_CHECKING:
    from rich.console import Console

    from graph.vocabulary.plan import Plan
    from runtime.execute import Estimate

NAME = "plan"
EXAMPLES = (
    "Examples:\n\npatternbook plan 'my classifier overfits on three hundred images'\n\n"
    "patternbook plan 'calibrated probabilities' --task wine-mlp --seeds 20 --json > plan.json\n\n"
    "patternbook plan --file plan.json\n\npatternbook plan --task examples/projects/wine-shell --set scale=standard"
)

_PROJECT = "Project tasks"
# A plan may name dozens of methods that nothing here runs; a reader wants the first few.
_LINE = 320


def command(
    context: typer.Context,
    intent: Annotated[
        str | None,
        typer.Argument(metavar="INTENT", help="What you want to find out or to improve.", show_default=False),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Take this plan instead of drafting one. Remove the id of one that you edited."),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            "--task",
            help="A built-in task, or the folder of a project task; else the one nearest to the intent.",
        ),
    ] = None,
    commit: Annotated[
        str | None, typer.Option("--commit", help="Take the project as it is in this commit.", rich_help_panel=_PROJECT)
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KNOB=VALUE,…",
            help="An arm that sets these knobs; may be repeated. None: the values that the task proposes.",
            rich_help_panel=_PROJECT,
        ),
    ] = None,
    seeds: Annotated[
        int | None, typer.Option("--seeds", min=2, max=1000, help="Seeds an arm; otherwise by a power calculation.")
    ] = None,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Draw up an experiment from the patterns that match an intent, and save it.

    Deterministic: the same graph and the same lessons give the same plan. It names a baseline, arms, seeds, a gate,
    the objections that reviewers raised, and what it left out because it is known not to work here.
    """
    from graph.home import Home
    from graph.snapshot import open_snapshot
    from service import plans
    from service.cli.output import print_json
    from service.errors import WrongUse
    from service.workspace import open_workspace

    project = Path(task) if task is not None and _is_project(Path(task)) else None
    if (commit or set_) and project is None:
        raise WrongUse("--commit and --set are for a project task: name its folder with --task")
    if project is None and (intent is None) == (file is None):
        raise WrongUse("say what you want to find out, or name a plan with --file; one of the two")
    if file is not None and (task or seeds):
        raise WrongUse("--task and --seeds are for drafting; in a plan of your own write them into the file")
    settings = settings_of(context, home=home, store=store)
    edited = plans.read_plan(file) if file is not None else None
    snapshot = open_snapshot(Home(settings.home)) if intent is not None and project is None else None
    with open_workspace(settings, must_exist=project is None) as workspace:
        if project is not None:
            plan = plans.draft_for_project(
                workspace.home,
                workspace.store,
                project,
                commit=commit,
                intent=intent,
                seeds=seeds,
                settings=tuple(set_ or ()),
            )
        elif edited is not None:
            plan = plans.adopt(workspace.store, edited, by="command line", home=workspace.home)
        else:
            assert snapshot is not None
            assert intent is not None
            plan = plans.draft(snapshot, workspace.store, intent, task=task, seeds=seeds)
        parent = plans.parent_of(workspace.store, plan)
        expected = plans.estimate_of(workspace.home, workspace.store, plan, workers=max(1, settings.workers))
    if json:
        print_json(plan.document())
    else:
        show_plan(plan, parent, program(context, home=home, store=store), expected)


def _is_project(folder: Path) -> bool:
    """Say whether --task names a folder and not a built-in task: it has a task.toml, or is spelled as a path."""
    from runtime.projects.contract import FILE_NAME

    return (folder / FILE_NAME).is_file() or "/" in str(folder) or str(folder) in {".", ".."}


def show_plan(plan: Plan, parent: Plan | None, program: str, expected: Estimate | None = None) -> None:
    """Print a plan for people; *program* is how to call the next command, *expected* what its selection will cost."""
    from service.cli.output import add, out, table

    console = out()
    console.print(f"Plan {plan.id}", style="bold", markup=False)
    console.print(f"Intent      {plan.intent}", markup=False)
    console.print(f"Hypothesis  {plan.hypothesis.statement}", markup=False)
    console.print(f"Refuted if  {plan.hypothesis.falsifier}", markup=False)
    confirm = f"{plan.gate.confirm_seeds} new seeds confirm what passes the gate"
    trials = len(plan.arms) * len(plan.seeds)
    console.print(
        f"Design      {plan.task.id}, {len(plan.arms)} arms × {len(plan.seeds)} seeds = {trials} trials; {confirm}",
        markup=False,
    )
    metrics = ", ".join(f"{each.name} ({each.direction}{', primary' if each.primary else ''})" for each in plan.metrics)
    console.print(f"Metrics     {metrics}", markup=False)
    if expected is not None:
        cost = "unknown" if expected.cpu_s is None else f"{expected.cpu_s:.0f} CPU-seconds"
        console.print(f"Estimate    {cost} for {expected.trials} trials, known from {expected.basis}", markup=False)
    console.print()
    arms = table("Arm", "role", "units")
    for arm in plan.arms:
        parts = [_unit(each.unit, each.knobs) for each in arm.units] + (["a patch"] if arm.patch else [])
        add(arms, arm.id, arm.role, " + ".join(parts) or "none")
    console.print(arms)
    _list(console, "Draws on", [f"{each.label} ({each.role})" for each in plan.patterns])
    _list(console, "Reviewers objected", [each.text for each in plan.risks])
    _list(console, "Left out", [f"{each.unit}: {each.reason}" for each in plan.excluded])
    if parent is None:
        _list(console, "Why", list(plan.planner.rationale))
    else:
        from runtime.plan.difference import plan_difference

        _list(console, f"Otherwise than {parent.id}", list(plan_difference(parent, plan).lines))
    console.print()
    console.print(f"Next: {program} run {plan.id}", markup=False)


def _unit(name: str, knobs: dict[str, float | int | str | bool]) -> str:
    bound = ", ".join(f"{knob}={value}" for knob, value in knobs.items())
    return f"{name}({bound})" if bound else name


def _list(console: Console, title: str, lines: list[str]) -> None:
    from service.cli.output import indented

    if lines:
        console.print()
        console.print(title, style="bold", markup=False)
        for line in lines:
            shown = line if len(line) <= _LINE else f"{line[:_LINE].rsplit(' ', 1)[0]} … (--json has all of it)"
            console.print(indented(f"• {shown}"))
