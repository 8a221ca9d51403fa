"""``patternbook export``: the graph as a file, or into another store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import HomeOption, JsonOption, StoreOption, settings_of

NAME = "export"
EXAMPLES = (
    "Examples:\n\npatternbook export graph.graphml\n\npatternbook export backup.jsonl\n\n"
    "patternbook export --into neo4j://localhost:7687 --into-user neo4j"
)


def command(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="File to write.", show_default=False)] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", help="jsonl (complete) or graphml (for graph tools); by the file's suffix if not given."
        ),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option("--into", help="Copy into this store and compare: sqlite:///PATH or neo4j://HOST:PORT."),
    ] = None,
    into_user: Annotated[str | None, typer.Option("--into-user", help="User of the other store.")] = None,
    into_password: Annotated[
        str | None,
        typer.Option(
            "--into-password", envvar="PATTERNBOOK_INTO_PASSWORD", help="Its password; better in the environment."
        ),
    ] = None,
    home: HomeOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Write the whole graph to a file, or copy it into another store: the backup, and the way from SQLite to Neo4j.

    A copy is compared by graph hash; code 1 when it is not equal. Documents and snapshots stay in the home: copy that
    folder as well.
    """
    from service.cli.output import err, out, print_json
    from service.errors import ExitCode
    from service.export import export_to

    settings = settings_of(context, home=home, store=store)
    done = export_to(settings, file=file, format=format, into=into, user=into_user, password=into_password)
    if json:
        print_json(done)
    else:
        out().print(f"{done.nodes:,} nodes and {done.edges:,} edges written to {done.target}", markup=False)
        if done.equal:
            out().print(f"The copy is equal: graph hash {done.graph_hash}")
    if done.equal is False:
        err().print("The copy is not equal: the source changed meanwhile, or the copy holds what the source deleted.")
        raise typer.Exit(ExitCode.SOME_FAILED)
