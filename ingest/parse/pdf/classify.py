"""The seam of classification: rows in reading order in, what each row is out.

`classify` is geometry and rules. Another reader (a layout model) that says of each row what it is returns the same
`Classified`, and everything behind it (text, sections, boxes, tables, references) stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.vocabulary.document import SectionRole
from ingest.parse.pdf.floats import mark_captions, mark_footnotes, mark_tables, mark_tables_behind
from ingest.parse.pdf.formulas import mark_formulas
from ingest.parse.pdf.front_page import abstract_start, mark_title
from ingest.parse.pdf.page_text import PdfFile
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.section_headings import Heading, find_headings
from ingest.parse.pdf.style import Style, measure
from ingest.parse.pdf.table_rows import mark_tables_by_captions


@dataclass(frozen=True)
class Classified:
    """What each row is: one kind a row, the headings in order, and where an abstract without a heading stands.

    That abstract is the rows ``abstract_at..body_at``; both are the same where there is none.
    """

    kinds: list[RowKind]
    headings: list[Heading]
    abstract_at: int
    body_at: int
    style: Style


def classify(rows: list[Row], file: PdfFile) -> Classified:
    """Say of each of *rows*, all rows of the file in reading order, what it is."""
    style = measure(rows)
    kinds = [RowKind.BODY] * len(rows)
    height = file.pages[0].height
    mark_title(rows, kinds, height=height, style=style, metadata_title=file.metadata.get("title", ""))
    mark_captions(rows, kinds, style)
    headings = find_headings(rows, kinds, style, file.bookmarks)
    references = _references(headings, len(rows))
    mark_footnotes(rows, kinds, style, until=references.start)
    front = _mark_front(rows, kinds, headings, style)
    mark_tables_by_captions(rows, kinds, style, bibliography=references)
    mark_formulas(rows, kinds, style, but_not=references)
    mark_tables(rows, kinds, style, abstract=_abstract_rows(headings, front, len(rows)), until=references.start)
    mark_tables_behind(rows, kinds, start=references.start)
    for at in range(front[0]):
        if kinds[at] in {RowKind.TABLE, RowKind.FORMULA}:
            kinds[at] = RowKind.AUTHORS  # small print between title and abstract
    return Classified(kinds, headings, front[0], front[1], style)


def _references(headings: list[Heading], count: int) -> range:
    """Return the rows from the bibliography's heading to the next one."""
    for at, heading in enumerate(headings):
        if heading.role is SectionRole.REFERENCES:
            return range(heading.first, headings[at + 1].first if at + 1 < len(headings) else count)
    return range(count, count)


def _abstract_rows(headings: list[Heading], front: tuple[int, int], count: int) -> range:
    """Return the rows from where the abstract begins to the next heading."""
    if headings and headings[0].role is SectionRole.ABSTRACT:
        return range(headings[0].last, headings[1].first if len(headings) > 1 else count)
    return range(*front)


def _mark_front(rows: list[Row], kinds: list[RowKind], headings: list[Heading], style: Style) -> tuple[int, int]:
    """Mark the authors; return where the abstract begins and the first section after it (row indices).

    Both are the same where there is no abstract before the first section.
    """
    first = headings[0].first if headings else len(rows)
    title_end = max((i + 1 for i, kind in enumerate(kinds) if kind is RowKind.TITLE), default=0)
    if headings and headings[0].role is SectionRole.ABSTRACT:
        start = end = first
    else:
        end = first
        found = abstract_start(rows, kinds, first, style)
        start = found if found is not None else first
        if not headings and found is None:
            start = end = title_end
    for at in range(start):
        if kinds[at] is RowKind.BODY:
            kinds[at] = RowKind.AUTHORS
    return start, end
