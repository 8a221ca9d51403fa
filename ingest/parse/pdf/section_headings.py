"""Headings of a PDF: which rows open a section.

Evidence, strongest first: the file's bookmarks; a section number in a style of its own; a name that papers use
("Related Work") in a style of its own; and the styles that those have, on a row that stands alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from graph.vocabulary.document import SectionRole
from ingest.parse.headings import (
    HeadingText,
    appendix_letter,
    is_known,
    level_by_name,
    read_heading,
    role_of,
    stands_alone,
)
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.style import Style, gap_above, gap_below
from ingest.parse.text_normalisation import letters_and_digits

_MAX_CHARACTERS = 160
_MAX_ROWS = 4
_EARLY = 0.4  # of the rows: no bibliography begins before, if there is another behind
_MAX_STEP = 3  # sections whose headings may have been missed between two that were found
_SMALLEST = 0.75  # of the running text: "References" over a bibliography in small type
_MAY_BE_NUMBERED = re.compile(r"\d|[A-Z][.):\s]|[IVX]{2,5}\W|appendix|section|chapter|supplementary", re.IGNORECASE)
_DECIMAL = re.compile(r"\d\.\d+\s*%?$|\d\.\d+\s+\d")
_STEP_SIZE = 0.5  # points above the running text that make a size of its own


class Heading(NamedTuple):
    """A heading: rows ``first..last`` (end exclusive), and what it says."""

    first: int
    last: int
    number: str | None
    title: str
    level: int
    role: SectionRole
    lettered: bool  # behind the bibliography, where "A Proofs" is appendix A


class _Sure(NamedTuple):
    """A heading that its words give away: where it ends, and whether by nothing but a usual name."""

    last: int
    by_name: bool


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
    named: dict[int, int] = {}
    free = 0
    for at in range(len(rows)):
        if at >= free and kinds[at] is RowKind.BODY and (found := _sure(rows, kinds, at, style, marked)):
            free = found.last
            (named if found.by_name else sure)[at] = found.last
    sure = _in_sequence(rows, sure, marked)
    looks = {_look(rows[at]) for at in sure}
    for at, last in named.items():
        if not looks or _look(rows[at]) in looks or stands_alone(_text(rows, at, last)):
            sure[at] = last
    _drop_early_references(rows, sure)
    looks = {_look(rows[at]) for at in sure}
    found_rows = dict(sure)
    covered = _covered(sure)
    for at in range(min(sure, default=len(rows)), len(rows)):  # above the first sure one: authors in bold
        if kinds[at] is RowKind.BODY and at not in covered and _alike(rows, kinds, at, style, looks, bool(marked)):
            last = _extent(rows, kinds, at)
            found_rows[at] = last
            covered.update(range(at, last))
    return read_headings(rows, kinds, sorted(found_rows.items()))


def _drop_early_references(rows: list[Row], found: dict[int, int]) -> None:
    """Of several headings that open a bibliography, drop those in the first part: "Reference" is a table's label."""
    opening = [
        at
        for at, last in sorted(found.items())
        if role_of(read_heading(_text(rows, at, last)).title, after_references=False) is SectionRole.REFERENCES
    ]
    for at in opening[:-1]:
        if at < _EARLY * len(rows):
            del found[at]


def _in_sequence(rows: list[Row], found: dict[int, int], marked: set[str]) -> dict[int, int]:
    """Drop numbers that do not follow: a bold "19 Ours" in a table, an item of a list.

    Up to the bibliography the first number of a heading is that of the section before it, or up to three more.
    """
    kept: dict[int, int] = {}
    current = 0
    after_references = False
    for at, last in sorted(found.items()):
        heading = read_heading(_text(rows, at, last))
        name = letters_and_digits(heading.title)
        after_references = after_references or role_of(heading.title, after_references=False) is SectionRole.REFERENCES
        top = (heading.number or "").partition(".")[0]
        if top.isdigit() and not after_references and name not in marked:
            if not current <= int(top) <= current + _MAX_STEP:
                continue
            current = int(top)
        kept[at] = last
    return kept


def _covered(found: dict[int, int]) -> set[int]:
    return {row for first, last in found.items() for row in range(first, last)}


def _look(row: Row) -> _Look:
    return _Look(round(row.top_size * 2) / 2, row.bold, row.italic, row.capitals)


def _distinct(row: Row, style: Style) -> bool:
    larger = row.top_size >= style.body_size + _STEP_SIZE
    return row.bold or larger or row.capitals or (row.italic and row.size >= style.body_size - 0.3)


def _extent(rows: list[Row], kinds: list[RowKind], at: int) -> int:
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
        split = text.endswith("-") and row.text[:1].islower()
        text = text[:-1] + row.text if split else f"{text} {row.text}".strip()
    return text


