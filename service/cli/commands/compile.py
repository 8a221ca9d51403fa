"""``patternbook compile``: patterns and a snapshot from the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, program, settings_of

if TYPE_CHECKING:
    from ingest.compile import CompileReport

NAME = "compile"
EXAMPLES = "Examples:\n\npatternbook compile\n\npatternbook compile --home /srv/patternbook --json"


def command(
    context: typer.Context, home: HomeOption = None, store: StoreOption = None, json: JsonOption = False
) -> None:
    """Mine patterns from the graph and write the snapshot that answers questions.

    Run it after an ingest, or when a snapshot is damaged. A graph that did not change is not compiled again; questions
    are answered from the snapshot before until the new one is whole.
    """
    from ingest.compile import compile_snapshot
    from service.cli.output import print_json
    from service.cli.progress import CompileWatcher
    from service.workspace import open_workspace

    settings = settings_of(context, home=home, store=store)
    with open_workspace(settings, must_exist=True) as workspace, CompileWatcher() as watcher:
        report = compile_snapshot(
            workspace.store, workspace.home, embedder=settings.embedder, progress=watcher, owner=_owner()
        )
    if json:
        print_json(report)
    else:
        _show(report, program(context, home=home, store=store))


def _owner() -> str:
    import os
    import socket

    return f"compile on {socket.gethostname()}, process {os.getpid()}"


def _show(report: CompileReport, program: str) -> None:
    from service.cli.output import counted, out

    console = out()
    if report.unchanged:
        console.print(f"Nothing has changed: snapshot {report.snapshot} answers.")
    else:
        console.print(f"Snapshot {report.snapshot}: {report.nodes:,} nodes, {report.edges:,} edges")
        console.print(
            f"{counted(report.patterns, 'pattern')}; {report.papers_reached:,} of {counted(report.papers, 'paper')} "
            f"reached; {counted(report.embedded, 'new text')} embedded with {report.embedder}"
        )
    console.print(f"Next: {program} ask 'what you want to find out'", markup=False)
