"""Reviews in Markdown beside a paper."""

from __future__ import annotations

import pytest

from graph.vocabulary.document import DocumentKind, Format, SectionRole
from ingest.parse import parse_file

REVIEW = """---
kind: review
title: When Does Input Noise Help?
rating: "6: weak accept"
confidence: 4
date: 2024-05-06
---

## Summary

It adds noise to inputs.

## Strengths

- Clear text.

## Weaknesses

No baseline is given. One seed
is used.
"""

SEVERAL = """# Review 1

Rating: 3
Confidence: 4

**Strengths**
Clear.

**Weaknesses**
Slow.

# Review 2

**Rating:** 8: accept

Weaknesses: none that I see.

# Meta-review

Decision: Accept

All agree.
"""


def test_one_review() -> None:
    """Scores come from front matter, parts from headings, and a wrapped line goes on."""
    (document,) = parse_file(REVIEW.encode(), name="noise.review.md")
    assert (DocumentKind.REVIEW, Format.MARKDOWN, REVIEW) == (document.kind, document.format, document.text)
    (review,) = document.reviews
    assert (6.0, 4.0, "2024-05-06") == (review.rating, review.confidence, review.date)
    assert "When Does Input Noise Help?" == document.bibliography.title
    roles = [(s.role, document.quote(s)) for s in document.sections]
    assert (SectionRole.REVIEW_STRENGTHS, "- Clear text.") in roles
    assert "One seed\nis used." in [document.quote(s) for s in document.sentences]


def test_several_reviews_in_one_file() -> None:
    """Each review has its own scores and parts; lines with scores are no sentences."""
    (document,) = parse_file(SEVERAL.encode(), name="noise_reviews.md")
    assert [(3.0, False), (8.0, False), (None, True)] == [(r.rating, r.is_meta) for r in document.reviews]
    assert "Accept" == document.reviews[2].decision
    weak = [(s.review, document.quote(s)) for s in document.sections if s.role is SectionRole.REVIEW_WEAKNESSES]
    assert [(0, "Slow."), (1, "none that I see.")] == weak
    assert not [s for s in document.sentences if "Rating" in document.quote(s)]


@pytest.mark.parametrize(
    "name",
    [
        "noise.review.md",
        "noise.reviews.md",
        "noise_review1.md",
        "noise-review-2.txt",
        "noise.review.3.md",
        "review1.md",
        "reviews/noise.md",
    ],
)
def test_names_of_reviews(name: str) -> None:
    """Each usual name of a review beside a paper makes the text one."""
    assert DocumentKind.REVIEW is parse_file(b"It is slow. It is small.\n", name=name)[0].kind


def test_review_by_its_headings() -> None:
    """Strengths and Weaknesses without an abstract or introduction are a review, whatever the name."""
    text = b"## Strengths\n\nClear.\n\n## Weaknesses\n\nSlow.\n"
    assert DocumentKind.REVIEW is parse_file(text, name="notes.md")[0].kind


def test_a_paper_about_reviewing_is_a_paper() -> None:
    """A name that only contains the word, or a paper with such headings, is no review."""
    paper = (
        b"# A Study of Reviews\n\n## Abstract\n\nWe read.\n\n## 1 Introduction\n\nYes.\n\n"
        b"## Strengths\n\nA.\n\n## Weaknesses\n\nB.\n"
    )
    assert DocumentKind.PAPER is parse_file(paper, name="peer_reviewing.md")[0].kind
