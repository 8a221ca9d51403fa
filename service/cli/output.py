"""What a command prints: one JSON document for machines, or Rich text for people; progress always on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

import orjson
from pydantic import BaseModel
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.errors import OutputLost

_WIDTH_WITHOUT_TERMINAL = 120


class _Checked:
    """A text file whose failing writes are errors of ours; a reader that has gone stays BrokenPipeError."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with _explained():
            return self._file.write(text)

    def flush(self) -> None:
        with _explained():
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(f"the answer could not be written to stdout: {error.strerror}") from error


def print_json(document: BaseModel | dict[str, Any]) -> None:
    """Print *document* as the one JSON document on stdout."""
    value = document.model_dump(mode="json") if isinstance(document, BaseModel) else document
    out = _Checked(sys.stdout)
    out.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())
    out.flush()


def out() -> Console:
    """Return the console for answers. Without a terminal: no colour, and wide enough not to cut tables."""
    width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(file=cast(IO[str], _Checked(sys.stdout)), width=width, highlight=False)


def err() -> Console:
    """Return the console for progress and remarks."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else _WIDTH_WITHOUT_TERMINAL, highlight=False)


def table(*columns: str, title: str | None = None, right: frozenset[str] = frozenset()) -> Table:
    """Return an empty table in the house style; columns named in *right* are aligned right."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", title_style="bold")
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def counted(number: int, noun: str) -> str:
    """Return ``1 paper``, ``2 papers``, ``1,000 papers``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def indented(text: str, *, by: int = 2, style: str = "") -> Padding:
    """Return *text*, broken to the width of the console and indented."""
    return Padding(Text(text, style=style), (0, 0, 0, by), expand=False)


def add(rows: Table, *cells: object) -> None:
    """Add a row of plain text: brackets in names of papers and methods are no markup."""
    rows.add_row(*(Text("" if cell is None else str(cell)) for cell in cells))


def configure_logging(*, quiet: bool = False) -> None:
    """Send log lines to stderr: readable on a terminal, one JSON object a line otherwise."""
    import logging

    import structlog

    readable = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
