"""Reading order: the segments of a page as rows, column by column.

A page has two columns when a vertical strip near its middle is crossed by few lines and full lines stand on both
sides of it. Lines that do cross it (title, wide tables and their captions) cut the page into bands; a band is read
down its left column and then down its right one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ingest.parse.pdf.page_text import PdfPage, PdfWord, Segment
from ingest.parse.pdf.wide_floats import across_by_caption

_STEP = 2.0  # points between candidate gutters
_MIDDLE = (0.33, 0.67)
_CROSSING_MAX = 0.45  # share of the text height that may cross the gutter of a page with two columns
_FULL = 0.72  # of the column's width: a line that fills its column
_REACH = 0.12  # of the column's width: a line that goes on this far on both sides of the gutter spans both columns
_MIN_FULL_LINES = 4
_TIGHT, _LOOSE = 0.4, 1.5  # of a line's height: a wider gap separates authors from a column that begins under them
_SAME_SIZE = 0.3  # points
_ABSTRACT = re.compile(r"\W*a\s?b\s?s\s?t\s?r\s?a\s?c\s?t\b", re.IGNORECASE)
_INTRODUCTION = re.compile(r"\W*(?:[1I]\b)?\W*introduction\W*", re.IGNORECASE)


@dataclass(slots=True)
class Row:
    """One printed line within one column."""

    page: int
    column: tuple[float, float]  # left and right edge of the column it stands in
    flow: int  # rows of one flow follow each other down one column of one band
    x0: float
    y0: float
    x1: float
    y1: float
    top: float  # of its letters, and their bottom
    bottom: float
    segments: list[Segment]
    words: list[PdfWord]  # from left to right
    text: str  # the words, one space between them
    size: float
    top_size: float
    bold: bool
    italic: bool
    capitals: bool  # every letter is one
    math: float
    wide_gaps: int  # gaps between words that no line of prose has: cells of a table

    @property
    def blocks(self) -> set[int]:
        """The blocks of PyMuPDF that the row has words of."""
        return {segment.block for segment in self.segments}

    @property
    def width_share(self) -> float:
        """How much of its column the row fills."""
        return (self.x1 - self.x0) / max(self.column[1] - self.column[0], 1.0)


def rows_in_order(pages: list[PdfPage]) -> list[Row]:
    """Return the rows of all pages in reading order.

    What stands above the abstract (else above the first section) of the first page is one flow across the page:
    authors side by side are no columns.
    """
    rows: list[Row] = []
    flow = 0
    for page in pages:
        flows = _first_page_flows(page) if page is pages[0] else _flows(page.segments, find_gutter(page))
        for column, segments in flows:
            rows += _rows(segments, column, flow)
            flow += 1
    return rows


def find_gutter(page: PdfPage) -> float | None:
    """Return the x of the gutter of a page with two columns, else None."""
    lines = [s for s in page.segments if len(s.words) >= 2]
    if len(lines) < 2 * _MIN_FULL_LINES:
        return None
    left, right = min(s.x0 for s in lines), max(s.x1 for s in lines)
    width = right - left
    count = max(int(width / _STEP) + 2, 3)
    cover = np.zeros(count + 1)
    for segment in page.segments:
        height = segment.y1 - segment.y0
        first = int((max(segment.x0 + 1, left) - left) / _STEP)
        last = int((min(segment.x1 - 1, right) - left) / _STEP)
        if last >= first >= 0:
            cover[min(first, count)] += height
            cover[min(last + 1, count)] -= height
    crossing = np.cumsum(cover)[:count]
    low, high = int(_MIDDLE[0] * width / _STEP), int(_MIDDLE[1] * width / _STEP)
    if high <= low:
        return None
    window = crossing[low : high + 1]
    best = float(window.min())
    # Of the emptiest strips the middle of the one nearest the centre: a gutter is some 15 points wide.
    empty = np.flatnonzero(window <= best + 0.01) + low
    runs = np.split(empty, np.flatnonzero(np.diff(empty) > 1) + 1)
    centre = width / 2 / _STEP
    run = min(runs, key=lambda r: (abs(float(r.mean()) - centre) - len(r) * 0.5, float(r[0])))
    gutter = left + (float(run.mean()) + 0.5) * _STEP
    full = {False: 0, True: 0}
    text_height = crossing_height = 0.0
    for segment in lines:
        height = segment.y1 - segment.y0
        if segment.x0 < gutter - 4 and segment.x1 > gutter + 4:
            crossing_height += height * 2
            text_height += height * 2
            continue
        text_height += height
        on_right = segment.x0 >= gutter - 4
        column = (gutter - left) if not on_right else (right - gutter)
        if segment.x1 - segment.x0 >= _FULL * column:
            full[on_right] += 1
    if min(full.values()) < _MIN_FULL_LINES or crossing_height > _CROSSING_MAX * text_height:
        return _weak_gutter(gutter, full, crossing_height, text_height)
    return gutter


def _weak_gutter(gutter: float, full: dict[bool, int], crossing: float, total: float) -> float | None:
    """A last page may have one column only, a page with wide tables few full lines: accept it if little crosses."""
    if max(full.values()) >= 3 * _MIN_FULL_LINES and crossing <= 0.1 * total:
        return gutter
    if min(full.values()) >= 1.5 * _MIN_FULL_LINES and crossing <= 0.85 * total:
        return gutter
    return None


_Flow = tuple[tuple[float, float], list[Segment]]


def _first_page_flows(page: PdfPage) -> list[_Flow]:
    gutter = find_gutter(page)
    starts = [s.y0 for s in page.segments if _ABSTRACT.match(s.text) and len(s.words) < 4]
    starts = starts or [s.y0 for s in page.segments if _ABSTRACT.match(s.text)]
    starts = starts or [s.y0 for s in page.segments if _INTRODUCTION.fullmatch(s.text)]
    if not starts or gutter is None:
        return _flows(page.segments, gutter)
    cut = min(starts) - 1
    front = [s for s in page.segments if (s.y0 + s.y1) / 2 < cut]
    rest = [s for s in page.segments if (s.y0 + s.y1) / 2 >= cut]
    for on_right in (False, True):
        column = [s for s in page.segments if _on_right(s, gutter) is on_right and not s.x0 < gutter - 4 < s.x1 - 8]
        others = [s.y1 for s in front if s not in column]
        began_above = _continued_below(column, cut, under=max(others, default=0.0))
        front = [s for s in front if s not in began_above]
        rest = [*began_above, *rest]
    return [*_flows(front, None), *_flows(rest, gutter)]


def _continued_below(column: list[Segment], cut: float, *, under: float) -> list[Segment]:
    """Return the lines above *cut* that the lines below it continue: the head of a column of text, or its table.

    A line that stands *under* everything beside it may be set looser than one that could be an author's.
    """
    above = [s for s in column if (s.y0 + s.y1) / 2 < cut]
    below = min((s for s in column if (s.y0 + s.y1) / 2 >= cut), key=lambda s: (s.y0, s.x0), default=None)
    head: list[Segment] = []
    for segment in sorted(above, key=lambda s: (-s.y0, s.x0)):
        is_under = segment.y0 >= under
        gap = _LOOSE if is_under else _TIGHT
        if below is None or below.y0 - segment.y1 > gap * (segment.y1 - segment.y0):
            break
        if not is_under and abs(segment.size - below.size) > _SAME_SIZE:
            break
        head.append(segment)
        below = segment
    return head


def _flows(segments: list[Segment], gutter: float | None) -> list[_Flow]:
    """Cut segments into flows: (edges of the column, segments)."""
    if not segments:
        return []
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    if gutter is None:
        return [((left, right), list(segments))]
    spanning = _spanning(segments, gutter, left, right)
    spanning |= across_by_caption(segments, spanning, gutter)
    columns = (_edges(segments, spanning, gutter, on_right=False), _edges(segments, spanning, gutter, on_right=True))
    flows: list[_Flow] = []
    band: list[Segment] = []
    wide: list[Segment] = []

    def flush_band() -> None:
        for on_right in (False, True):
            part = [s for s in band if _on_right(s, gutter) is on_right]
            if part:
                flows.append((columns[on_right], part))
        band.clear()

    def flush_wide() -> None:
        if wide:
            flows.append(((left, right), list(wide)))
        wide.clear()

    for at in sorted(range(len(segments)), key=lambda i: (segments[i].y0 + segments[i].y1, segments[i].x0)):
        segment = segments[at]
        if at in spanning:
            flush_band()
            wide.append(segment)
        elif wide and any(segment.y0 < w.y1 - 1 and segment.y1 > w.y0 + 1 for w in wide[-6:]):
            wide.append(segment)  # beside a spanning line: a cell of the same row
        else:
            flush_wide()
            band.append(segment)
    flush_wide()
    flush_band()
    return flows


def _spanning(segments: list[Segment], gutter: float, left: float, right: float) -> set[int]:
    """Return the segments that belong to both columns, with the short last lines of their blocks."""
    reach = _REACH * min(gutter - left, right - gutter)
    spanning = {i for i, s in enumerate(segments) if s.x0 < gutter - reach and s.x1 > gutter + reach}
    by_block: dict[int, list[int]] = {}
    for i, segment in enumerate(segments):
        by_block.setdefault(segment.block, []).append(i)
    for members in by_block.values():
        across = [i for i in members if i in spanning]
        if across and len(across) * 2 >= len(members):
            spanning.update(members)
    return spanning


def _on_right(segment: Segment, gutter: float) -> bool:
    return (segment.x0 + segment.x1) / 2 > gutter


def _edges(segments: list[Segment], spanning: set[int], gutter: float, *, on_right: bool) -> tuple[float, float]:
    own = [s for i, s in enumerate(segments) if i not in spanning and _on_right(s, gutter) is on_right]
    if not own:
        return (gutter, gutter + 1) if on_right else (gutter - 1, gutter)
    return min(s.x0 for s in own), max(s.x1 for s in own)


def _rows(segments: list[Segment], column: tuple[float, float], flow: int) -> list[Row]:
    """Join segments on one line; a raised or lowered piece belongs to the line it overlaps by half its height."""
    groups: list[list[Segment]] = []
    spans: list[tuple[float, float, float]] = []  # top, bottom and type size of the largest letters so far
    for segment in sorted(segments, key=lambda s: (s.top + s.bottom, s.x0)):
        height = segment.bottom - segment.top
        best, share = -1, 0.5
        for at in range(len(groups) - 1, max(len(groups) - 4, -1), -1):
            top, bottom, _ = spans[at]
            overlap = min(bottom, segment.bottom) - max(top, segment.top)
            part = overlap / max(min(height, bottom - top), 0.1)
            if part > share:
                best, share = at, part
        if best < 0:
            groups.append([segment])
            spans.append((segment.top, segment.bottom, segment.size))
            continue
        groups[best].append(segment)
        top, bottom, size = spans[best]
        if segment.size >= size * 0.9 and height < 2 * segment.size:
            spans[best] = (min(top, segment.top), max(bottom, segment.bottom), max(size, segment.size))
    return [_row(group, column, flow) for group in groups]


def _row(group: list[Segment], column: tuple[float, float], flow: int) -> Row:
    if len(group) == 1:
        return _row_of_one(group, column, flow)
    group.sort(key=lambda s: (s.x0, s.y0))
    sizes: dict[float, int] = {}
    letters = bold = italic = 0
    math = 0.0
    for segment in group:
        count = len(segment.text) - len(segment.words) + 1
        sizes[segment.size] = sizes.get(segment.size, 0) + count
        letters += count
        bold += count * segment.bold
        italic += count * segment.italic
        math += count * segment.math
    size = max(sorted(sizes), key=lambda value: sizes[value])
    text = " ".join([segment.text for segment in group])
    longest = max(group, key=lambda s: (s.size == size, len(s.text)))
    gaps = sum(1 for a, b in pairwise(group) if b.x0 - a.x1 > 1.4 * max(size, 1.0))
    return Row(
        page=group[0].page,
        column=column,
        flow=flow,
        x0=min(s.x0 for s in group),
        y0=min(s.y0 for s in group),
        x1=max(s.x1 for s in group),
        y1=max(s.y1 for s in group),
        top=longest.top,
        bottom=longest.bottom,
        segments=group,
        words=[word for segment in group for word in segment.words],
        text=text,
        size=size,
        top_size=max(s.top_size for s in group),
        bold=bold >= letters * 0.96,
        italic=italic >= letters * 0.96,
        capitals=text.isupper() and sum(c.isalpha() for c in text) > 2,
        math=math / max(letters, 1),
        wide_gaps=gaps,
    )


def _row_of_one(group: list[Segment], column: tuple[float, float], flow: int) -> Row:
    """The row of a single segment: most rows of running text are."""
    (segment,) = group
    text = segment.text
    return Row(
        page=segment.page,
        column=column,
        flow=flow,
        x0=segment.x0,
        y0=segment.y0,
        x1=segment.x1,
        y1=segment.y1,
        top=segment.top,
        bottom=segment.bottom,
        segments=group,
        words=segment.words,
        text=text,
        size=segment.size,
        top_size=segment.top_size,
        bold=segment.bold,
        italic=segment.italic,
        capitals=text.isupper() and sum([c.isalpha() for c in text]) > 2,
        math=segment.math,
        wide_gaps=0,
    )
