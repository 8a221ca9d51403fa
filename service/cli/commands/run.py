"""``patternbook run``: run a plan's trials and record what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, WorkersOption, program, settings_of

if TYPE_CHECKING:
    from runtime.execute import RunReport, StudyReport

NAME = "run"
EXAMPLES = (
    "Examples:\n\npatternbook run plan:4c0f1a\n\npatternbook run 4c0f1a --workers 2 --json\n\n"
    "patternbook run examples/projects/wine-shell\n\npatternbook run examples/study.toml"
)


def command(
    context: typer.Context,
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN_ID|FOLDER|STUDY.toml",
            help="Id of a plan, or the start of it; or the folder of a project task, or the file of a study, which are "
            "planned first.",
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

    A folder with a task.toml is a project task: its baseline is compared with the values that it proposes. A study is
    a TOML file that names arms, tasks and seeds: one plan a task, all comparisons corrected as one family.
    """
    from pathlib import Path

    from runtime.execute import Engine, run_plan, run_study
    from runtime.projects.contract import FILE_NAME
    from service.cli.output import print_json
    from service.cli.progress import RunWatcher
    from service.errors import ExitCode
    from service.plans import draft_for_project, draft_study, estimate_of, find_plan
    from service.workspace import open_workspace

    settings = settings_of(
        context, home=home, store=store, workers=workers, allow_untrusted_code=allow_untrusted_code or None
    )
    folder = Path(plan) if (Path(plan) / FILE_NAME).is_file() else None
    study = Path(plan) if plan.endswith(".toml") else None
    engine = Engine(isolation=settings.isolation, allow_untrusted_code=settings.allow_untrusted_code)
    many = max(1, settings.workers)
    report: RunReport | StudyReport
    with open_workspace(settings, must_exist=folder is None and study is None) as workspace:
        if study is not None:
            plans = draft_study(workspace.store, study)
        elif folder is not None:
            plans = (draft_for_project(workspace.home, workspace.store, folder),)
        else:
            plans = (find_plan(workspace.store, plan),)
        with RunWatcher() as watcher:
            for each in plans:
                expected = estimate_of(workspace.home, workspace.store, each, workers=many)
                watcher.expect(each.task.id, expected.trials, expected.cpu_s, expected.basis)
            if study is not None:
                report = run_study(
                    workspace.store, workspace.home, plans, workers=many, progress=watcher, engine=engine
                )
            else:
                report = run_plan(
                    workspace.store, workspace.home, plans[0], workers=many, progress=watcher, engine=engine
                )
    if json:
        print_json(report)
    else:
        _show(report, program(context, home=home, store=store))
    if report.failed or report.open:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _show(report: RunReport | StudyReport, program: str) -> None:
    from rich.markdown import Markdown

    from runtime.execute import StudyReport
    from service.cli.output import counted, out

    console = out()
    console.print(Markdown(report.report))
    reports = report.plans if isinstance(report, StudyReport) else (report,)
    trials = [trial for each in reports for trial in each.trials]
    reused = sum(trial.reused for trial in trials)
    console.print()
    console.print(
        f"{counted(len(trials), 'trial')}, {reused} of them reused, {report.failed} failed, {report.open} open."
    )
    again = "" if isinstance(report, StudyReport) else "plan the same intent again, or "
    console.print(f"Next: {again}{program} trace Plan/{reports[0].plan}", markup=False)
