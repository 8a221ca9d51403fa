"""Which rows are a table: those between the caption of one and the nearest prose, where several hold cells.

A caption stands above or below its table; the side with more rows of cells is taken, and between equals the side that
the other captions of the document show.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from ingest.parse.headings import table_label
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.style import Style

_FROM_CAPTION = 40.0  # points between a table and its caption
_BETWEEN_ROWS = 2.0  # of the pitch
_CELL_GAP = 0.8  # of the type size: no space between two words of prose is as wide
_PROSE_WORDS, _PROSE_WIDTH = 6, 0.75
_MAX_ROWS = 120
_OPEN = frozenset({RowKind.BODY, RowKind.TABLE})


def mark_tables_by_captions(rows: list[Row], kinds: list[RowKind], style: Style, *, bibliography: range) -> None:
    """Mark the rows of each table that has a caption of its own."""
    zones: list[tuple[range, range]] = []
    for first, last in _captions(rows, kinds):
        above = _zone(rows, kinds, style, first, -1, bibliography)
        below = _zone(rows, kinds, style, last - 1, 1, bibliography)
        zones.append((above, below))
    sides: Counter[bool] = Counter(_score(rows, a) > _score(rows, b) for a, b in zones if bool(a) != bool(b))
    usually_above = sides[True] >= sides[False]
    for above, below in zones:
        score = _score(rows, above), _score(rows, below)
        clear = max(score) > 2 * min(score)
        chosen = (above if score[0] > score[1] else below) if clear else (above if usually_above else below)
        for at in chosen:
            kinds[at] = RowKind.TABLE


def _captions(rows: list[Row], kinds: list[RowKind]) -> list[tuple[int, int]]:
    found = []
    at = 0
    while at < len(rows):
        if kinds[at] is RowKind.CAPTION and table_label(rows[at].text):
            last = at + 1
            while last < len(rows) and kinds[last] is RowKind.CAPTION and not table_label(rows[last].text):
                last += 1
            found.append((at, last))
            at = last
        else:
            at += 1
    return found


def _zone(rows: list[Row], kinds: list[RowKind], style: Style, start: int, step: int, bibliography: range) -> range:
    """Return the rows of the table that begins beside the caption's row *start*; none where nothing there has cells."""
    taken: list[int] = []
    at = start + step
    while 0 <= at < len(rows) and len(taken) < _MAX_ROWS:
        row, before = rows[at], rows[at - step]
        white = max(row.top - before.bottom, before.top - row.bottom)
        near = _FROM_CAPTION if not taken else max(_BETWEEN_ROWS * style.pitch, 1.5 * row.size)
        if row.flow != rows[start].flow or kinds[at] not in _OPEN or white > near:
            break
        if _is_prose(row, style) or (at in bibliography and not cell_gaps(row)):
            break
        taken.append(at)
        at += step
    while taken and not cell_gaps(rows[taken[-1]]):
        taken.pop()  # the last line of a paragraph above, the first of one below
    if _score(rows, taken) < 2:
        return range(0)
    return range(min(taken), max(taken) + 1)


def _is_prose(row: Row, style: Style) -> bool:
    if row.width_share < _PROSE_WIDTH or len(row.words) < _PROSE_WORDS or cell_gaps(row):
        return False
    letters = [c for c in row.text if not c.isspace()]
    return sum(c.islower() for c in letters) > 0.6 * len(letters) and not (
        style.is_small(row) and row.width_share < 0.9
    )


def cell_gaps(row: Row) -> int:
    """Return the number of gaps between words that only cells have."""
    limit = _CELL_GAP * row.size
    return sum([b.x0 - a.x1 > limit for a, b in pairwise(row.words)])


def _score(rows: list[Row], zone: range | list[int]) -> int:
    return sum(cell_gaps(rows[at]) > 0 for at in zone)
