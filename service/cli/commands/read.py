"""``patternbook read``: what one file says, without storing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import JsonOption, settings_of

NAME = "read"
EXAMPLES = "Examples:\n\npatternbook read paper.pdf\n\npatternbook read paper.pdf --reviews reviews.json --json"


def command(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A paper: PDF, TEI, JATS, LaTeX, Markdown or text.", show_default=False),
    ],
    reviews: Annotated[
        Path | None, typer.Option("--reviews", help="Its reviews: JSON or Markdown.", show_default=False)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show what one file says: its sections, and the methods, claims, results and problems found in it.

    Nothing is stored. Use it to see how a file is read before a large ingest.
    """
    from ingest.pipeline.stages import LEDGER
    from service.cli.output import print_json
    from service.cli.reading_page import show
    from service.reading import read_files

    settings = settings_of(context)
    read = read_files(file, reviews, parse=settings.parse, extract=settings.extract, ledger=settings.home / LEDGER)
    if json:
        print_json(read)
    else:
        show(read)
