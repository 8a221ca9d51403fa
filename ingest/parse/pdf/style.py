"""The look of a document's running text, against which headings, captions and notes stand out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.parse.pdf.reading_order import Row


@dataclass(frozen=True)
class Style:
    """`body_size` in points; `pitch`, the usual distance from one line to the next; `gap`, the white between them."""

    body_size: float
    pitch: float
    gap: float

    def is_small(self, row: Row) -> bool:
        """Say whether *row* is set smaller than the running text."""
        return row.size <= 0.935 * self.body_size


def measure(rows: list[Row]) -> Style:
    """Measure the running text of *rows*."""
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[row.size] += len(row.text)
    if not sizes:
        return Style(10.0, 12.0, 2.0)
    body = max(sorted(sizes), key=lambda size: sizes[size])
    pitches, gaps = [], []
    for before, row in pairwise(rows):
        if before.flow == row.flow and before.size == row.size == body:
            distance = row.y1 - before.y1
            if 0.8 * body < distance < 2.2 * body:
                pitches.append(distance)
                gaps.append(row.y0 - before.y1)
    pitch = median(pitches) if pitches else 1.2 * body
    return Style(body, pitch, median(gaps) if gaps else 0.2 * body)


def gap_above(rows: list[Row], at: int, *, style: Style) -> float:
    """Return the white above a row beyond the usual, in points; a row at the top of its flow has a full line."""
    if at == 0 or rows[at - 1].flow != rows[at].flow:
        return style.pitch
    return rows[at].y0 - rows[at - 1].y1 - style.gap


def gap_below(rows: list[Row], at: int, *, style: Style) -> float:
    """Return the white below a row beyond the usual, in points; a row at the end of its flow has a full line."""
    if at + 1 >= len(rows) or rows[at + 1].flow != rows[at].flow:
        return style.pitch
    return rows[at + 1].y0 - rows[at].y1 - style.gap
