"""Which pages of a PDF are missing in what another reader made of it.

A GROBID server may leave out whole pages without a word, and its coordinates cannot show that, since they may be empty.
So pages are compared by their words: of the words that PyMuPDF finds on one page and on no other, how many stand in the
other text as well. Order plays no part, since a bibliography comes back taken apart.

Does not see a page of which a part is missing, nor one with few words of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ingest.parse.pdf.page_text import PdfFile, PdfPage
from ingest.parse.text_normalisation import letters_and_digits

_MIN_LENGTH = 4  # of a word: shorter ones are parts of formulas and of numbers
_MIN_WORDS = 15  # of its own: a page with fewer holds a figure or a few lines
# 423 pages beside their TEI of GROBID 0.5.3: the median share is .79. The eight below .2 hold tables, bibliographies
# and appendices of which nothing but stray words came back; the next one, .27, was read in part.
_MISSING_BELOW = 0.2


def missing_pages(file: PdfFile, texts: Iterable[str]) -> list[int]:
    """Return the pages of *file* (1-based) whose words are not in *texts*, in order.

    *texts* are those of the elements, one by one: joined, "Ada" and "Writer" of two of them are one word.
    """
    there = {letters_and_digits(word) for text in texts for word in text.split()}
    shares = page_shares(file, there)
    return [number for number, share in shares if share is not None and share < _MISSING_BELOW]


def words_of_page(page: PdfPage) -> set[str]:
    """Return the words of *page* by which it is known: letters and digits, case-folded, the short ones left out."""
    printed = (letters_and_digits(word.text) for segment in page.segments for word in segment.words)
    return {word for word in printed if len(word) >= _MIN_LENGTH}


def page_shares(file: PdfFile, there: set[str]) -> list[tuple[int, float | None]]:
    """Return for each page that was read how much of its own words is in *there*; None where it has too few."""
    words = [words_of_page(page) for page in file.pages]
    pages_of = Counter(word for each in words for word in each)
    shares: list[tuple[int, float | None]] = []
    for page, each in zip(file.pages, words, strict=True):
        own = [word for word in each if pages_of[word] == 1]
        share = sum(word in there for word in own) / len(own) if len(own) >= _MIN_WORDS else None
        shares.append((page.index + 1, share))
    return shares
