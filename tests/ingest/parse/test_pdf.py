"""PDFs by the geometry of their pages: order, furniture, parts, boxes, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pymupdf
import pytest

from graph.vocabulary.document import Document, Format, SectionRole, Sentence
from ingest.parse import Damaged, Encrypted, NoText, parse_file
from ingest.parse.text_normalisation import letters_and_digits

if TYPE_CHECKING:
    from typing import Any as PdfMaker


@pytest.fixture
def paper(two_column_pdf: Callable[..., bytes]) -> tuple[Document, bytes]:
    """The two-column paper of the conftest, parsed, and its bytes."""
    content = two_column_pdf()
    (document,) = parse_file(content, name="noise.pdf")
    return document, content


def body(document: Document, number: str) -> str:
    return next(document.quote(s) for s in document.sections if s.number == number)


def printed_in_boxes(content: bytes, sentence: Sentence) -> str:
    """Return the words that PyMuPDF finds in the boxes of *sentence*."""
    with pymupdf.open(stream=content) as file:
        words = []
        for box in sentence.boxes:
            page = file[box.page - 1]
            words += [word[4] for word in page.get_text("words", clip=(box.x0, box.y0, box.x1, box.y1))]
    return " ".join(words)


def test_front_page(paper: tuple[Document, bytes]) -> None:
    """Title over two lines, authors and abstract are told apart."""
    document, _ = paper
    assert Format.PDF is document.format
    assert "When Does Input Noise Help? A Study of Small Networks" == document.bibliography.title
    assert ("Ada Example", "Ben Sample", "Cy Other") == document.bibliography.authors
    assert document.bibliography.abstract.startswith("Noise on the inputs of a network is a cheap regulariser.")
    assert document.bibliography.abstract.endswith("distance between two classes.")
    assert 3 == document.page_count


def test_headings(paper: tuple[Document, bytes]) -> None:
    """Bold numbered lines are headings with number and level; the rest is not."""
    document, _ = paper
    assert [
        ("Abstract", None, 1),
        ("Introduction", "1", 1),
        ("Related Work", "2", 1),
        ("Results", "3", 1),
        ("A Wider Network", "3.1", 2),
        ("References", None, 1),
    ] == [(s.heading, s.number, s.level) for s in document.sections if s.heading]


def test_columns_are_read_one_after_the_other(paper: tuple[Document, bytes]) -> None:
    """The left column is read to its end before the right one begins."""
    document, _ = paper
    assert 2 == body(document, "1").count("We study how a small network behaves")
    assert "weight decay act on the same terms" not in body(document, "1")
    assert 3 == body(document, "2").count("Input noise and weight decay act on the same terms of the loss")


def test_heads_feet_and_page_numbers_are_removed(paper: tuple[Document, bytes]) -> None:
    """What repeats at the edge of the pages is no text of the paper."""
    document, _ = paper
    assert "Published nowhere" not in document.text
    assert "\n1\n" not in document.text


def test_hyphens_at_line_ends_are_resolved(paper: tuple[Document, bytes]) -> None:
    """A word split at a line end is whole; a real hyphen stays."""
    document, _ = paper
    assert "including one with few examples" in document.text
    assert "two orders of magnitude" in document.text
    assert "This well-known relation" in document.text


def test_a_real_hyphen_at_a_line_end_stays(pdf_maker: PdfMaker) -> None:
    """When the hyphened form stands elsewhere in the document, the hyphen at the line end is kept."""
    page = pdf_maker.page()
    lines = [
        "A state-of-the-art network is used here, and we call it a self-",
        "trained one, as a self-trained network is one that needs no label. The",
        "network is state-of-the-",
        "art in this small example, and we say so in a line that is long enough.",
    ]
    pdf_maker.lines(page, 72, 100, lines)
    (document,) = parse_file(pdf_maker.content(), name="a.pdf")
    assert "call it a self-trained one" in document.text
    assert "network is state-of-the-art in this" in document.text


def test_a_sentence_crosses_columns_and_pages(paper: tuple[Document, bytes]) -> None:
    """A sentence that a column or page breaks is one, with boxes on each side of the break."""
    document, _ = paper
    by_start = {document.quote(s)[:14]: s for s in document.sentences}
    across_columns = by_start["When we widen "]
    assert document.quote(across_columns).endswith("begins in this column goes on in the other one.")
    assert [2, 2, 2] == [box.page for box in across_columns.boxes]
    across_pages = by_start["At the foot of"]
    assert document.quote(across_pages).endswith("begins that has a longer way to go and ends on the page behind it.")
    assert ([2, 3], 2) == ([box.page for box in across_pages.boxes], across_pages.page)


def test_captions_and_footnotes_stand_apart(paper: tuple[Document, bytes]) -> None:
    """A caption and a footnote have sections of their own and do not interrupt the text."""
    document, _ = paper
    apart = {s.role: document.quote(s) for s in document.sections}
    assert "Figure 1: Accuracy over the scale of the noise, mean of ten seeds." == apart[SectionRole.CAPTION]
    assert "* Work done in the garden of the first author." == apart[SectionRole.FOOTNOTE]
    assert "garden" not in body(document, "1")


def test_references(paper: tuple[Document, bytes]) -> None:
    """Entries are split by their labels, with title and year, and are no sentences."""
    document, _ = paper
    assert [(f"A title of the work number {n} on noise", 2019) for n in range(1, 5)] == [
        (r.title, r.year) for r in document.references
    ]
    assert not [s for s in document.sentences if "Journal of Examples" in document.quote(s)]


def test_each_sentence_is_found_again_in_its_boxes(paper: tuple[Document, bytes]) -> None:
    """The words in the boxes of a sentence are the sentence."""
    document, content = paper
    for sentence in document.sentences:
        assert letters_and_digits(document.quote(sentence)) == letters_and_digits(printed_in_boxes(content, sentence))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_of_a_turned_page_are_unrotated(pdf_maker: PdfMaker, rotation: int) -> None:
    """A page that is shown turned keeps its boxes in the points of the unrotated page."""
    page = pdf_maker.page()
    pdf_maker.lines(
        page,
        72,
        100,
        [
            "Noise on the inputs of a network is a cheap regulariser for small data.",
            "It costs nothing, and nobody has measured it as carefully as we do here.",
        ],
    )
    page.set_rotation(rotation)
    content = pdf_maker.content()
    (document,) = parse_file(content, name="a.pdf")
    found = next(s for s in document.sentences if document.quote(s).startswith("Noise on"))
    assert letters_and_digits(document.quote(found)) == letters_and_digits(printed_in_boxes(content, found))
    (box,) = found.boxes
    assert (72, True) == (round(box.x0), 88 < box.y0 < box.y1 < 104)


def test_arxiv_stamp_is_an_id_and_no_title(two_column_pdf: Callable[..., bytes], pdf_maker: PdfMaker) -> None:
    """The stamp along the margin gives id and year and stays out of the text."""
    two_column_pdf()
    pdf_maker.file[0].insert_text((30, 560), "arXiv:2101.01234v2  [cs.LG]  3 Jan 2021", fontsize=20, rotate=90)
    (document,) = parse_file(pdf_maker.content(), name="a.pdf")
    assert ("2101.01234", 2021) == (document.bibliography.arxiv, document.bibliography.year)
    assert "When Does Input Noise Help? A Study of Small Networks" == document.bibliography.title
    assert "arXiv" not in document.text


def test_parsing_is_deterministic(two_column_pdf: Callable[..., bytes]) -> None:
    """The same bytes give the same Document."""
    content = two_column_pdf()
    assert parse_file(content, name="a.pdf") == parse_file(content, name="a.pdf")


def test_sections_do_not_overlap(paper: tuple[Document, bytes]) -> None:
    """In a PDF's text, sections follow each other: what stands apart has been moved behind."""
    document, _ = paper
    ranges = [(s.char_start, s.char_end) for s in document.sections]
    assert ranges == sorted(ranges)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))


