"""``patternbook task …``: what can be run, a project of one's own checked, and patches submitted for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, program, settings_of

if TYPE_CHECKING:
    from service.tasks import TaskDocument

NAME = "task"
EXAMPLES = (
    "Examples:\n\npatternbook task list\n\npatternbook task check examples/projects/wine-shell\n\n"
    "patternbook task submit . --patch faster.diff --hypothesis 'AdamW needs fewer steps'"
)
group = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", epilog=EXAMPLES)

_Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder with a task.toml.", show_default=False)]


def described() -> None:
    """Look at tasks: built-in ones, and projects of your own, which a task.toml describes."""


@group.command("list", epilog="Example:\n\npatternbook task list --json")
def list_(context: typer.Context, home: HomeOption = None, json: JsonOption = False) -> None:
    """List the built-in tasks, and the projects that plans were made for here."""
    from graph.home import Home
    from service.cli.output import add, out, print_json, table
    from service.tasks import list_tasks

    found = list_tasks(Home(settings_of(context, home=home).home))
    if json:
        print_json(found)
        return
    rows = table("Task", "kind", "metrics", "what it is")
    for each in found.tasks:
        add(rows, each.id, each.kind, ", ".join(each.metrics), each.title + (f" ({each.place})" if each.place else ""))
    out().print(rows)
    for lost in found.lost:
        out().print(f"Not to be read now: {lost}", markup=False)


@group.command("show", epilog="Example:\n\npatternbook task show digits-mlp")
def show(
    context: typer.Context,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Id of a task, or a folder.", show_default=False)],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show one task: its identity, its metrics and, of a project, what a trial sees and what is held out."""
    from graph.home import Home
    from service.cli.output import print_json
    from service.tasks import show_task

    found = show_task(Home(settings_of(context, home=home).home), task)
    if json:
        print_json(found)
    else:
        _print(found)


@group.command("check", epilog="Example:\n\npatternbook task check examples/projects/digits-torch")
def check(folder: _Folder, json: JsonOption = False) -> None:
    """Check a project's task.toml: every rule, every declared file and its hash. Nothing is run and nothing kept."""
    from service.cli.output import print_json
    from service.tasks import check_task

    found = check_task(folder)
    if json:
        print_json(found)
    else:
        _print(found)


@group.command("hash", epilog="Example:\n\npatternbook task hash . > hashes.txt")
def hash_(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Any folder.", show_default=False)],
) -> None:
    """Print the sha256 of each file, as task.toml wants them."""
    from service.cli.output import out
    from service.tasks import hash_files

    for path, sha in hash_files(folder).items():
        out().out(f'{{ path = "{path}", part = "other", sha256 = "{sha}" }},', highlight=False)


@group.command("import", epilog="Example:\n\npatternbook task import arc-bench ML03.yaml --out ml03")
def import_(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="arc-bench, fml-bench or mlagentbench.", show_default=False)
    ],
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The foreign task: a file or a folder.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="A new folder for the task.")],
    maximise: Annotated[
        bool | None, typer.Option("--max/--min", help="Which direction of the metric is better, if the task is silent.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make a task of another benchmark into a folder with a task.toml. Nothing is downloaded or run."""
    from runtime.projects.imports import import_task
    from service.cli.output import out as console
    from service.cli.output import print_json

    found = import_task(kind, path, out, direction=None if maximise is None else "max" if maximise else "min")
    if json:
        print_json(found)
        return
    console().print(f"{found.id} is in {found.folder}", markup=False)
    for notice in found.notices:
        console().print(f"Notice    {notice}", markup=False)


@group.command("submit", epilog="Example:\n\npatternbook task submit . --patch my.diff --hypothesis 'fewer steps do'")
def submit(
    context: typer.Context,
    folder: _Folder,
    patch: Annotated[Path, typer.Option("--patch", help="A unified diff against the project as it is.")],
    hypothesis: Annotated[str, typer.Option("--hypothesis", help="What the patch should change, and why.")],
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="TRIAL", help="The trial that it builds on.")
    ] = None,
    set_: Annotated[
        str | None, typer.Option("--set", metavar="KNOB=VALUE,…", help="Knobs that go with the patch.")
    ] = None,
    seeds: Annotated[int | None, typer.Option("--seeds", min=2, max=1000, help="Seeds an arm.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who submits it.")] = "command line",
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Submit a patch with a hypothesis: it becomes an arm of a plan beside the baseline and what it builds on.

    A patch that touches a file which the task does not allow, the data or the evaluator, is refused.
    """
    from service import tasks
    from service.cli.commands.plan import show_plan
    from service.cli.output import print_json
    from service.workspace import open_workspace

    settings = settings_of(context, home=home, store=store)
    with open_workspace(settings) as workspace:
        plan = tasks.submit(
            workspace.home,
            workspace.store,
            folder,
            patch=patch,
            hypothesis=hypothesis,
            by=by,
            settings=set_,
            parent=parent,
            seeds=seeds,
        )
    if json:
        print_json(plan.document())
    else:
        show_plan(plan, None, program(context, home=home, store=store))


def _print(task: TaskDocument) -> None:
    from service.cli.output import out

    console = out()
    console.print(f"{task.id}: {task.title}", style="bold", markup=False)
    console.print(f"Kind      {task.kind}{f' in {task.place}' if task.place else ''}", markup=False)
    console.print(f"Version   {task.ref.version}", markup=False)
    console.print(f"Data      {task.ref.dataset} ({task.ref.dataset_sha256[:12]}), {task.ref.split}", markup=False)
    metrics = ", ".join(f"{name} ({direction})" for name, direction in task.metrics.items())
    console.print(f"Metrics   {metrics}", markup=False)
    if task.contract is not None:
        console.print(f"Seen      {', '.join(task.seen)}", markup=False)
        console.print(f"Held out  {', '.join(task.held_out) or 'nothing'}", markup=False)
        console.print(f"Editable  {', '.join(task.contract['edit']['allow']) or 'nothing'}", markup=False)
        for name, knob in task.contract["knobs"].items():
            console.print(f"Knob      {name} = {knob['default']}: {knob['meaning']}", markup=False)
    for notice in task.notices:
        console.print(f"Notice    {notice}", markup=False)
