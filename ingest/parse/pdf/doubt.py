"""Which pages the rules are unsure of: there a second reader is worth its price."""

from __future__ import annotations

from collections import Counter

from ingest.parse.pdf.classify import Classified
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind

_SYMBOLS = 0.5  # share of formula characters in a row that was left in the running text
_LOOSE_CELLS = 3  # rows of cells on a page that has no caption
_SHORT = 0.6  # of its column: a row in another style that fills less may be a heading


def doubtful_pages(rows: list[Row], read: Classified) -> tuple[int, ...]:
    """Return the pages (0-based) with rows that may be something else than the rules say."""
    captions = {row.page for row, kind in zip(rows, read.kinds, strict=True) if kind is RowKind.CAPTION}
    cells: Counter[int] = Counter()
    found: set[int] = set()
    for at, (row, kind) in enumerate(zip(rows, read.kinds, strict=True)):
        if kind is RowKind.TABLE and row.page not in captions and at >= read.abstract_at:
            cells[row.page] += 1
        elif kind is RowKind.BODY and (row.math >= _SYMBOLS or row.wide_gaps > 1 or _may_be_heading(row, read)):
            found.add(row.page)
    return tuple(sorted(found | {page for page, count in cells.items() if count >= _LOOSE_CELLS}))


def _may_be_heading(row: Row, read: Classified) -> bool:
    distinct = row.bold or row.capitals or row.top_size > read.style.body_size + 0.4
    return distinct and row.width_share < _SHORT and row.text[:1].isupper() and not row.text.endswith((".", ",", ":"))
