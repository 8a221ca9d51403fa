"""The bibliography of a Markdown file: where its entries begin, and what each says.

A converter makes a list item of an entry and loses the mark where a page or a column ends: then an entry goes on in a
paragraph, or a paragraph is an entry. Labels decide where there are any, else list items; a paragraph between is an
entry only if the one before has ended and it reads as one. For reading, an entry is cleaned of what a converter does to
it (escaped characters, straight quotes, white space before commas); its range in the text is not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from graph.vocabulary.document import Reference
from ingest.parse.references import read_entry, split_entries

_LABEL = re.compile(r"(?:\[[A-Za-z0-9+&.,\-' ]{1,24}\]|\d{1,3}[.)](?=\s))")
_BULLET = re.compile(r"[ \t]*[-*+•][ \t]+")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d{2}(?!\d)")
_ENDED = re.compile(r"(?:[.)\]>\d/]|https?://\S+)[*_\s]*$")
_QUOTED = re.compile(
    r"(?<![\w'])'(?P<inside>[^']{8,300}?(?:'(?=\w)[^']{0,200}?)*?)(?P<stop>[,.?!]?)'(?P<after>[,.]?)(?=\s|$)"
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>&|~$])")
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")
_BEFORE_STOP = re.compile(r"\s+(?=[,;:.](?:\s|$))")
_IN_URL = re.compile(r"(https?://\S*[./_-]) (?=[\w%~])")
_LINE_NUMBER = re.compile(r"\s\d{3,4}$")
_OTHERS = re.compile(r",?\s+et\.? al\.\s+(?=[A-Z0-9“‘'\"])")  # the end of the authors, no word inside a title
_BARE_YEAR = re.compile(r"(?<=[\w.,])\s+\(((?:19|20)\d{2}[a-z]?)[., ]*\)\s+(?=[A-Z“])")
_MIN_ITEMS = 3
_MIN_CHARACTERS = 12


def read_bibliography(text: str, start: int, end: int, *, line_numbered: bool = False) -> tuple[Reference, ...]:
    """Return the entries of ``text[start:end]``."""
    return tuple(
        _entry(text, a, b, line_numbered=line_numbered)
        for a, b in _ranges(text, start, end)
        if b - a >= _MIN_CHARACTERS
    )


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Yield the lines that are not empty, and whether an empty one stands before."""
    apart = True
    while start < end:
        newline = text.find("\n", start, end)
        stop = end if newline < 0 else newline
        if text[start:stop].strip():
            yield start, stop, apart
            apart = False
        else:
            apart = True
        start = stop + 1


def _ranges(text: str, start: int, end: int) -> list[tuple[int, int]]:
    lines = list(_lines(text, start, end))
    items = [(a, m.end()) for a, b, _ in lines if (m := _BULLET.match(text, a, b))]
    labels = sum(_LABEL.match(text, _past_bullet(text, a)) is not None for a, _, _ in lines)
    by_label = labels >= 2 and labels * 2 >= len(items)
    if not by_label and len(items) < _MIN_ITEMS:
        return split_entries(text, start, end)
    found: list[list[int]] = []
    for a, b, apart in lines:
        begin = _past_bullet(text, a)
        labelled = _LABEL.match(text, begin) is not None
        fresh = labelled if by_label else begin > a
        if not fresh and (apart or begin > a):
            fresh = bool(found) and _reads_as_entry(text, begin, b) and _has_ended(text, found[-1])
        if fresh:
            found.append([begin, b])
        elif found:
            found[-1][1] = b
    return [(a, _trimmed(text, a, b)) for a, b in found]


def _past_bullet(text: str, at: int) -> int:
    match = _BULLET.match(text, at)
    return (
        match.end()
        if match
        else at + len(text[at:]) - len(text[at:].lstrip(" \t"))
        if text[at : at + 1] in " \t"
        else at
    )


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _reads_as_entry(text: str, start: int, end: int) -> bool:
    line = text[start:end].strip()
    return len(line) >= 40 and line[0].isupper() and _YEAR.search(line) is not None and "," in line


def _has_ended(text: str, entry: list[int]) -> bool:
    before = text[entry[0] : entry[1]]
    return _ENDED.search(before) is not None and _YEAR.search(before) is not None


def _entry(text: str, start: int, end: int, *, line_numbered: bool) -> Reference:
    plain = clean_entry(text[start:end], line_numbered=line_numbered)
    read = read_entry(plain, 0, len(plain))
    return read.model_copy(update={"char_start": start, "char_end": end})


def clean_entry(entry: str, *, line_numbered: bool = False) -> str:
    """Return *entry* on one line, for reading what it says."""
    lines = [line.strip() for line in entry.splitlines() if line.strip()]
    if line_numbered:
        lines = [_LINE_NUMBER.sub("", line) for line in lines if not line.isdigit()]
    plain = html.unescape(" ".join(" ".join(lines).split()))
    plain = _EMPHASIS.sub("", _ESCAPED.sub(r"\1", plain))
    plain = _BEFORE_STOP.sub("", plain)
    plain = _IN_URL.sub(r"\1", plain)
    plain = _BARE_YEAR.sub(r" (\1). ", _OTHERS.sub(" and others. ", plain, count=1))
    return _QUOTED.sub(r"“\g<inside>\g<stop>”\g<after>", plain)
