"""PDFs for the parser's tests, drawn line by line so that each line break is the test's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pymupdf
import pytest

BODY, SMALL, LARGE = 9.0, 7.0, 15.0
LEADING = 12.0
LEFT, RIGHT, TOP = 54.0, 312.0, 200.0
COLUMN_WIDTH = 246.0


class PdfMaker:
    """Draws lines of text on pages of 612 × 792 points."""

    def __init__(self) -> None:
        self.file = pymupdf.open()

    def page(self) -> pymupdf.Page:
        """Add an empty page."""
        return self.file.new_page(width=612, height=792)

    def line(
        self, page: pymupdf.Page, x: float, y: float, text: str, *, size: float = BODY, bold: bool = False
    ) -> float:
        """Draw one line with its base at *y*; return where the next one goes."""
        page.insert_text((x, y), text, fontsize=size, fontname="hebo" if bold else "helv")
        return y + size * 1.45

    def lines(self, page: pymupdf.Page, x: float, y: float, texts: Sequence[str], *, size: float = BODY) -> float:
        """Draw lines one under the other."""
        for text in texts:
            y = self.line(page, x, y, text, size=size)
        return y

    def justified(
        self, page: pymupdf.Page, x: float, y: float, texts: Sequence[str], *, width: float = COLUMN_WIDTH
    ) -> float:
        """Draw each line but the last at a size that fills *width*, as justified text does."""
        for number, text in enumerate(texts):
            natural = pymupdf.get_text_length(text, fontsize=BODY)
            size = BODY
            if number + 1 < len(texts):
                gaps = max(text.count(" "), 1)
                extra = (width - natural) / gaps
                at = x
                for word in text.split(" "):
                    page.insert_text((at, y), word, fontsize=size, fontname="helv")
                    at += pymupdf.get_text_length(word + " ", fontsize=size) + extra
            else:
                page.insert_text((x, y), text, fontsize=size, fontname="helv")
            y += LEADING
        return y

    def heading(self, page: pymupdf.Page, x: float, y: float, text: str) -> float:
        """Draw a bold line with white around it."""
        return self.line(page, x, y + 8, text, size=12, bold=True) + 4

    def content(self, **options: object) -> bytes:
        """Return the file."""
        return self.file.tobytes(**options)


@pytest.fixture
def pdf_maker() -> PdfMaker:
    """A maker with no pages yet."""
    return PdfMaker()


# Written for these tests: no text of a real paper.
LEFT_TEXT = (
    "We study how a small network behaves when noise is",
    "added to its inputs, and we compare this with weight",
    "decay under the same budget. The two are equal in the",
    "limit of small noise, but nobody had measured where",
    "that limit ends. We measure it on three data sets, in-",
    "cluding one with few examples, and report each run of",
    "every seed, also those runs that were worse than the",
    "baseline. The study takes one minute on a laptop, and",
    "its script is part of this paper.",
)
RIGHT_TEXT = (
    "Input noise and weight decay act on the same terms of",
    "the loss when noise is small. This well-known relation",
    "says nothing about large noise, where the network sees",
    "inputs that no longer look like the data. We therefore",
    "vary the scale of the noise over two orders of magni-",
    "tude and keep everything else as it is, the order of",
    "the batches included. A second study repeats this with",
    "a wider network, since width changes how much noise a",
    "layer can average out.",
)
ABSTRACT_TEXT = (
    "Noise on the inputs of a network is a cheap regulariser.",
    "We measure when it helps. On three data sets it is worth",
    "as much as weight decay until the noise is as large as the",
    "distance between two classes.",
)
WIDER_TEXT = (
    "The wider network has four times as many weights, and",
    "it is trained for as long as the narrow one was. When",
    "we widen the network, a sentence that begins in this",
)
WIDER_TEXT_GOES_ON = (
    "column goes on in the other one. It is measured again,",
    "with the same seeds.",
)
FOOT_TEXT = (
    "Neither of the two changes the order of the data sets.",
    "At the foot of this page a sentence begins that has a",
)
FOOT_TEXT_GOES_ON = (
    "longer way to go and ends on the page behind it. Then",
    "all is said.",
)
TITLE = ("When Does Input Noise Help?", "A Study of Small Networks")


@pytest.fixture
def two_column_pdf(pdf_maker: PdfMaker) -> Callable[..., bytes]:
    """A maker of a paper of three pages in two columns, with heads, feet, a footnote, a figure and references."""

    def make() -> bytes:
        first = pdf_maker.page()
        y = 90.0
        for line in TITLE:
            width = pymupdf.get_text_length(line, fontname="hebo", fontsize=LARGE)
            y = pdf_maker.line(first, (612 - width) / 2, y, line, size=LARGE, bold=True) + 6
        pdf_maker.line(first, 215, y + 8, "Ada Example, Ben Sample and Cy Other")
        pdf_maker.line(first, 245, y + 22, "University of Nowhere")
        y = pdf_maker.heading(first, LEFT + 95, TOP, "Abstract")
        y = pdf_maker.justified(first, LEFT + 10, y, ABSTRACT_TEXT, width=226)
        y = pdf_maker.heading(first, LEFT, y + 6, "1 Introduction")
        y = pdf_maker.justified(first, LEFT, y, LEFT_TEXT)
        pdf_maker.justified(first, LEFT, y + 6, LEFT_TEXT)
        pdf_maker.lines(first, LEFT, 700, ["* Work done in the garden of the first author."], size=SMALL)
        y = pdf_maker.heading(first, RIGHT, TOP, "2 Related Work")
        for _ in range(3):
            y = pdf_maker.justified(first, RIGHT, y, RIGHT_TEXT) + 6
        second = pdf_maker.page()
        y = pdf_maker.heading(second, LEFT, 70, "3 Results")
        y = pdf_maker.justified(second, LEFT, y, LEFT_TEXT) + 14
        y = (
            pdf_maker.lines(
                second, LEFT, y, ["Figure 1: Accuracy over the scale of the noise, mean of", "ten seeds."], size=8
            )
            + 14
        )
        y = pdf_maker.heading(second, LEFT, y, "3.1 A Wider Network")
        pdf_maker.justified(second, LEFT, y, WIDER_TEXT)
        y = pdf_maker.justified(second, RIGHT, 78, WIDER_TEXT_GOES_ON) + 6
        y = pdf_maker.justified(second, RIGHT, y, RIGHT_TEXT) + 6
        pdf_maker.justified(second, RIGHT, y, FOOT_TEXT)
        third = pdf_maker.page()
        y = pdf_maker.justified(third, LEFT, 78, FOOT_TEXT_GOES_ON)
        y = pdf_maker.justified(third, LEFT, y + 6, LEFT_TEXT)
        y = pdf_maker.justified(third, RIGHT, 78, RIGHT_TEXT)
        y = pdf_maker.justified(third, RIGHT, y + 6, RIGHT_TEXT)
        y = pdf_maker.heading(third, RIGHT, y, "References")
        for number in range(1, 5):
            y = pdf_maker.lines(
                third,
                RIGHT,
                y,
                [
                    f"[{number}] A. Writer and B. Reader. A title of the work number {number}",
                    "     on noise. Journal of Examples, 2019.",
                ],
                size=8,
            )
        for number, page in enumerate(pdf_maker.file, start=1):
            pdf_maker.line(page, 200, 40, "Published nowhere, a paper about noise", size=SMALL)
            pdf_maker.line(page, 303, 770, str(number), size=SMALL)
        return pdf_maker.content()

    return make
