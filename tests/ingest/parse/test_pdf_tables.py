"""Tables of PDFs as cells: columns by where words stand, captions, headers, spans, bold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pymupdf
import pytest

from graph.vocabulary.document import Document, SectionRole, Table
from ingest.parse import parse_file

if TYPE_CHECKING:
    from typing import Any as PdfMaker

PROSE = (
    "The table shows how accurate each of the three networks is when noise is added to all of its inputs, and we",
    "repeat each run with ten seeds on the same data. The noise that helps most is as large as the distance of two",
    "classes, and the network that sees no noise is never the best one, whatever the size of the data set may be.",
)
HEADER = ("Model", "Acc.", "F1")
ROWS = (("no noise", "81.2", "79.9"), ("small noise", "83.4", "82.0"), ("large noise", "70.1", "65.3"))
COLUMNS = (150.0, 290.0, 370.0)


def draw_row(page: pymupdf.Page, y: float, cells: Sequence[str], *, columns: Sequence[float] = COLUMNS) -> None:
    """Draw one row of cells, the last one bold where it begins with a star."""
    for x, cell in zip(columns, cells, strict=False):
        bold = cell.startswith("*")
        page.insert_text((x, y), cell.removeprefix("*"), fontsize=9, fontname="hebo" if bold else "helv")


def paper_with(pdf_maker: PdfMaker, rows: Sequence[Sequence[str]], *, caption_above: bool) -> Document:
    """Draw prose, a table with its caption, and prose."""
    page = pdf_maker.page()
    pdf_maker.line(page, 150, 60, "A Study of Noise in Small Networks", size=15, bold=True)
    y = pdf_maker.heading(page, 72, 90, "1 Introduction")
    y = pdf_maker.lines(page, 72, y, PROSE) + 20
    if caption_above:
        y = pdf_maker.line(page, 150, y, "Table 1: Accuracy of three networks.", size=8) + 8
    for row in rows:
        draw_row(page, y, row)
        y += 12
    if not caption_above:
        y = pdf_maker.line(page, 150, y + 4, "Table 1: Accuracy of three networks.", size=8)
    pdf_maker.lines(page, 72, y + 26, PROSE)
    (document,) = parse_file(pdf_maker.content(), name="a.pdf")
    return document


def grid(document: Document, table: Table) -> list[list[str]]:
    """Return the texts of the cells, row by row."""
    rows: dict[int, list[str]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(document.quote(cell))
    return [rows[row] for row in sorted(rows)]


@pytest.mark.parametrize("caption_above", [True, False])
def test_cells_and_caption(pdf_maker: PdfMaker, caption_above: bool) -> None:
    """A table without rules is read as cells, whichever side its caption is on, and knows its caption."""
    document = paper_with(pdf_maker, (HEADER, *ROWS), caption_above=caption_above)
    (table,) = document.tables
    assert [list(HEADER), *(list(row) for row in ROWS)] == grid(document, table)
    assert table.caption is not None
    assert "Table 1: Accuracy of three networks." == document.quote(document.sections[table.caption])
    assert "Table 1" == table.label


def test_headers(pdf_maker: PdfMaker) -> None:
    """The first row names the columns, the first column names the rows, values name nothing."""
    document = paper_with(pdf_maker, (HEADER, *ROWS), caption_above=True)
    headers = [document.quote(cell) for cell in document.tables[0].cells if cell.header]
    assert [*HEADER, *(row[0] for row in ROWS)] == headers


def test_bold_cells(pdf_maker: PdfMaker) -> None:
    """A cell in bold is marked, also beside others of its line that are not."""
    rows = (HEADER, ROWS[0], ("small noise", "*83.4", "82.0"))
    document = paper_with(pdf_maker, rows, caption_above=True)
    assert ["83.4"] == [document.quote(cell) for cell in document.tables[0].cells if cell.bold]


def test_an_empty_cell(pdf_maker: PdfMaker) -> None:
    """A missing value is a cell with an empty range."""
    rows = (HEADER, ROWS[0], ("small noise", "", "82.0"), ROWS[2])
    document = paper_with(pdf_maker, rows, caption_above=True)
    (table,) = document.tables
    assert ["small noise", "", "82.0"] == grid(document, table)[2]


def test_a_heading_over_two_columns_spans_them(pdf_maker: PdfMaker) -> None:
    """A label that stands over two columns of values is one cell as wide as both."""
    page = pdf_maker.page()
    y = pdf_maker.lines(page, 72, 90, PROSE) + 20
    y = pdf_maker.line(page, 150, y, "Table 2: Two data sets.", size=8) + 8
    page.insert_text((300, y), "Small data set", fontsize=9, fontname="helv")
    for row in (HEADER, *ROWS):
        y += 12
        draw_row(page, y, row, columns=(150, 290, 350))
    pdf_maker.lines(page, 72, y + 26, PROSE)
    (document,) = parse_file(pdf_maker.content(), name="a.pdf")
    spans = {document.quote(cell): cell.column_span for cell in document.tables[0].cells}
    assert (2, 1) == (spans["Small data set"], spans["Acc."])


def test_cells_are_no_sentences(pdf_maker: PdfMaker) -> None:
    """Rows of a table are not read as prose, and the prose around it goes on without them."""
    document = paper_with(pdf_maker, (HEADER, *ROWS), caption_above=True)
    prose = [document.quote(s) for s in document.sentences if document.sections[s.section].role is SectionRole.BODY]
    assert not any("small noise" in sentence or "83.4" in sentence for sentence in prose)
    assert 2 == sum("with ten seeds" in sentence for sentence in prose)


def test_a_table_as_wide_as_two_columns_is_read_across(pdf_maker: PdfMaker) -> None:
    """No row of the table crosses the gutter, its caption does: its rows are whole."""
    left = (
        "A column of prose stands here and it",
        "goes on for many lines so that this page",
        "is known to have two columns of prose.",
    )
    page = pdf_maker.page()
    pdf_maker.line(page, 150, 60, "A Study of Noise in Small Networks", size=15, bold=True)
    pdf_maker.lines(page, 72, pdf_maker.heading(page, 72, 90, "1 Introduction"), PROSE)
    page = pdf_maker.page()
    y = 90.0
    for row in (HEADER, *ROWS):
        draw_row(page, y, row, columns=(80, 250, 400))
        y += 12
    caption = "Table 3: Accuracy of three networks, and this caption is long enough to reach over both of the columns."
    y = pdf_maker.line(page, 60, y + 6, caption, size=9) + 16
    for x in (54.0, 312.0):
        at = y
        for _ in range(6):
            at = pdf_maker.justified(page, x, at, (*left, "It ends."))
    (document,) = parse_file(pdf_maker.content(), name="a.pdf")
    (table,) = document.tables
    assert [list(HEADER), *(list(row) for row in ROWS)] == grid(document, table)
