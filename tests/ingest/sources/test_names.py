"""How a paper and the reviews beside it find each other."""

from __future__ import annotations

import pytest

from ingest.sources.names import stem_of


@pytest.mark.parametrize(
    "path",
    [
        "/d/paper7.tei.xml",
        "/d/paper7.grobid.tei.xml",
        "/d/paper7.review.json",
        "/d/paper7.reviews.md",
        "/d/paper7.review2.md",
        "/d/paper7.review.2.md",
        "/d/paper7_review.json",
        "/d/paper7.metareview.md",
        "/d/reviews/paper7.json",
        "/d/reviews/paper7.review1.md",
        "/d/pdfs/paper7.pdf",
        "/d/fulltext/paper7.md",
    ],
)
def test_a_paper_and_what_lies_beside_it_have_one_stem(path: str) -> None:
    """Suffixes, the word review and folders of one kind of file do not count."""
    assert stem_of("/d/paper7.pdf") == stem_of(path)


@pytest.mark.parametrize("path", ["/e/paper7.pdf", "/d/paper8.pdf", "/d/e/paper7.pdf", "/d/paper7.v2.pdf"])
def test_other_folders_and_names_have_other_stems(path: str) -> None:
    """Papers called `1.pdf` in two folders are not one paper."""
    assert stem_of("/d/paper7.pdf") != stem_of(path)
