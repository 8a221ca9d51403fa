"""The fields of front matter, and of forms like it, as a Bibliography: names differ, values are strings or lists."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

from graph.vocabulary.document import Bibliography
from ingest.parse.identifiers import read_arxiv, read_doi, read_openreview
from ingest.parse.parts import first_year
from ingest.parse.text_normalisation import one_line


def text_of(value: Any) -> str:
    """Return a field's value as one line: a string as it is, a number or date as printed, anything else empty."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float | datetime.date):
        return str(value)
    return ""


def texts_of(value: Any, *, separator: str = r"\s*[;,]\s*") -> tuple[str, ...]:
    """Return a list field: a list of strings or of mappings with a name, or one string with separators."""
    if isinstance(value, str):
        parts: Iterable[str] = re.split(separator, one_line(value))
    elif isinstance(value, Mapping):
        parts = [text_of(value.get("name"))]
    elif isinstance(value, list | tuple):
        parts = [text_of(item.get("name")) if isinstance(item, Mapping) else text_of(item) for item in value]
    else:
        return ()
    return tuple(part for part in parts if part)


def bibliography_of(fields: Mapping[str, Any]) -> Bibliography:
    """Read the fields that describe a work; names are matched without regard to case."""
    named = {str(key).casefold(): value for key, value in fields.items()}

    def first(*names: str) -> str:
        return next((words for name in names if (words := text_of(named.get(name)))), "")

    authors = named.get("authors", named.get("author"))
    return Bibliography(
        title=first("title"),
        authors=texts_of(authors, separator=r"\s*;\s*|\s*,\s*(?:and\s+)?|\s+and\s+"),
        abstract=first("abstract"),
        year=first_year([first("year"), first("date"), first("published")]),
        venue=first("venue", "conference", "journal", "booktitle") or None,
        doi=read_doi(first("doi")),
        arxiv=read_arxiv(first("arxiv", "arxiv_id", "eprint")),
        openreview=read_openreview(first("openreview", "openreview_id", "forum")),
        decision=first("decision") or None,
        keywords=texts_of(named.get("keywords", named.get("tags"))),
    )