def test_encrypted(two_column_pdf: Callable[..., bytes], pdf_maker: PdfMaker) -> None:
    """A PDF that needs a password says so; one that only restricts printing is read."""
    two_column_pdf()
    locked = pdf_maker.content(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret", owner_pw="other")
    with pytest.raises(Encrypted, match="password"):
        parse_file(locked, name="a.pdf")
    restricted = pdf_maker.content(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="", owner_pw="other")
    assert parse_file(restricted, name="a.pdf")[0].sentences


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated(two_column_pdf: Callable[..., bytes], share: float) -> None:
    """A PDF whose end is missing is damaged, wherever it was cut."""
    content = two_column_pdf()
    with pytest.raises(Damaged):
        parse_file(content[: int(len(content) * share)], name="a.pdf")


def test_scanned(pdf_maker: PdfMaker) -> None:
    """Pages that hold an image and no text ask for OCR."""
    page = pdf_maker.page()
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 40, 40), False)
    pixels.clear_with(128)
    page.insert_image(page.rect, pixmap=pixels)
    with pytest.raises(NoText, match="OCR"):
        parse_file(pdf_maker.content(), name="a.pdf")


def test_page_without_text_is_a_warning(two_column_pdf: Callable[..., bytes], pdf_maker: PdfMaker) -> None:
    """An empty page among others is named and the rest is read."""
    two_column_pdf()
    pdf_maker.page()
    (document,) = parse_file(pdf_maker.content(), name="a.pdf")
    assert ("1 page(s) without text: 4",) == document.warnings
