"""What stands apart from the running text of a page: captions, tables, labels inside figures, footnotes."""

from __future__ import annotations

import re

from ingest.parse.headings import is_caption
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.style import Style, gap_above

_NOTE_MARK = re.compile(r"[∗*†‡§¶♯#◦⋆]")
_LABEL_WITH_COLON = re.compile(r"[^.:|]{3,30}\d[.:|]|[^.:|]{3,30}\d\s?[—–]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_NEAR_CAPTION = 40.0  # points: a table stands this close to its caption
_LABEL_WORDS = 6
_PROSE_RUN, _PROSE_WORDS = 3, 6


def mark_captions(rows: list[Row], kinds: list[RowKind], style: Style) -> None:
    """Mark captions: from "Figure 3:" at the start of a paragraph to where its lines end."""
    at = 0
    while at < len(rows):
        row = rows[at]
        if kinds[at] is RowKind.BODY and is_caption(row.text) and _begins(rows, at, style):
            at = _mark_caption(rows, kinds, at, style)
        else:
            at += 1


def _begins(rows: list[Row], at: int, style: Style) -> bool:
    row = rows[at]
    apart = gap_above(rows, at, style=style) > 0.25 * style.pitch or at == 0 or rows[at - 1].flow != row.flow
    differs = at > 0 and (abs(rows[at - 1].size - row.size) > 0.4 or not rows[at - 1].blocks & row.blocks)
    if _LABEL_WITH_COLON.match(row.text):
        return apart or differs
    return style.is_small(row) or (apart and differs and row.segments[0].bold)


def _mark_caption(rows: list[Row], kinds: list[RowKind], at: int, style: Style) -> int:
    first = rows[at]
    kinds[at] = RowKind.CAPTION
    usual: float | None = None
    last = at + 1
    while last < len(rows) and kinds[last] is RowKind.BODY:
        row, before = rows[last], rows[last - 1]
        gap = row.y0 - before.y1
        limit = usual + 2.0 if usual is not None else max(0.55 * first.size, style.gap + 2.5)
        if row.flow != first.flow or abs(row.size - first.size) > 0.6 or row.wide_gaps >= 2 or gap > limit:
            break
        if is_caption(row.text) and _LABEL_WITH_COLON.match(row.text):
            break
        if not style.is_small(first) and not before.blocks & row.blocks and before.width_share < 0.85:
            break
        usual = gap if usual is None else max(usual, gap)
        kinds[last] = RowKind.CAPTION
        last += 1
    return last


def mark_footnotes(rows: list[Row], kinds: list[RowKind], style: Style, *, until: int) -> None:
    """Mark footnotes: small rows at the foot of a column, from the first that carries a mark.

    From index *until* on (the bibliography) only a raised mark counts: entries are often small and begin with a number.
    """
    for first, last in _flow_ranges(rows):
        lowest = max(r.y1 for r in rows[first:last])
        column = [
            r
            for r in rows
            if r.page == rows[first].page
            and r.column[0] < rows[first].column[1] - 5
            and r.column[1] > rows[first].column[0] + 5
        ]
        if any(r.y0 > lowest + 1 for r in column):
            continue  # something stands below: not the foot of the column
        at = last
        while at > first and kinds[at - 1] is RowKind.BODY and style.is_small(rows[at - 1]):
            at -= 1
        start = next((i for i in range(at, last) if _has_mark(rows[i], style, raised_only=i >= until)), None)
        if start is None and at < min(last, until) and rows[first].page == rows[0].page and at > first:
            is_note = rows[at].y0 - rows[at - 1].y1 > style.gap + 1 and not any(_is_cells(row) for row in rows[at:last])
            start = at if is_note else None  # the publisher's note on page 1
        if start is not None:
            for i in range(start, last):
                kinds[i] = RowKind.FOOTNOTE


def _has_mark(row: Row, style: Style, *, raised_only: bool) -> bool:
    run = next((run for run in row.segments[0].runs if run.text.strip()), None)
    if run is None:
        return False
    small = run.superscript or run.size < 0.85 * row.size
    if raised_only and not small:
        return False
    return bool(_NOTE_MARK.match(run.text.strip())) or (
        small and run.text.strip()[:2].rstrip().isalnum() and row.size <= 0.93 * style.body_size
    )


def _flow_ranges(rows: list[Row]) -> list[tuple[int, int]]:
    ranges = []
    first = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at].flow != rows[first].flow:
            ranges.append((first, at))
            first = at
    return ranges


