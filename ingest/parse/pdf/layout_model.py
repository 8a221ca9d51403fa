"""What PyMuPDF's layout model says of a page: blocks with a class each. A second opinion on the rules, page by page.

The model (a small network on onnxruntime) reads some two pages a second of CPU time, a fiftieth of what the rules do.
It knows no reading order and joins no lines: rows keep theirs, and get from the model only what kind of row they are.
Where rules and model differ, the one that was found right more often by reading the differences decides (`_BELIEVED`):
the model sees headings without a number, cells in running text and formulas; the rules know better where a caption or
a footnote goes on, and what stands between title and abstract.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pymupdf

from graph.vocabulary.document import SectionRole
from ingest.parse.pdf.classify import Classified
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.section_headings import Heading, read_headings

_MARGIN = 2.0  # points that a row may stand out of its block
_LONGEST_HEADING = 160  # characters

# What the rules said, and what the model says: then the model is believed.
_BELIEVED: dict[tuple[RowKind, str], RowKind] = {
    (RowKind.BODY, "table"): RowKind.TABLE,
    (RowKind.BODY, "picture"): RowKind.TABLE,
    (RowKind.BODY, "formula"): RowKind.FORMULA,
    (RowKind.BODY, "caption"): RowKind.CAPTION,
    (RowKind.TABLE, "formula"): RowKind.FORMULA,
    (RowKind.TABLE, "caption"): RowKind.CAPTION,
    (RowKind.TABLE, "footnote"): RowKind.FOOTNOTE,
    (RowKind.FORMULA, "table"): RowKind.TABLE,
    (RowKind.FORMULA, "picture"): RowKind.TABLE,
}


class Block(NamedTuple):
    """A block of a page: its class as the model names it, and its rectangle."""

    kind: str
    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, row: Row) -> bool:
        """Say whether the middle of *row* lies inside."""
        x, y = (row.x0 + row.x1) / 2, (row.y0 + row.y1) / 2
        return self.x0 - _MARGIN <= x <= self.x1 + _MARGIN and self.y0 - _MARGIN <= y <= self.y1 + _MARGIN

    @property
    def area(self) -> float:
        """In square points."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)


def layout_of(content: bytes, pages: Sequence[int]) -> dict[int, list[Block]]:
    """Return the blocks of *pages* (0-based) of a PDF that the rules could open."""
    found: dict[int, list[Block]] = {}
    with pymupdf.open(stream=content, filetype="pdf") as file:
        for index in pages:
            page = file[index]
            page.get_layout()
            found[index] = [Block(str(kind), *map(float, box)) for *box, kind in page.layout_information or ()]
    return found


def corrected(rows: list[Row], read: Classified, layout: dict[int, list[Block]]) -> Classified:
    """Return what the rules *read*, corrected on the pages that *layout* has."""
    blocks = [_block(row, layout.get(row.page, ())) for row in rows]
    headings = {at: heading for heading in read.headings for at in range(heading.first, heading.last)}
    references = _references(read.headings, len(rows))
    kinds = list(read.kinds)
    for at, block in enumerate(blocks):
        if block is None or at in references or at < read.abstract_at:
            continue
        kinds[at] = _BELIEVED.get((kinds[at], block.kind), kinds[at])
        if at in headings and block.kind in {"table", "picture"}:
            kinds[at] = RowKind.TABLE
    spans = {each.first: each.last for each in read.headings if kinds[each.first] is RowKind.HEADING}
    spans |= {
        first: last
        for first, last in _sections(rows, kinds, blocks, start=read.body_at)
        if first not in references and first not in headings
    }
    found = read_headings(rows, kinds, sorted(spans.items()))
    return Classified(kinds, found, read.abstract_at, read.body_at, read.style)


def _block(row: Row, blocks: Sequence[Block]) -> Block | None:
    """Return the smallest block that holds *row*."""
    return min((block for block in blocks if block.holds(row)), key=lambda block: block.area, default=None)


def _references(headings: Sequence[Heading], count: int) -> range:
    for at, heading in enumerate(headings):
        if heading.role is SectionRole.REFERENCES:
            return range(heading.last, headings[at + 1].first if at + 1 < len(headings) else count)
    return range(count, count)


def _sections(
    rows: Sequence[Row], kinds: Sequence[RowKind], blocks: Sequence[Block | None], *, start: int
) -> list[tuple[int, int]]:
    """Return the runs of body rows that one block of class section-header holds."""
    found: list[tuple[int, int]] = []
    at = start
    while at < len(rows):
        block = blocks[at]
        last = at + 1
        if block is not None and block.kind == "section-header" and kinds[at] is RowKind.BODY:
            while last < len(rows) and blocks[last] == block and kinds[last] is RowKind.BODY:
                last += 1
            text = " ".join(row.text for row in rows[at:last])
            if len(text) <= _LONGEST_HEADING and any(character.isalpha() for character in text):
                found.append((at, last))
        at = last
    return found
