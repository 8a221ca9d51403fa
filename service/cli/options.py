"""Options that several commands share, and how they become settings.

``--home`` and ``--store`` may stand before or after the command's name; after wins. Importing this module imports only
Typer, so that ``patternbook --help`` stays quick.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from service.settings import Settings

_PLACE = "Where things are"

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder of documents, snapshots and logs; .patternbook if not given.",
        rich_help_panel=_PLACE,
        show_default=False,
    ),
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="The graph: sqlite:///PATH or neo4j://HOST:PORT; a SQLite file in the home if not given.",
        rich_help_panel=_PLACE,
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document on stdout and nothing else there.", rich_help_panel="Output"),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", help="Processes side by side; as many as there are usable cores if not given.", show_default=False
    ),
]


def settings_of(context: typer.Context, **options: Any) -> Settings:
    """Return the settings of this call: options of the command before those given before its name.

    Raises:
        SettingsError: a value is not allowed.
    """
    from service.settings import load_settings

    outer = context.find_root().obj or {}
    return load_settings({**outer, **{name: value for name, value in options.items() if value is not None}})


def program(context: typer.Context, *, home: Path | None, store: str | None) -> str:
    """Return how to call the program again on the same home and store, for hints."""
    outer = context.find_root().obj or {}
    given = {"--home": home or outer.get("home"), "--store": store or outer.get("store")}
    options = [part for name, value in given.items() if value is not None for part in (name, shlex.quote(str(value)))]
    return " ".join(["patternbook", *options])


def home_folder(arguments: Sequence[str]) -> Path:
    """Return the home that *arguments* or the environment name, without reading settings: those may be what failed."""
    for index, argument in enumerate(arguments):
        if argument == "--home" and index + 1 < len(arguments):
            return Path(arguments[index + 1])
        if argument.startswith("--home="):
            return Path(argument.removeprefix("--home="))
    return Path(os.environ.get("PATTERNBOOK_HOME") or ".patternbook")
