"""``patternbook resolve``: join the names that mean the same."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, program, settings_of

NAME = "resolve"
EXAMPLES = "Examples:\n\npatternbook resolve\n\npatternbook resolve --full --json"

_RUN = "run:resolve"


def command(
    context: typer.Context,
    full: Annotated[bool, typer.Option("--full", help="Look at all names, not only at what is new.")] = False,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Join names that mean the same, and papers that are one work.

    Ingest does this at its end; run it alone after an upgrade, with --full. Each join is an edge with its rule and
    score, and nothing is lost by it.
    """
    from graph.write.generation import raise_generation
    from ingest.resolve import resolve
    from service.cli.output import out, print_json
    from service.workspace import open_workspace

    with open_workspace(settings_of(context, home=home, store=store), must_exist=True) as workspace:
        report = resolve(workspace.store, run=_RUN, full=full)
        if report.written:
            raise_generation(workspace.store)
    if json:
        print_json(report)
        return
    out().print(
        f"{report.documents} document(s) and {report.names} name(s) looked at: "
        f"{report.merged} joined, {report.parted} parted, {report.renamed} shown differently"
    )
    if report.written:
        out().print(f"Next: {program(context, home=home, store=store)} compile", markup=False)
