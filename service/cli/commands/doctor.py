"""``patternbook doctor``: what is in use, what is missing, what to do."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, settings_of

NAME = "doctor"
EXAMPLES = "Examples:\n\npatternbook doctor\n\npatternbook doctor --deep --store neo4j://localhost:7687"

_STYLES = {"ok": "green", "note": "cyan", "warning": "yellow", "missing": "bold red"}


def command(
    context: typer.Context,
    deep: Annotated[
        bool, typer.Option("--deep", help="Compare every byte of the snapshot, and ask PyTorch for a GPU (seconds).")
    ] = False,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Say which store, embedder, parser, device and sandbox are in use, what is missing, and what to do about it.

    Ends with code 3 when a part that is needed is missing. Changes nothing.
    """
    from rich.text import Text

    from service.cli.output import out, print_json, table
    from service.doctor import examine
    from service.errors import ExitCode

    report = examine(settings_of(context, home=home, store=store), deep=deep)
    if json:
        print_json(report)
    else:
        console = out()
        console.print(f"Patternbook {report.version}, Python {report.python}")
        rows = table("", "", "")
        for check in report.checks:
            says = Text(check.says + (f"\n→ {check.advice}" if check.advice else ""))
            rows.add_row(check.name, Text(check.verdict, style=_STYLES[check.verdict]), says)
        rows.show_header = False
        console.print(rows)
        console.print(
            "Everything that is needed is there." if report.is_usable else "Something that is needed is missing."
        )
    if not report.is_usable:
        raise typer.Exit(ExitCode.PART_MISSING)
