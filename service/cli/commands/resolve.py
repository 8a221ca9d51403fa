"""``patternbook resolve``: join the names that mean the same."""

from __future__ import annotations

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption

NAME = "resolve"
EXAMPLES = "Example:\n\npatternbook resolve"


def command(
    context: typer.Context, home: HomeOption = None, store: StoreOption = None, json: JsonOption = False
) -> None:
    """Join names that mean the same: acronyms, spelling variants, near names.

    Ingest does this at its end; run it alone after a change of the rules. Every merge is an edge with its rule and
    score, and nothing is lost by it.
    """
