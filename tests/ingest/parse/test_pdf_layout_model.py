"""The layout model as a second reader: where it is asked, what it may correct, and that the document says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ingest.parse import parse_file
from ingest.parse.pdf.classify import classify
from ingest.parse.pdf.doubt import doubtful_pages
from ingest.parse.pdf.furniture import remove_furniture
from ingest.parse.pdf.layout_model import Block, corrected
from ingest.parse.pdf.page_text import read_pdf
from ingest.parse.pdf.reading_order import rows_in_order
from ingest.parse.pdf.row_kinds import RowKind
from ingest.settings import ParseSettings, PdfReader

PROSE = (
    "We train small networks on digits and count how often",
    "the second best class is the one that a person would",
    "have chosen, which says more than accuracy alone does.",
)


@pytest.fixture
def paper(pdf_maker: Any) -> bytes:
    """A title, prose, a line that may be a heading, prose; a second page of nothing but prose."""
    page = pdf_maker.page()
    pdf_maker.line(page, 54, 90, "Counting Second Choices", size=17)
    y = pdf_maker.heading(page, 54, 160, "1 Introduction")
    y = pdf_maker.lines(page, 54, y + 12, PROSE * 4)
    y = pdf_maker.line(page, 54, y + 10, "Why second choices", size=9)
    pdf_maker.lines(page, 54, y + 6, PROSE * 3)
    page = pdf_maker.page()
    pdf_maker.lines(page, 54, 90, PROSE * 8)
    return pdf_maker.file.tobytes()


def _read(content: bytes) -> tuple[list[Any], Any]:
    file = read_pdf(content, name="paper.pdf")
    remove_furniture(file.pages)
    rows = rows_in_order(file.pages)
    return rows, classify(rows, file)


def _around(row: Any, kind: str) -> Block:
    return Block(kind, row.x0 - 3, row.y0 - 1, row.x1 + 3, row.y1 + 1)


def test_a_heading_without_number_or_style_is_the_models_to_find(paper: bytes) -> None:
    """The rules see a short line in the type of the text; a block of class section-header makes it a section."""
    rows, read = _read(paper)
    at = next(number for number, row in enumerate(rows) if row.text == "Why second choices")
    assert read.kinds[at] is RowKind.BODY
    better = corrected(rows, read, {0: [_around(rows[at], "section-header")]})
    assert [heading.title for heading in better.headings] == ["Introduction", "Why second choices"]
    assert better.kinds[at] is RowKind.HEADING


@pytest.mark.parametrize(("said", "kind"), [("table", RowKind.TABLE), ("formula", RowKind.FORMULA)])
def test_cells_and_formulas_leave_the_running_text(paper: bytes, said: str, kind: RowKind) -> None:
    """What the model calls a table or a formula stands apart."""
    rows, read = _read(paper)
    better = corrected(rows, read, {1: [_around(rows[-1], said)]})
    assert (read.kinds[-1], better.kinds[-1]) == (RowKind.BODY, kind)


def test_text_stays_what_the_rules_say(paper: bytes) -> None:
    """Captions and footnotes go on where the model sees text: nothing becomes running text by its word."""
    rows, read = _read(paper)
    blocks = {page: [Block("text", 0, 0, 612, 792)] for page in (0, 1)}
    assert corrected(rows, read, blocks).kinds == read.kinds


def test_a_page_without_blocks_stays_as_it_is(paper: bytes) -> None:
    """An empty answer corrects nothing."""
    rows, read = _read(paper)
    assert corrected(rows, read, {0: [], 1: []}) == read


def test_a_plain_page_is_beyond_doubt(paper: bytes) -> None:
    """Prose alone needs no second reader."""
    assert 1 not in doubtful_pages(*_read(paper))


def test_a_bold_line_that_is_no_heading_is_doubtful(pdf_maker: Any) -> None:
    """It may be one that the rules did not believe."""
    page = pdf_maker.page()
    pdf_maker.line(page, 54, 90, "Counting Second Choices", size=17)
    y = pdf_maker.heading(page, 54, 160, "1 Introduction")
    y = pdf_maker.lines(page, 54, y + 12, PROSE * 4)
    y = pdf_maker.line(page, 54, y, "Second choices in bold", size=9, bold=True)
    pdf_maker.lines(page, 54, y, PROSE * 4)
    assert doubtful_pages(*_read(pdf_maker.file.tobytes())) == (0,)


@pytest.fixture
def read_by() -> Callable[[bytes, PdfReader], list[tuple[str, int, int]]]:
    def run(content: bytes, reader: PdfReader) -> list[tuple[str, int, int]]:
        (document,) = parse_file(content, name="paper.pdf", settings=ParseSettings(pdf_reader=reader))
        return [(each.reader.partition("/")[0], each.first, each.last) for each in document.read_by]

    return run


def test_the_document_says_who_read_which_pages(
    paper: bytes, read_by: Callable[[bytes, PdfReader], list[tuple[str, int, int]]]
) -> None:
    """The rules alone need no word; the model on all pages; the model on none where nothing is in doubt."""
    assert read_by(paper, PdfReader.RULES) == []
    assert read_by(paper, PdfReader.LAYOUT) == [("pymupdf-rules", 1, 2), ("pymupdf-layout", 1, 2)]
    assert read_by(paper, PdfReader.RULES_LAYOUT) == [("pymupdf-rules", 1, 2)]


def test_the_model_gives_the_same_text_twice(paper: bytes) -> None:
    """Same bytes, same document."""
    settings = ParseSettings(pdf_reader=PdfReader.LAYOUT)
    first = parse_file(paper, name="paper.pdf", settings=settings)
    assert first == parse_file(paper, name="paper.pdf", settings=settings)
    assert first[0].parser.endswith("+pymupdf-layout/1")
