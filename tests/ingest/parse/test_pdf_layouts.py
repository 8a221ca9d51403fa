"""Layouts of publishers, drawn small: what stands apart, how headings, entries and citations look in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf

from graph.vocabulary.document import Document, SectionRole
from ingest.parse import parse_file

if TYPE_CHECKING:
    from typing import Any as PdfMaker

PROSE = (
    "Noise on the inputs of a network is a cheap way to make",
    "it robust, and nobody has measured how much of it is best",
    "for a small data set. We measure it with ten seeds on each",
    "of three data sets, and we report every run that we made.",
)
WIDE_PROSE = (
    "Noise on the inputs of a network is a cheap way to make it robust, and nobody has measured how much of it",
    "is best for a small data set. We measure it with ten seeds on each of three data sets, and we report every",
    "run that we made. The noise that helps most is as large as the distance between two classes of the data.",
)
LEFT, RIGHT = 54.0, 312.0


def read(pdf_maker: PdfMaker) -> Document:
    """Parse what has been drawn."""
    (document,) = parse_file(pdf_maker.content(), name="a.pdf")
    return document


def headings(document: Document) -> list[tuple[str | None, str]]:
    """Return number and title of each heading."""
    return [(s.number, s.heading) for s in document.sections if s.heading]


def title(page: pymupdf.Page) -> None:
    """Draw a title and an author."""
    page.insert_text((140, 70), "A Study of Noise in Small Networks", fontsize=18, fontname="tiro")
    page.insert_text((260, 96), "Ada Example", fontsize=10, fontname="tiro")


def test_ieee(pdf_maker: PdfMaker) -> None:
    """Roman and lettered sections, a run-in abstract, numbered entries and citations in brackets."""
    page = pdf_maker.page()
    title(page)
    y = 130.0
    page.insert_text((LEFT, y), "Abstract—We measure when noise helps, and how much.", fontsize=9, fontname="hebo")
    page.insert_text((LEFT + 50, y + 24), "I. INTRODUCTION", fontsize=9, fontname="tiro")
    y = pdf_maker.justified(page, LEFT, y + 40, PROSE)
    y = pdf_maker.justified(page, LEFT, y, ("Others have studied it for large networks [1], [2], and", "for images."))
    page.insert_text((LEFT, y + 14), "A. Data Sets", fontsize=9, fontname="tiit")
    y = pdf_maker.justified(page, LEFT, y + 30, PROSE)
    for _ in range(6):
        y = pdf_maker.justified(page, LEFT, y, PROSE)
    y = pdf_maker.justified(page, RIGHT, 130, PROSE)
    for _ in range(6):
        y = pdf_maker.justified(page, RIGHT, y, PROSE)
    page.insert_text((RIGHT + 70, y + 14), "REFERENCES", fontsize=9, fontname="tiro")
    y += 30
    for number in (1, 2, 3):
        y = pdf_maker.lines(
            page,
            RIGHT,
            y,
            [f'[{number}] A. Writer, "A title of work number {number}," in Proc.', "     Examples, 2019, pp. 1-9."],
            size=8,
        )
    document = read(pdf_maker)
    assert document.bibliography.abstract.startswith("We measure when noise helps")
    assert [("I", "INTRODUCTION"), ("A", "Data Sets"), (None, "REFERENCES")] == headings(document)[-3:]
    assert ["1", "2", "3"] == [reference.label for reference in document.references]
    assert [("[1]", (0,)), ("[2]", (1,))] == [(document.quote(c), c.references) for c in document.citations]


def test_nature_like(pdf_maker: PdfMaker) -> None:
    """Headings without numbers, and raised numbers that cite."""
    page = pdf_maker.page()
    title(page)
    y = pdf_maker.lines(page, 72, 130, WIDE_PROSE)
    y = pdf_maker.line(page, 72, y + 14, "Results", size=11, bold=True)
    y = pdf_maker.lines(page, 72, y, WIDE_PROSE)
    for mark, words in (("1,2", "Large networks have been studied"), ("3", "So have images with much noise")):
        page.insert_text((72, y), words, fontsize=9, fontname="helv")
        x = 72 + pymupdf.get_text_length(words, fontsize=9)
        page.insert_text((x, y - 3.5), mark, fontsize=6, fontname="helv")
        x += pymupdf.get_text_length(mark, fontsize=6)
        page.insert_text((x + 2, y), "in many other works before this one was begun.", fontsize=9, fontname="helv")
        y += 13
    y = pdf_maker.line(page, 72, y + 14, "Methods", size=11, bold=True)
    y = pdf_maker.lines(page, 72, y, WIDE_PROSE)
    y = pdf_maker.line(page, 72, y + 14, "References", size=11, bold=True)
    for number in (1, 2, 3):
        line = f"{number}. Writer, A. & Reader, B. A title of work number {number}. J. Ex. 8, 32–39 (2019)."
        y = pdf_maker.line(page, 72, y, line, size=8)
    document = read(pdf_maker)
    assert [(None, "Results"), (None, "Methods"), (None, "References")] == headings(document)[-3:]
    assert [("1,2", (0, 1)), ("3", (2,))] == [(document.quote(c), c.references) for c in document.citations]
    assert [("Writer", "Reader")] * 3 == [reference.authors for reference in document.references]


def test_line_numbers_of_a_review_copy_are_removed(pdf_maker: PdfMaker) -> None:
    """Numbers that rise down the margin are no text; numbers of the text stay."""
    page = pdf_maker.page()
    title(page)
    y = pdf_maker.heading(page, 72, 110, "1 Introduction")
    for number in range(24):
        page.insert_text((40, y), f"{number:03d}", fontsize=7, fontname="helv")
        y = pdf_maker.line(page, 72, y, f"{WIDE_PROSE[number % 3][:90]} {number}")
    document = read(pdf_maker)
    assert "007" not in document.text
    assert [("1", "Introduction")] == headings(document)
    assert "Noise on the inputs" in document.text
    assert " 21" in document.text


def test_a_heading_on_the_first_line_of_a_page_keeps_its_number(pdf_maker: PdfMaker) -> None:
    """Its number stands apart at the top of the page and is no page number."""
    page = pdf_maker.page()
    title(page)
    y = pdf_maker.heading(page, 72, 110, "1 Introduction")
    for _ in range(4):
        y = pdf_maker.lines(page, 72, y, WIDE_PROSE)
    page = pdf_maker.page()
    page.insert_text((72, 72), "2", fontsize=12, fontname="hebo")
    page.insert_text((92, 72), "Results", fontsize=12, fontname="hebo")
    pdf_maker.lines(page, 72, 95, WIDE_PROSE)
    page.insert_text((303, 770), "2", fontsize=9, fontname="helv")
    assert [("1", "Introduction"), ("2", "Results")] == headings(read(pdf_maker))


def test_appendices_follow_the_references(pdf_maker: PdfMaker) -> None:
    """What is lettered behind the bibliography is an appendix, and no entry of it."""
    page = pdf_maker.page()
    title(page)
    y = pdf_maker.heading(page, 72, 110, "1 Introduction")
    y = pdf_maker.lines(page, 72, y, WIDE_PROSE)
    y = pdf_maker.heading(page, 72, y, "Acknowledgements")
    y = pdf_maker.line(page, 72, y, "We thank the garden.")
    y = pdf_maker.heading(page, 72, y, "References")
    for name in ("Ada Writer", "Ben Reader", "Cy Other"):
        y = pdf_maker.line(page, 72, y, f"{name}. 2019. A title about noise by this author. Journal of Examples,")
        y = pdf_maker.line(page, 84, y, "3(2):10-20.")
    y = pdf_maker.heading(page, 72, y, "A Further Results")
    pdf_maker.lines(page, 72, y, WIDE_PROSE)
    document = read(pdf_maker)
    assert 3 == len(document.references)
    assert ("A", "Further Results", SectionRole.APPENDIX) == (
        document.sections[-1].number,
        document.sections[-1].heading,
        document.sections[-1].role,
    )
    assert (None, "Acknowledgements") in headings(document)


def test_the_lines_of_a_lone_entry_are_not_entries(pdf_maker: PdfMaker) -> None:
    """A page that begins with the indented lines of one entry, or holds no other, keeps it whole."""
    page = pdf_maker.page()
    title(page)
    y = pdf_maker.heading(page, 72, 110, "1 Introduction")
    y = pdf_maker.lines(page, 72, y, WIDE_PROSE)
    y = pdf_maker.heading(page, 72, 600, "References")
    y = pdf_maker.line(page, 72, y, "Ada Writer, Ben Reader, Cy Other, Di Last, Ed First, Flo Second, and Gus Third,")
    for names in (
        "Hal Fourth, Ida Fifth, Jo Sixth, Kay Seventh, and Lu Eighth.",
        "A title about noise. Examples, 2019.",
    ):
        y = pdf_maker.line(page, 84, y, names)
    page = pdf_maker.page()
    y = 72.0
    for name in ("Ben Reader", "Cy Other", "Di Last"):
        y = pdf_maker.line(page, 72, y, f"{name}. A title about noise by this author alone, and it is a longer one.")
        y = pdf_maker.line(page, 84, y, "Journal of Examples, 2018.")
    assert [2019, 2018, 2018, 2018] == [reference.year for reference in read(pdf_maker).references]
