"""``patternbook ingest``: read papers and reviews into the graph."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, WorkersOption, program, settings_of

if TYPE_CHECKING:
    from ingest.pipeline.report import IngestReport
    from ingest.settings import IngestSettings

NAME = "ingest"
EXAMPLES = (
    "Examples:\n\npatternbook ingest papers/\n\npatternbook ingest papers/ --include '*.pdf' --include '*.json'\n\n"
    "patternbook ingest papers/ --retry failed"
)


class Retry(StrEnum):
    """What to try again."""

    FAILED = "failed"


def command(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH", help="Folders (searched through), files, or .jsonl lists of files.", show_default=False
        ),
    ],
    include: Annotated[
        list[str] | None,
        typer.Option("--include", help="Of a folder, only files that match this pattern. May be repeated."),
    ] = None,
    retry: Annotated[
        Retry | None, typer.Option("--retry", help="'failed': try files again that failed before and did not change.")
    ] = None,
    estimate: Annotated[
        bool,
        typer.Option(
            "--estimate", help="Say what the language model would cost, and stop: nothing is asked or stored."
        ),
    ] = False,
    workers: WorkersOption = None,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Read papers (PDF, GROBID TEI, JATS, LaTeX, Markdown, text) and reviews (JSON, Markdown) into the graph.

    Run it again at any time: what is in already is not read again, and a run that was stopped goes on. A review finds
    its paper by id, title or file name. Ends with code 1 when a file could not be read; everything else is in.
    """
    from ingest.pipeline import ingest
    from ingest.pipeline.stages import LEDGER
    from ingest.settings import IngestSettings
    from service.cli.output import print_json
    from service.cli.progress import IngestWatcher
    from service.errors import ExitCode
    from service.workspace import open_workspace

    settings = settings_of(context, home=home, store=store, workers=workers)
    chosen = IngestSettings(
        parse=settings.parse,
        extract=settings.extract,
        include=tuple(include or ()),
        max_file_mb=settings.max_file_mb,
        workers=settings.workers,
    )
    if estimate:
        _estimate(paths, chosen, settings.home / LEDGER, json=json)
        return
    with open_workspace(settings) as workspace, IngestWatcher() as watcher:
        report = ingest(
            paths,
            store=workspace.store,
            home=workspace.home,
            settings=chosen,
            retry_failed=retry is Retry.FAILED,
            progress=watcher,
        )
    if json:
        print_json(report)
    else:
        _show(report, program(context, home=home, store=store))
    if report.failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _estimate(paths: list[Path], chosen: IngestSettings, ledger: Path, *, json: bool) -> None:
    from service.cli.output import out, print_json
    from service.estimating import estimate_files

    found = estimate_files(paths, chosen, ledger)
    if json:
        print_json(found)
        return
    each = found.estimate
    console = out()
    console.print(f"{found.files} files, {found.unreadable} of them unreadable; {each.documents} documents")
    console.print(f"{each.passages} passages, {each.answered_before} of them answered before")
    console.print(f"at most {each.tokens_sent:,} tokens sent, {each.tokens_received:,} received, cost {each.cost:.2f}")
    left = max(0, each.budget_tokens - each.spent_tokens)
    console.print(f"left of the budget: {left:,} tokens; it {'holds' if found.fits else 'does not hold'} all of this")


def _show(report: IngestReport, program: str) -> None:
    from service.cli.output import add, counted, out, table

    console = out()
    console.print(
        f"{report.done} done, {report.unchanged} unchanged, {report.failed} failed, in {report.seconds:.1f} s"
    )
    console.print(f"{counted(report.nodes_written, 'node')} and {counted(report.edges_written, 'edge')} written")
    if report.refused:
        console.print(f"{counted(report.refused, 'statement')} refused: read FILE says which and why")
    for title, remarks in (("Failed", report.failures), ("To know", report.notices)):
        if remarks:
            rows = table(title, "what", "why")
            for each in remarks:
                add(rows, each.source, each.kind, each.message)
            console.print()
            console.print(rows)
    if report.failures:
        console.print("\nMend or remove those files; --retry failed tries them again as they are.")
    elif report.done:
        console.print(f"\nNext: {program} compile", markup=False)
