"""The tree of commands. Importing it imports Typer and the commands' own small modules, nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.commands import (
    ask,
    cancel,
    doctor,
    export,
    ingest,
    instruct,
    pause,
    plan,
    read,
    resolve,
    resume,
    run,
    schema,
    serve,
    status,
    task,
    trace,
)
from service.cli.commands import (
    compile as compile_,
)
from service.cli.options import HomeOption, StoreOption

app = typer.Typer(
    name="patternbook",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _paragraphs(docstring: str) -> str:
    """Return *docstring* with one line a paragraph, so that a terminal of any width can break it."""
    return "\n\n".join(" ".join(part.split()) for part in docstring.split("\n\n"))


_BUILD, _ASK, _KEEP = "Build a corpus", "Ask, plan, run", "Look after it"

_PANELS = {
    _BUILD: (ingest, resolve, compile_, read),
    _ASK: (ask, plan, run, pause, resume, cancel, instruct, trace),
    _KEEP: (status, doctor, serve, export, schema),
}
COMMANDS = (*(module.NAME for modules in _PANELS.values() for module in modules), task.NAME)

for panel, modules in _PANELS.items():
    for module in modules:
        described = _paragraphs(module.command.__doc__ or "")
        app.command(module.NAME, help=described, epilog=module.EXAMPLES, rich_help_panel=panel)(module.command)

app.add_typer(task.group, name=task.NAME, help=_paragraphs(task.described.__doc__ or ""), rich_help_panel=_ASK)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"patternbook {version('patternbook')}")
        raise typer.Exit


@app.callback(
    epilog="Example:\n\npatternbook ingest papers/ && patternbook compile && patternbook ask 'small data overfits'"
)
def patternbook(
    context: typer.Context,
    home: HomeOption = None,
    store: StoreOption = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Papers and their reviews become patterns; an intent becomes a plan that runs; the run changes the next plan."""
    del version  # its callback has printed it
    context.obj = {name: value for name, value in (("home", home), ("store", store)) if value is not None}
