"""Displayed formulas of PDFs: a range and boxes of their own, out of the sentences around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf
import pytest

from graph.vocabulary.document import Document, Sentence
from ingest.parse import parse_file
from ingest.parse.text_normalisation import letters_and_digits

if TYPE_CHECKING:
    from typing import Any as PdfMaker

BEFORE = (
    "We add noise to all of the inputs of the network before it is trained, and we scale it by the distance of two",
    "classes so that data sets can be compared with each other. The loss of the network with noise is then",
)
AFTER = (
    "where the last term is the weight decay that was used by all of the networks of this small study, and where the",
    "noise is drawn anew in each step. Nothing else differs between the two networks that we compare in this study.",
)


@pytest.fixture
def paper(pdf_maker: PdfMaker) -> tuple[Document, bytes]:
    """A page whose second sentence runs through a numbered formula, and which holds one without a number."""
    page = pdf_maker.page()
    pdf_maker.line(page, 150, 60, "A Study of Noise in Small Networks", size=15, bold=True)
    y = pdf_maker.heading(page, 72, 90, "1 Introduction")
    y = pdf_maker.lines(page, 72, y, BEFORE) + 8
    page.insert_text((210, y), "L = f(x + n) + w", fontsize=9, fontname="tiit")
    page.insert_text((511, y), "(3)", fontsize=9, fontname="helv")
    y = pdf_maker.lines(page, 72, y + 22, AFTER) + 8
    page.insert_text((210, y), "n = s − t", fontsize=9, fontname="symb")
    pdf_maker.lines(page, 72, y + 22, AFTER)
    content = pdf_maker.content()
    (document,) = parse_file(content, name="a.pdf")
    return document, content


def printed_in_boxes(content: bytes, sentence: Sentence) -> str:
    """Return the words that PyMuPDF finds in the boxes of *sentence*."""
    with pymupdf.open(stream=content) as file:
        words = []
        for box in sentence.boxes:
            page = file[box.page - 1]
            words += [word[4] for word in page.get_text("words", clip=(box.x0, box.y0, box.x1, box.y1))]
    return letters_and_digits(" ".join(words))


def test_a_numbered_formula(paper: tuple[Document, bytes]) -> None:
    """It has its text, its number and one box around it."""
    document, _ = paper
    formula = document.formulas[0]
    assert ("L = f(x + n) + w (3)", "(3)") == (document.quote(formula), formula.number)
    (box,) = formula.boxes
    assert (210, 1) == (round(box.x0), box.page)


def test_a_formula_without_a_number(paper: tuple[Document, bytes]) -> None:
    """Symbols off the edge between two pieces of prose are a formula."""
    document, _ = paper
    assert [("(3)"), None] == [formula.number for formula in document.formulas]


def test_a_sentence_is_cut_at_a_formula(paper: tuple[Document, bytes]) -> None:
    """What stands before and what stands after are sentences of their own; none holds the formula."""
    document, _ = paper
    sentences = [document.quote(sentence) for sentence in document.sentences]
    assert any(sentence.endswith("with noise is then") for sentence in sentences)
    assert any(sentence.startswith("where the last term") for sentence in sentences)
    assert not any("f(x" in sentence or "(3)" in sentence for sentence in sentences)


def test_sentences_around_a_formula_are_found_in_their_boxes(paper: tuple[Document, bytes]) -> None:
    """The boxes of the pieces hold their words and nothing of the formula."""
    document, content = paper
    for sentence in document.sentences:
        assert letters_and_digits(document.quote(sentence)) == printed_in_boxes(content, sentence)


def test_a_reference_to_a_formula_is_none(pdf_maker: PdfMaker) -> None:
    """A line of prose that ends in "(3)" stays prose."""
    page = pdf_maker.page()
    pdf_maker.lines(
        page,
        72,
        90,
        [
            "The network is trained with the loss that we have shown above, with the noise given by Equation (3)",
            "and with the weight decay that all of the networks of this study share, whatever the data set may be.",
        ],
    )
    (document,) = parse_file(pdf_maker.content(), name="a.pdf")
    assert () == document.formulas
