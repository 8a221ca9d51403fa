"""``patternbook run``: run a plan's trials and record what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, WorkersOption, program, settings_of

if TYPE_CHECKING:
    from runtime.execute import RunReport

NAME = "run"
EXAMPLES = (
    "Examples:\n\npatternbook run plan:4c0f1a\n\npatternbook run 4c0f1a --workers 2 --json\n\n"
    "patternbook run examples/projects/wine-shell"
)


def command(
    context: typer.Context,
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN_ID|FOLDER",
            help="Id of a plan, or the start of it; or the folder of a project task, which is planned first.",
            show_default=False,
        ),
    ],
    workers: WorkersOption = None,
    allow_untrusted_code: Annotated[
        bool,
        typer.Option(
            "--allow-untrusted-code", help="Run a project task or a patch even where there is no sandbox for it."
        ),
    ] = False,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Run a plan: its trials, the confirmation of what passed the gate, findings, beliefs, and a report.

    Trials that any plan has run already are reused. Stopped at any point, the same command goes on. Ends with code 1
    when trials failed or the plan's time was spent before all had run.

    A folder with a task.toml is a project task: its baseline is compared with the values that it proposes.
    """
    from pathlib import Path

    from runtime.execute import Engine, run_plan
    from runtime.projects.contract import FILE_NAME
    from service.cli.output import print_json
    from service.cli.progress import RunWatcher
    from service.errors import ExitCode
    from service.plans import draft_for_project, find_plan
    from service.workspace import open_workspace

    settings = settings_of(
        context, home=home, store=store, workers=workers, allow_untrusted_code=allow_untrusted_code or None
    )
    folder = Path(plan) if (Path(plan) / FILE_NAME).is_file() else None
    engine = Engine(isolation=settings.isolation, allow_untrusted_code=settings.allow_untrusted_code)
    with open_workspace(settings, must_exist=folder is None) as workspace:
        if folder is not None:
            found = draft_for_project(workspace.home, workspace.store, folder)
        else:
            found = find_plan(workspace.store, plan)
        with RunWatcher() as watcher:
            report = run_plan(
                workspace.store,
                workspace.home,
                found,
                workers=max(1, settings.workers),
                progress=watcher,
                engine=engine,
            )
    if json:
        print_json(report)
    else:
        _show(report, program(context, home=home, store=store))
    if report.failed or report.open:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _show(report: RunReport, program: str) -> None:
    from rich.markdown import Markdown

    from service.cli.output import counted, out

    console = out()
    console.print(Markdown(report.report))
    reused = sum(trial.reused for trial in report.trials)
    console.print()
    console.print(
        f"{counted(len(report.trials), 'trial')}, {reused} of them reused, {report.failed} failed, {report.open} open."
    )
    console.print(f"Next: plan the same intent again, or {program} trace Plan/{report.plan}", markup=False)
