r"""The bibliography of a LaTeX source: ``thebibliography`` (in the file or in its .bbl), or the .bib itself.

A .bbl holds what is printed, in its order, and is taken where there is one. Of a .bib only the entries that are cited
are taken, in the order of their first citation, and printed by one plain style. biblatex's own .bbl (``\entry``) is
not read: its .bib is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ingest.parse.latex.braces import argument, optional_argument

_BIBITEM = re.compile(r"\\bibitem(?![a-zA-Z])")
_NEWBLOCK = re.compile(r"\\newblock(?![a-zA-Z])")
_BEGIN = re.compile(r"\\begin\s*\{thebibliography\}")
_END = re.compile(r"\\end\s*\{thebibliography\}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_ENTRY = re.compile(r"@(?P<type>[a-zA-Z]+)\s*[{(]\s*(?P<key>[^\s,{}()\"]+)\s*,")
_FIELD = re.compile(r"\s*(?P<name>[a-zA-Z][\w-]*)\s*=\s*")
_BARE = re.compile(r"[\w.+-]+")
_MAX_ENTRIES = 20_000
_VENUES = ("booktitle", "journal", "journaltitle", "publisher", "school", "institution", "howpublished", "note")


class Entry(NamedTuple):
    """One entry as source. `blocks` are its parts as printed; authors, title, year and venue where they are known."""

    key: str
    blocks: tuple[str, ...]
    authors: str = ""
    title: str = ""
    year: int | None = None
    venue: str = ""


def read_thebibliography(source: str) -> list[Entry]:
    """Return the entries of a ``thebibliography``, with or without its begin and end."""
    if begin := _BEGIN.search(source):
        source = source[begin.end() :]
    if end := _END.search(source):
        source = source[: end.start()]
    marks = list(_BIBITEM.finditer(source))[:_MAX_ENTRIES]
    entries = []
    ends = [*(mark.start() for mark in marks[1:]), len(source)]
    for mark, stop in zip(marks, ends, strict=False):  # without marks there is an end all the same
        at = mark.end()
        if label := optional_argument(source, at):
            at = label.end
        if key := argument(source, at):
            entries.append(_bibitem(key.text.strip(), source[key.end : stop]))
    return entries


def _bibitem(key: str, source: str) -> Entry:
    """BibTeX's styles print authors, title and the rest as three or more blocks; the year may follow the authors."""
    blocks = tuple(part.strip() for part in _NEWBLOCK.split(source) if part.strip())
    if len(blocks) < 3:
        return Entry(key, blocks)
    year = _YEAR.search(blocks[0]) or next((y for block in reversed(blocks[2:]) if (y := _YEAR.search(block))), None)
    authors = blocks[0][: year.start()] if year and year.string == blocks[0] else blocks[0]
    return Entry(key, blocks, authors.rstrip(" .,(["), blocks[1].rstrip(" .,"), int(year.group()) if year else None)


def read_bib(source: str, cited: Sequence[str]) -> list[Entry]:
    """Return the entries of a .bib file that are *cited*, in that order; ``*`` cites all."""
    found: dict[str, Entry] = {}
    at = 0
    while (mark := _ENTRY.search(source, at)) and len(found) < _MAX_ENTRIES:
        at = mark.end()
        if mark.group("type").casefold() in {"comment", "string", "preamble"}:
            continue
        fields, at = _fields(source, at)
        found.setdefault(mark.group("key"), _printed(mark.group("key"), fields))
    wanted: Iterable[str] = found if "*" in cited else cited
    return [found[key] for key in dict.fromkeys(wanted) if key in found]


def _fields(source: str, at: int) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while match := _FIELD.match(source, at):
        at = match.end()
        value, at = _value(source, at)
        fields.setdefault(match.group("name").casefold(), " ".join(value.split()))
        comma = re.compile(r"\s*,").match(source, at)
        if comma is None:
            break
        at = comma.end()
    return fields, at


def _value(source: str, at: int) -> tuple[str, int]:
    if braced := argument(source, at):
        return braced.text, braced.end
    if source.startswith('"', at):
        depth = 0
        for mark in re.compile(r'\\.|[{}"]', re.DOTALL).finditer(source, at + 1, at + 20_000):
            depth += {"{": 1, "}": -1}.get(mark.group(), 0)
            if mark.group() == '"' and depth <= 0:
                return source[at + 1 : mark.start()], mark.end()
    bare = _BARE.match(source, at)
    return (bare.group(), bare.end()) if bare else ("", at)


def _printed(key: str, fields: dict[str, str]) -> Entry:
    authors = fields.get("author") or fields.get("editor", "")
    people = [_name(each) for each in re.split(r"\s+and\s+", authors) if each.strip()]
    title, year = fields.get("title", ""), _YEAR.search(fields.get("year") or fields.get("date", ""))
    venue = next((fields[name] for name in _VENUES if fields.get(name)), "")
    rest = [venue, year.group() if year else ""]
    if eprint := fields.get("eprint"):
        rest.append(f"arXiv:{eprint}" if re.match(r"\d{4}\.\d{4,5}", eprint) else eprint)
    if fields.get("doi"):
        rest.append(f"doi:{fields['doi']}")
    listed = ", ".join(people[:-1]) + (" and " if len(people) > 1 else "") + people[-1] if people else ""
    parts = (f"{listed}.", f"{title}.", f"{', '.join(part for part in rest if part)}.")
    blocks = tuple(part for part in parts if part != ".")
    return Entry(key, blocks, " and ".join(people), title, int(year.group()) if year else None, venue)


def _name(printed: str) -> str:
    """Return ``Given Family`` of ``Family, Given``; a name in braces is one of a group."""
    if printed.strip().startswith("{") or "," not in printed:
        return printed.strip()
    family, *given = [part.strip() for part in printed.split(",")]
    return " ".join([*reversed(given), family])
