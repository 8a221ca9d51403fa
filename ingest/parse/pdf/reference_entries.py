"""Rows of a bibliography as entries: by label, by hanging indent, or by the white between them."""

from __future__ import annotations

import re
from collections import Counter

from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.style import Style

_BRACKET = re.compile(r"\[(?:[^\]\s]{1,24}(?:\s?[^\]]{0,16})?\]|[^\]]{1,60}(?:\d{4}[a-z]?\]|$))")
_SAME_COLUMN = 24.0  # points between the left edges of one column on several pages
_SAME_EDGE = 2.5
_NUMBER = re.compile(r"\d{1,3}\.(?:\s|$)")


def reference_entries(rows: list[Row], style: Style) -> list[list[Row]]:
    """Group the rows of a bibliography into entries."""
    if not rows:
        return []
    for label in (_BRACKET, _NUMBER):
        starts = [label.match(row.text) is not None for row in rows]
        if sum(starts) >= 3 and sum(starts) * 8 >= len(rows) and starts[0]:
            return _group(rows, starts)
    edges = _left_edges(rows)
    hanging = [row.x0 - edges[row.page, row.column[0]] < _SAME_EDGE for row in rows]
    if 0.1 * len(rows) <= sum(hanging) <= 0.8 * len(rows):
        return _group(rows, hanging)
    starts = [
        at == 0
        or (row.flow == rows[at - 1].flow and row.y0 - rows[at - 1].y1 > style.gap + 0.15 * style.pitch)
        or (row.flow != rows[at - 1].flow and rows[at - 1].text.endswith("."))
        for at, row in enumerate(rows)
    ]
    return _group(rows, starts)


def _left_edges(rows: list[Row]) -> dict[tuple[int, float], float]:
    """Return the left edge of the entries in each column of each page.

    The leftmost place where rows begin more than once, or the leftmost of all where each is single.
    """
    by_column: dict[tuple[int, float], Counter[float]] = {}
    everywhere: dict[int, Counter[float]] = {}
    for row in rows:
        by_column.setdefault((row.page, row.column[0]), Counter())[round(row.x0)] += 1
        everywhere.setdefault(round(row.column[0] / _SAME_COLUMN), Counter())[round(row.x0)] += 1
    edges = {}
    for key, counts in by_column.items():
        repeated = [x for x, count in counts.items() if count > 1] or list(counts)
        usual = everywhere[round(key[1] / _SAME_COLUMN)]
        edge = min([x for x, count in usual.items() if count > 1], default=min(repeated))
        # A page that holds the lines of one entry only shows its indent more often than its edge.
        edges[key] = edge if any(abs(x - edge) < _SAME_EDGE for x in counts) else min(repeated)
    return edges


def _group(rows: list[Row], starts: list[bool]) -> list[list[Row]]:
    groups: list[list[Row]] = []
    for row, begins in zip(rows, starts, strict=True):
        if begins or not groups:
            groups.append([row])
        else:
            groups[-1].append(row)
    return groups