def _sure(rows: list[Row], kinds: list[RowKind], at: int, style: Style, marked: set[str]) -> _Sure | None:
    """Return the end of the heading that begins at row *at*, where its words say that it is one."""
    row = rows[at]
    if (
        len(row.text) > _MAX_CHARACTERS
        or row.top_size < _SMALLEST * style.body_size
        or row.math > 0.5
        or row.wide_gaps > 2
    ):
        return None
    distinct = _distinct(row, style)
    if not distinct:
        # Some publishers set "References" like the text under it; then the white above it is all there is.
        if len(row.words) <= 4 and stands_alone(row.text) and gap_above(rows, at, style=style) > 0.4 * style.pitch:
            return _Sure(at + 1, by_name=True)
        if not (marked and len(row.words) < 16 and _MAY_BE_NUMBERED.match(row.text)):
            return None
    apart = gap_above(rows, at, style=style) > 0.1 * style.pitch
    loud = row.bold or row.top_size >= style.body_size + _STEP_SIZE or row.capitals
    last = _extent(rows, kinds, at)
    for end in dict.fromkeys((last, at + 1)):
        heading = read_heading(_text(rows, at, end))
        name = letters_and_digits(heading.title)
        if not name or name.isdigit():
            continue
        if name in marked and (distinct or heading.number) and (apart or loud):
            return _Sure(end, by_name=False)
        if is_known(heading.title) and distinct and (apart or heading.number or row.bold):
            return _Sure(end, by_name=heading.number is None)
        if (
            heading.number
            and distinct
            and apart
            and row.top_size >= style.body_size - 1.6
            and _is_title_like(heading, loud=row.bold and row.top_size >= style.body_size + _STEP_SIZE)
            and (heading.number[0].isdigit() or "." in heading.number or loud or row.italic)
        ):
            return _Sure(end, by_name=False)
    return None


def _is_title_like(heading: HeadingText, *, loud: bool) -> bool:
    title = heading.title
    letters = sum(c.isalpha() for c in title)
    if not re.match(r"[\W\d]*[A-Z]|[a-z]+[A-Z]", title) or "=" in title or letters < 0.6 * len(title.replace(" ", "")):
        return False
    if title.endswith((",", ";", ".", ":")) and len(title.split()) > 8:
        return False
    if _DECIMAL.search(title) and not loud:
        return False  # the cells of a table
    return len(title.split()) <= 20 and not re.search(r"[.!?]\s+[A-Z][a-z]+\s+\w+\s+\w+", title)


def _alike(
    rows: list[Row], kinds: list[RowKind], at: int, style: Style, looks: set[_Look], has_bookmarks: bool
) -> bool:
    """Say whether a row without number or known name looks like the headings that are sure, and stands alone."""
    row = rows[at]
    look = _look(row)
    if has_bookmarks or look not in looks or not _distinct(row, style):
        return False
    words = row.text.split()
    if (
        len(words) > 14
        or not row.text[0].isupper()
        or row.text.endswith((".", ",", ";", ":"))
        or row.wide_gaps
        or row.math > 0.2
    ):
        return False
    if not look.bold and row.top_size < style.body_size + _STEP_SIZE and not look.capitals:
        return False
    if sum(c.isalpha() for c in row.text) < 4 or row.size < style.body_size - 0.3:
        return False
    end = _extent(rows, kinds, at)
    if rows[end - 1].text.endswith(("-", "‐")) or "=" in row.text:
        return False  # goes on in another style: a run-in heading
    above, below = gap_above(rows, at, style=style), gap_below(rows, end - 1, style=style)
    following = end < len(rows) and kinds[end] is RowKind.BODY and not _distinct(rows[end], style)
    starts_left = abs(row.x0 - row.column[0]) < 4 or row.top_size >= style.body_size + _STEP_SIZE
    return above > 0.3 * style.pitch and below > -0.3 * style.pitch and following and starts_left


def read_headings(rows: list[Row], kinds: list[RowKind], found: list[tuple[int, int]]) -> list[Heading]:
    """Read what the headings *found* (first row, end) say, mark them in *kinds* and return them in order."""
    headings: list[Heading] = []
    after_references = False
    for first, last in found:
        text = _text(rows, first, last)
        lettered = after_references
        parsed = appendix_letter(text) if lettered else read_heading(text)
        role = role_of(parsed.title, after_references=after_references)
        if after_references and role is SectionRole.APPENDIX and not _opens_appendix(parsed, rows[first]):
            continue
        after_references = after_references or role is SectionRole.REFERENCES
        for at in range(first, last):
            kinds[at] = RowKind.HEADING
        level = parsed.depth or level_by_name(parsed.title)
        headings.append(Heading(first, last, parsed.number, parsed.title.rstrip(" .:"), level, role, lettered))
    return headings


def _opens_appendix(parsed: HeadingText, row: Row) -> bool:
    """Behind the references a bold volume number or title is no heading: a number, a name or a whole bold line is."""
    return parsed.number is not None or is_known(parsed.title) or row.bold or row.top_size > row.size
