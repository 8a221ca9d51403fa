"""``patternbook schema``: the JSON Schema of what a command prints."""

from __future__ import annotations

from typing import Annotated

import typer

NAME = "schema"
EXAMPLES = "Examples:\n\npatternbook schema\n\npatternbook schema ask > ask.schema.json"


def command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of a document; none: list them.", show_default=False)
    ] = None,
) -> None:
    """Print the published JSON Schema of a document: of a command's --json output, of a plan, of a problem."""
    from service.cli.output import out
    from service.schemas import names, read_schema

    text = "\n".join(names()) + "\n" if name is None else read_schema(name)
    out().out(text, end="", highlight=False)
