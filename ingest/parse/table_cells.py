"""Cells of a table on their grid, and which of them are headers where the source does not say.

A rule, by the shape of papers' tables: the rows before the first row that holds a number name the columns; in the rows
below, the leading cells without a number name their row. Where the source marks headers itself its marks are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graph.vocabulary.document import Cell

_NUMBER = re.compile(
    r"[(\[]?[-+−–±~≈<>≤≥]?\s*[$€£]?\d[\d.,  ]*(?:\s*(?:±|\\pm|\(|/|×|e[-+]?)\s*[\d.,()/ ]+)?\s*[%kKMB×*†‡)\]]*"
)
_NO_VALUE = frozenset({"-", "–", "—", "−", "n/a", "na"})  # printed where a value is missing
_MARKUP = re.compile(r"\\[a-zA-Z]+\s*|[{}$]")  # a cell of LaTeX may print its number as a formula
_MAX_SPAN = 1000  # HTML's own limit for a column span; a file may claim any


@dataclass(frozen=True)
class CellText:
    """A cell as it stands in a row, before it has a place on the grid. `header` is None where the source is silent."""

    char_start: int
    char_end: int
    row_span: int = 1
    column_span: int = 1
    header: bool | None = None
    bold: bool = False


def span_of(printed: str | None) -> int:
    """Return a span as an attribute states it; 1 where it is missing, no number, or out of bounds."""
    digits = (printed or "").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 4 and 1 <= int(digits) <= _MAX_SPAN else 1


def without_markup(text: str) -> str:
    """Return a cell without the marks of Markdown and LaTeX around a number."""
    plain = text.replace("\\pm", " ± ").replace("\\%", "%").replace("~", " ")
    return " ".join(_MARKUP.sub("", plain).strip(" *_,").split())


def is_number(text: str) -> bool:
    """Say whether *text* is a value: a number with what people put around one (95.2%, 1.3 ± 0.2, 12M)."""
    plain = without_markup(text)
    return bool(plain) and _NUMBER.fullmatch(plain) is not None


def place_cells(rows: Sequence[Sequence[CellText]], text: str) -> tuple[Cell, ...]:
    """Return *rows* of cells with row and column numbers: a cell stands in the first column that none above reaches."""
    taken: dict[int, int] = {}  # column → number of rows below that a cell from above still covers
    placed: list[tuple[int, int, CellText]] = []
    for number, row in enumerate(rows):
        column, above, taken = 0, taken, {c: left - 1 for c, left in taken.items() if left > 1}
        for cell in row:
            while column in above:
                column += 1
            placed.append((number, column, cell))
            if cell.row_span > 1:
                taken.update(dict.fromkeys(range(column, column + cell.column_span), cell.row_span - 1))
            column += cell.column_span
    headers = _headers(placed, text)
    return tuple(
        Cell(
            row=row,
            column=column,
            char_start=cell.char_start,
            char_end=cell.char_end,
            row_span=cell.row_span,
            column_span=cell.column_span,
            header=header,
            bold=cell.bold,
        )
        for (row, column, cell), header in zip(placed, headers, strict=True)
    )


def around_cells(range_: tuple[int, int], cells: Sequence[Cell]) -> tuple[int, int]:
    """Return the range of a table widened to its cells: an empty one may stand in the white space at its end."""
    starts, ends = [cell.char_start for cell in cells], [cell.char_end for cell in cells]
    return min([range_[0], *starts]), max([range_[1], *ends])


def _headers(placed: Sequence[tuple[int, int, CellText]], text: str) -> list[bool]:
    numbers = [is_number(text[cell.char_start : cell.char_end]) for _, _, cell in placed]
    first = min((row for (row, _, _), number in zip(placed, numbers, strict=True) if number), default=None)
    leads: dict[int, int] = {}  # row → the column of its first number
    for (row, column, cell), number in zip(placed, numbers, strict=True):
        if number or text[cell.char_start : cell.char_end].strip().casefold() in _NO_VALUE:
            leads[row] = min(column, leads.get(row, column))
    marked_rows = {row for row, _, cell in placed if cell.header}
    found: list[bool] = []
    for row, column, cell in placed:
        filled = cell.char_end > cell.char_start
        if cell.header is not None:
            in_column = cell.header or (row not in marked_rows and filled and column < leads.get(row, 0))
            found.append(in_column)
        elif first is None:
            found.append(row == 0 and filled)
        elif row < first:
            found.append(filled)
        else:
            found.append(filled and column < leads.get(row, 0))
    return found


def trimmed(cells: Iterable[CellText], text: str) -> list[CellText]:
    """Return *cells* without white space at the ends of their ranges."""
    result = []
    for cell in cells:
        start, end = cell.char_start, cell.char_end
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        result.append(replace(cell, char_start=start, char_end=end))
    return result
