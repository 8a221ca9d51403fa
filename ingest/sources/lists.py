"""A JSON-lines list of sources: one object a line, with the path and what is known of the work.

``{"path": "p/1.pdf", "title": "…", "doi": "…", "arxiv": "…", "openreview": "…", "year": 2024, "venue": "…"}``; only
`path` is needed, relative to the folder of the list. A line that cannot be used is a failure that names its number;
the others are read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import ConfigDict, Field, ValidationError

from graph.vocabulary.document import Bibliography, Frozen
from ingest.parse.detect import SUFFIXES
from ingest.sources.errors import BadListLine, NoSuchSource, SourceError, Unreadable
from ingest.sources.names import is_folder, shown, suffix_of
from ingest.sources.remark import Remark

LIST_SUFFIX = ".jsonl"


class ListLine(Frozen):
    """One line of a list. A misspelt field is refused, not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    path: str = Field(min_length=1)
    title: str = ""
    doi: str | None = None
    arxiv: str | None = None
    openreview: str | None = None
    year: int | None = None
    venue: str | None = None

    @property
    def bibliography(self) -> Bibliography | None:
        """What the line says of the work, or None where it only names a path."""
        said = Bibliography.model_validate(self.model_dump(exclude={"path"}))
        return said if said != Bibliography() else None


@dataclass(frozen=True)
class Listed:
    """A path of a list, with what the list says of it."""

    path: str
    given: Bibliography | None


def read_list(path: str) -> Iterator[Listed | Remark]:
    """Yield what the list at *path* names, in its order; a `Remark` for each line that cannot be used.

    Raises:
        Unreadable: the list itself cannot be read.
    """
    folder = Path(path).parent
    try:
        with Path(path).open("rb") as lines:
            for number, raw in enumerate(lines, start=1):
                if not raw.strip():
                    continue
                try:
                    yield _line(raw, folder)
                except SourceError as error:
                    yield Remark(source=f"{shown(path)}:{number}", kind=type(error).__name__, message=str(error))
    except OSError as error:
        raise Unreadable(f"the list {shown(path)} cannot be read: {error.strerror}") from error


def _line(raw: bytes, folder: Path) -> Listed:
    try:
        line = ListLine.model_validate(orjson.loads(raw))
    except orjson.JSONDecodeError as error:
        raise BadListLine(f"this is not JSON ({error.msg} at column {error.colno}): write one object a line") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise BadListLine(f"{where}: {first['msg']}") from error
    if "\0" in line.path:
        raise BadListLine("path: holds a NUL character, which no file name has")
    target = folder / line.path
    if is_folder(str(target)):
        raise BadListLine(f"path: {line.path!r} is a folder; a list names files")
    if not os.path.lexists(target):
        raise NoSuchSource(f"path: {line.path!r} does not exist in {shown(str(folder))}")
    if suffix_of(line.path) not in SUFFIXES:
        raise BadListLine(f"path: no parser reads {suffix_of(line.path) or 'files without a suffix'}: {line.path!r}")
    return Listed(str(target), line.bibliography)
