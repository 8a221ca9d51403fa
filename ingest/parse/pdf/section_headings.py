"""Headings of a PDF: which rows open a section.

Evidence, strongest first: the file's bookmarks; a section number in a style of its own; a name that papers use
("Related Work") in a style of its own; and the styles that those have, on a row that stands alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from graph.vocabulary.document import SectionRole
from ingest.parse.headings import HeadingText, appendix_letter, is_known, level_by_name, read_heading, role_of
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.style import Style, gap_above, gap_below
from ingest.parse.text_normalisation import letters_and_digits

_MAX_CHARACTERS = 160
_MAX_ROWS = 4
_STEP_SIZE = 0.5  # points above the running text that make a size of its own


class Heading(NamedTuple):
    """A heading: rows ``first..last`` (end exclusive), and what it says."""

    first: int
    last: int
    number: str | None
    title: str
    level: int
    role: SectionRole


class _Look(NamedTuple):
    """What a heading's style is compared by."""

    size: float
    bold: bool
    italic: bool
    capitals: bool


def find_headings(rows: list[Row], kinds: list[RowKind], style: Style, bookmarks: list[str]) -> list[Heading]:
    """Find the headings among the body rows, mark them in *kinds* and return them in order."""
    marked = {letters_and_digits(read_heading(title).title) for title in bookmarks} - {""}
    sure: dict[int, int] = {}
    for at, row in enumerate(rows):
        if kinds[at] is RowKind.BODY and at not in _covered(sure) and (last := _sure(rows, kinds, at, style, marked)):
            sure[at] = last
    looks = {_look(rows[at]) for at in sure}
    found = dict(sure)
    covered = _covered(sure)
    for at in range(len(rows)):
        if kinds[at] is RowKind.BODY and at not in covered and _alike(rows, kinds, at, style, looks, bool(marked)):
            last = _extent(rows, kinds, at, style)
            found[at] = last
            covered.update(range(at, last))
    return _read(rows, kinds, sorted(found.items()))


def _covered(found: dict[int, int]) -> set[int]:
    return {row for first, last in found.items() for row in range(first, last)}


def _look(row: Row) -> _Look:
    letters = [c for c in row.text if c.isalpha()]
    capitals = len(letters) > 2 and all(c.isupper() for c in letters)
    return _Look(round(row.top_size * 2) / 2, row.bold, row.italic, capitals)


def _distinct(row: Row, style: Style) -> bool:
    look = _look(row)
    larger = row.top_size >= style.body_size + _STEP_SIZE
    return look.bold or larger or look.capitals or (look.italic and row.size >= style.body_size - 0.3)


def _extent(rows: list[Row], kinds: list[RowKind], at: int, style: Style) -> int:
    """Return the end of a heading that may run over several rows of one look."""
    last = at + 1
    look = _look(rows[at])
    while last < len(rows) and last - at < _MAX_ROWS and kinds[last] is RowKind.BODY:
        row, before = rows[last], rows[last - 1]
        other = _look(row)
        same = other.size == look.size and other.bold == look.bold and other.italic == look.italic
        close = row.flow == before.flow and row.y0 - before.y1 < 0.55 * row.top_size
        if not same or not close or not (look.capitals or not other.capitals) or read_heading(row.text).number:
            break
        if before.width_share < 0.55 and not before.blocks & row.blocks:
            break
        last += 1
    return last


def _text(rows: list[Row], first: int, last: int) -> str:
    text = ""
    for row in rows[first:last]:
        if text.endswith("-") and row.text[:1].islower():
            text = text[:-1] + row.text
        else:
            text = f"{text} {row.text}".strip()
    return text


def _sure(rows: list[Row], kinds: list[RowKind], at: int, style: Style, marked: set[str]) -> int | None:
    """Return the end of the heading that begins at row *at*, where its words say that it is one."""
    row = rows[at]
    if len(row.text) > _MAX_CHARACTERS or row.top_size < style.body_size - 1.6 or row.math > 0.5:
        return None
    if not any(c.isalpha() for c in row.text) or row.wide_gaps > 2:
        return None
    last = _extent(rows, kinds, at, style)
    for end in dict.fromkeys((last, at + 1)):
        text = _text(rows, at, end)
        heading = read_heading(text)
        name = letters_and_digits(heading.title)
        apart = gap_above(rows, at, style=style) > 0.1 * style.pitch
        distinct = _distinct(row, style)
        if name and name in marked and (distinct or heading.number) and (apart or row.bold or row.top_size > style.body_size + 1):
            return end
        if is_known(heading.title) and distinct and (apart or heading.number or row.bold):
            return end
        if heading.number and distinct and apart and _is_title_like(heading) and (heading.number[0].isdigit() or "." in heading.number or row.bold or row.top_size >= style.body_size + _STEP_SIZE or _look(row).capitals or row.italic):
            return end
    return None


def _is_title_like(heading: HeadingText) -> bool:
    title = heading.title
    if not title or not re.match(r"[\W\d]*[A-Z]|[a-z]+[A-Z]", title) or title.endswith((",", ";", ".", ":")) and len(title.split()) > 8:
        return False
    return len(title.split()) <= 20 and not re.search(r"[.!?]\s+[A-Z][a-z]+\s+\w+\s+\w+", title)


def _alike(rows: list[Row], kinds: list[RowKind], at: int, style: Style, looks: set[_Look], has_bookmarks: bool) -> bool:
    """Say whether a row without number or known name looks like the headings that are sure, and stands alone."""
    row = rows[at]
    look = _look(row)
    if look not in looks or not _distinct(row, style) or has_bookmarks:
        return False
    words = row.text.split()
    if len(words) > 14 or not row.text[0].isupper() or row.text.endswith((".", ",", ";", ":")) or row.wide_gaps or row.math > 0.2:
        return False
    if not look.bold and row.top_size < style.body_size + _STEP_SIZE and not look.capitals:
        return False
    if sum(c.isalpha() for c in row.text) < 4 or row.size < style.body_size - 0.3:
        return False
    end = _extent(rows, kinds, at, style)
    above, below = gap_above(rows, at, style=style), gap_below(rows, end - 1, style=style)
    following = end < len(rows) and kinds[end] is RowKind.BODY and not _distinct(rows[end], style)
    starts_left = abs(row.x0 - row.column[0]) < 4 or row.top_size >= style.body_size + _STEP_SIZE
    return above > 0.3 * style.pitch and below > -0.3 * style.pitch and following and starts_left


def _read(rows: list[Row], kinds: list[RowKind], found: list[tuple[int, int]]) -> list[Heading]:
    headings: list[Heading] = []
    after_references = False
    for first, last in found:
        text = _text(rows, first, last)
        parsed = appendix_letter(text) if after_references else read_heading(text)
        role = role_of(parsed.title, after_references=after_references)
        if after_references and role is SectionRole.APPENDIX and not _opens_appendix(parsed, rows[first]):
            continue
        after_references = after_references or role is SectionRole.REFERENCES
        for at in range(first, last):
            kinds[at] = RowKind.HEADING
        level = parsed.depth or level_by_name(parsed.title)
        headings.append(Heading(first, last, parsed.number, parsed.title.rstrip(" .:"), level, role))
    return headings


def _opens_appendix(parsed: HeadingText, row: Row) -> bool:
    """Behind the references a bold volume number or title is no heading: a number, a name or a whole bold line is."""
    return parsed.number is not None or is_known(parsed.title) or row.bold or row.top_size > row.size