def mark_tables(rows: list[Row], kinds: list[RowKind], style: Style, *, abstract: range, until: int) -> None:
    """Mark cells and labels among the rows before index *until*: small rows, rows of cells, rows by a caption.

    The *abstract* is often set small and is left alone, and so are several small lines of prose in a row.
    """
    for first, last in _flow_ranges(rows[:until]):
        prose = _small_prose(rows, first, last, style)
        for at in range(first, last):
            if at in abstract or at in prose:
                continue
            if kinds[at] is RowKind.BODY and (style.is_small(rows[at]) or _is_cells(rows[at])):
                neighbours = [j for j in (at - 1, at + 1) if first <= j < last]
                alike = any(
                    kinds[j] is not RowKind.BODY or _is_cells(rows[j]) or style.is_small(rows[j]) for j in neighbours
                )
                if alike or (style.is_small(rows[at]) and rows[at].width_share < 0.6) or not neighbours:
                    kinds[at] = RowKind.TABLE
        _spread_from_captions(rows, kinds, first, last, style)


def mark_tables_behind(rows: list[Row], kinds: list[RowKind], *, start: int) -> None:
    """Mark what stands above a caption behind index *start*: a table of the appendix is no bibliography."""
    for first, last in _flow_ranges(rows):
        captions = [i for i in range(max(first, start), last) if kinds[i] is RowKind.CAPTION]
        if not captions:
            continue
        above = [i for i in range(max(first, start), captions[-1]) if kinds[i] is RowKind.BODY]
        headed = first < start or any(kinds[i] is RowKind.HEADING for i in range(first, captions[-1]))
        if not headed and not any(_YEAR.search(rows[i].text) for i in above):
            for i in above:
                kinds[i] = RowKind.TABLE


def _small_prose(rows: list[Row], first: int, last: int, style: Style) -> set[int]:
    """Return the rows of runs of at least three lines of small prose, with the short line that ends each."""
    found: set[int] = set()
    run: list[int] = []
    for at in range(first, last + 1):
        if at < last and style.is_small(rows[at]) and _reads_on(rows[at]):
            run.append(at)
            continue
        if len(run) >= _PROSE_RUN:
            found.update(run)
            if at < last and style.is_small(rows[at]) and rows[at].size == rows[at - 1].size and not rows[at].wide_gaps:
                found.add(at)
        run = []
    return found


def _reads_on(row: Row) -> bool:
    letters = [c for c in row.text if not c.isspace()]
    return (
        row.width_share > 0.8
        and row.wide_gaps == 0
        and len(row.words) >= _PROSE_WORDS
        and sum(c.islower() for c in letters) > 0.65 * len(letters)
    )


def _is_cells(row: Row) -> bool:
    if not row.wide_gaps:
        return False
    if row.math > 0.3 and not row.wide_gaps >= 3:
        return False  # a display formula with its number
    words = row.words
    digits = sum(any(c.isdigit() for c in word.text) for word in words)
    return row.wide_gaps >= 2 or (row.wide_gaps == 1 and digits * 2 >= len(words) and row.math < 0.1)


def _spread_from_captions(rows: list[Row], kinds: list[RowKind], first: int, last: int, style: Style) -> None:
    """Rows of short labels or cells that touch a caption or a table belong to it, up to the first line of prose."""
    for step, order in ((-1, range(last - 1, first, -1)), (1, range(first, last - 1))):
        for at in order:
            other = at + step
            if kinds[at] in {RowKind.CAPTION, RowKind.TABLE} and kinds[other] is RowKind.BODY:
                distance = max(rows[at].y0 - rows[other].y1, rows[other].y0 - rows[at].y1)
                if distance < _NEAR_CAPTION and _is_label(rows, other, style):
                    kinds[other] = RowKind.TABLE


def _is_label(rows: list[Row], at: int, style: Style) -> bool:
    row = rows[at]
    if row.wide_gaps >= 1 and (row.wide_gaps >= 2 or row.size != style.body_size):
        return True
    if row.text.endswith((".", "?", "!", ":")) or row.width_share > 0.6 or len(row.words) > _LABEL_WORDS:
        return False
    in_paragraph = any(
        rows[j].blocks & row.blocks and rows[j].width_share > 0.8
        for j in (at - 1, at + 1)
        if 0 <= j < len(rows) and rows[j].flow == row.flow
    )
    return not in_paragraph and not row.bold
