"""The rows of a table as cells in columns, by where their words stand: no ruled lines are needed.

Words with less than a wide space between them are one piece. Columns are the strips that the pieces of the full rows
(those with nearly as many pieces as any row) cover; a piece of another row that reaches over several of them spans
them. A single label that stands at the height of two rows and is missing in both is a cell of both.

Not done: cells whose text runs over several lines (each line is a row), and tables within tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ingest.parse.pdf.page_text import PdfWord
from ingest.parse.pdf.reading_order import Row

_WIDE_SPACE = 0.47  # of the type size: justified text has narrower ones, columns wider ones
_FULL_ROW = 0.6  # of the most pieces that a row has
_CROSSING = 0.12  # share of the full rows that may cross the white between two columns
_VALUE = re.compile(r"[-−+]?\d*\.\d+%?|\d{1,3}(?:,\d{3})*%?|[-–—]")
_ALIGNED = 0.3  # of a column's width: so near its middle or one of its edges stands the word that heads it
_MIN_COLUMNS, _MIN_ROWS = 2, 2
_MAX_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class GridCell:
    """Words ``first..last`` (end exclusive) of row *line* of the page, in a column; none where both are equal."""

    line: int
    first: int
    last: int
    column_span: int = 1
    row_span: int = 1


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int
    x0: float
    x1: float
    may_head: bool  # several columns: it is no value


def read_grid(rows: list[Row]) -> list[list[GridCell]]:
    """Return the cells of each row from left to right, or nothing where *rows* do not form a table."""
    pieces = [_pieces(row) for row in rows]
    most = max((len(line) for line in pieces), default=0)
    if most < _MIN_COLUMNS or most > _MAX_COLUMNS:
        return []
    full = [line for line in pieces if len(line) >= max(_FULL_ROW * most, _MIN_COLUMNS)]
    columns = _columns(full)
    if len(columns) < _MIN_COLUMNS or len(rows) < _MIN_ROWS:
        return []
    placed = [_place(_split_at_columns(line, row, columns), columns) for line, row in zip(pieces, rows, strict=True)]
    between = _between(rows, placed)
    grid: list[list[GridCell]] = []
    covered: set[int] = set()
    for at, line in enumerate(placed):
        if at in between:
            continue
        above = covered
        covered = set()
        labels = {next(iter(placed[j])): j for j in between if _next_kept(j, between, at)}
        grid.append(_cells(at, line, len(columns), above, labels, placed, covered))
    return grid


def _next_kept(label: int, between: set[int], at: int) -> bool:
    """Say whether row *at* is the one right above the label row."""
    above = label - 1
    while above in between:
        above -= 1
    return above == at


def _cells(
    at: int,
    line: dict[int, tuple[int, int, int]],
    count: int,
    above: set[int],
    labels: dict[int, int],
    placed: list[dict[int, tuple[int, int, int]]],
    covered: set[int],
) -> list[GridCell]:
    cells: list[GridCell] = []
    column = 0
    while column < count:
        if column in above:
            column += 1
            continue
        if column in labels:
            label = labels[column]
            first, last, _ = placed[label][column]
            cells.append(GridCell(label, first, last, row_span=2))
            covered.add(column)
            column += 1
            continue
        first, last, span = line.get(column, (0, 0, 1))
        cells.append(GridCell(at, first, last, column_span=span))
        column += span
    return cells


def _pieces(row: Row) -> list[_Piece]:
    words = row.words
    if not words:
        return []
    limit = _WIDE_SPACE * row.size
    starts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(words)) if b.x0 - a.x1 > limit or _two_values(a, b))]
    return [
        _Piece(a, b, words[a].x0, max([w.x1 for w in words[a:b]]), a > 0 and not _VALUE.fullmatch(words[a].text))
        for a, b in pairwise([*starts, len(words)])
    ]


def _two_values(a: PdfWord, b: PdfWord) -> bool:
    """Say whether two neighbours are values of their own: "86.3 89.0" are two cells, however near."""
    return _VALUE.fullmatch(a.text) is not None and _VALUE.fullmatch(b.text) is not None


def _columns(full: list[list[_Piece]]) -> list[tuple[float, float]]:
    """Return the strips that the pieces of the full rows cover, few crossings of the white between them allowed."""
    full = [[piece for piece in line if not (piece.may_head and _spans(piece, full))] for line in full]
    allowed = int(_CROSSING * len(full))
    edges = sorted(
        [(piece.x0, 1) for line in full for piece in line] + [(piece.x1, -1) for line in full for piece in line],
        key=lambda edge: (edge[0], edge[1]),
    )
    columns: list[tuple[float, float]] = []
    depth = 0
    start: float | None = None
    for x, step in edges:
        depth += step
        if start is None and depth > allowed:
            start = x
        elif start is not None and depth <= allowed:
            columns.append((start, x))
            start = None
    return _joined(columns, full)


def _spans(piece: _Piece, full: list[list[_Piece]]) -> bool:
    """Say whether two or more pieces stand under *piece* in most rows that have any there: it heads several columns."""
    over = several = 0
    for line in full:
        under = sum([p.x0 < piece.x1 - 0.5 and p.x1 > piece.x0 + 0.5 for p in line])
        over += under > 0
        several += under >= 2
    return several >= 2 and several * 2 >= over - 1


def _joined(columns: list[tuple[float, float]], full: list[list[_Piece]]) -> list[tuple[float, float]]:
    """Drop strips that no piece has its middle in: edges of ragged text."""
    middles = [(piece.x0 + piece.x1) / 2 for line in full for piece in line]
    return [c for c in columns if any(c[0] - 1 <= m <= c[1] + 1 for m in middles)]


def _split_at_columns(line: list[_Piece], row: Row, columns: list[tuple[float, float]]) -> list[_Piece]:
    """Split a piece of as many words as columns under it, each in line with one: "EM F1" heads two columns."""
    result: list[_Piece] = []
    for piece in line:
        words = row.words[piece.first : piece.last]
        under = [c for c in columns if c[0] < piece.x1 and c[1] > piece.x0]
        if len(words) == len(under) > 1 and all(_in_line(w, c) for w, c in zip(words, under, strict=True)):
            result += [
                _Piece(piece.first + k, piece.first + k + 1, word.x0, word.x1, False) for k, word in enumerate(words)
            ]
        else:
            result.append(piece)
    return result


def _in_line(word: PdfWord, column: tuple[float, float]) -> bool:
    left, right = column
    shift = min(abs(word.x0 - left), abs(word.x1 - right), abs((word.x0 + word.x1 - left - right) / 2))
    middle = (word.x0 + word.x1) / 2
    return shift < _ALIGNED * (right - left) + 1 and left - 2 < middle < right + 2


def _place(line: list[_Piece], columns: list[tuple[float, float]]) -> dict[int, tuple[int, int, int]]:
    """Return ``{column: (first word, last word, span)}`` of one row."""
    placed: dict[int, tuple[int, int, int]] = {}
    for piece in line:
        reached = [
            k
            for k, (left, right) in enumerate(columns)
            if min(right, piece.x1) - max(left, piece.x0) > 0.3 * min(right - left, piece.x1 - piece.x0)
        ]
        if not reached:
            middle = (piece.x0 + piece.x1) / 2
            reached = [min(range(len(columns)), key=lambda k: abs((columns[k][0] + columns[k][1]) / 2 - middle))]
        first, last = reached[0], reached[-1]
        holder = next((k for k, (_, _, span) in placed.items() if k <= first < k + span), None)
        if holder is None:
            placed[first] = (piece.first, piece.last, last - first + 1)
        else:
            start, _, span = placed[holder]
            placed[holder] = (start, piece.last, max(span, last - holder + 1))
    return placed


def _between(rows: list[Row], placed: list[dict[int, tuple[int, int, int]]]) -> set[int]:
    """Return the rows that are a lone label at the height of the row above and of the row below."""
    found: set[int] = set()
    for at in range(1, len(rows) - 1):
        if len(placed[at]) != 1 or at - 1 in found:
            continue
        (column,) = placed[at]
        if placed[at][column][2] != 1 or column in placed[at - 1] or column in placed[at + 1]:
            continue
        height = rows[at].bottom - rows[at].top
        if rows[at - 1].bottom - rows[at].top > 0.2 * height and rows[at].bottom - rows[at + 1].top > 0.2 * height:
            found.add(at)
    return found
