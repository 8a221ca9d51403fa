"""Tables of a PDF: which rows belong to which caption, and their cells as ranges of the text."""

from __future__ import annotations

from typing import NamedTuple

from graph.vocabulary.document import Table
from ingest.parse.headings import table_label
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.rebuild import TextBuilder, around
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.table_grid import GridCell, read_grid
from ingest.parse.table_cells import CellText, place_cells

_NEAR = 40.0  # points between a table and its caption


class WrittenTable(NamedTuple):
    """A table's rows, where each begins in the text, and where its caption stands among the parts set apart."""

    rows: list[Row]
    starts: list[int]
    caption: int | None
    label: str | None


def captions_of(apart: list[tuple[RowKind, list[Row]]]) -> dict[int, int]:
    """Return ``{index of a table: index of its caption}`` within the parts set apart of one section.

    A table takes the nearest caption of a table on its page, above or below it; a caption that two are near goes to
    the one it touches. Labels of a figure get none.
    """
    pairs = []
    for at, (kind, rows) in enumerate(apart):
        if kind is not RowKind.TABLE:
            continue
        for other, (other_kind, caption) in enumerate(apart):
            if other_kind is RowKind.CAPTION and table_label(caption[0].text):
                distance = _distance(rows, caption)
                if distance is not None:
                    pairs.append((distance, at, other))
    found: dict[int, int] = {}
    for _, at, other in sorted(pairs):
        if at not in found and other not in found.values():
            found[at] = other
    return found


def _distance(table: list[Row], caption: list[Row]) -> float | None:
    """Return the white between a table and a caption over or under it, None where they are apart."""
    if table[0].page != caption[0].page:
        return None
    left, right = min(r.x0 for r in table), max(r.x1 for r in table)
    if min(r.x0 for r in caption) > right or max(r.x1 for r in caption) < left:
        return None
    above = min(r.y0 for r in table) - max(r.y1 for r in caption)
    below = min(r.y0 for r in caption) - max(r.y1 for r in table)
    gap = max(above, below)
    return max(gap, 0.0) if gap < _NEAR else None


def read_table(written: WrittenTable, builder: TextBuilder, text: str, caption_section: int | None) -> Table | None:
    """Return the table with its cells, or None where its rows form no grid."""
    grid = read_grid(written.rows)
    if not grid:
        return None
    cells = [[_cell(cell, written) for cell in row] for row in grid]
    start = written.starts[0]
    end = written.starts[-1] + len(written.rows[-1].text)
    return Table(
        char_start=start,
        char_end=end,
        cells=place_cells(cells, text),
        label=written.label,
        caption=caption_section,
        boxes=around(builder.boxes(start, end)),
    )


def _cell(cell: GridCell, written: WrittenTable) -> CellText:
    row = written.rows[cell.line]
    offset = written.starts[cell.line] + sum(len(word.text) + 1 for word in row.words[: cell.first])
    words = row.words[cell.first : cell.last]
    length = sum(len(word.text) + 1 for word in words) - 1 if words else 0
    return CellText(
        char_start=offset,
        char_end=offset + length,
        row_span=cell.row_span,
        column_span=cell.column_span,
        bold=bool(words) and all(_is_bold(row, word.x0, word.x1) for word in words),
    )


def _is_bold(row: Row, x0: float, x1: float) -> bool:
    middle = (x0 + x1) / 2
    for segment in row.segments:
        if segment.x0 <= middle <= segment.x1:
            return segment.bold or any(left <= middle <= right for left, right in segment.bold_parts)
    return False
