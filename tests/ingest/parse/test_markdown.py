"""Papers in Markdown: as authored with front matter, and as a converter writes them."""

from __future__ import annotations

import pytest

from graph.vocabulary.document import Document, DocumentKind, SectionRole
from ingest.parse import parse_file

AUTHORED = """---
title: When Does Input Noise Help?
authors: [Ada Example, Ben Sample]
year: 2024
venue: Workshop of Examples
doi: https://doi.org/10.1234/ab.5
arxiv: "2401.01234v2"
keywords: noise; decay
abstract: >
  We measure when noise
  helps. It is cheap.
---

# When Does Input Noise Help?

## Introduction

Noise on the inputs is cheap, e.g. on digits.
This line goes on after a wrap. We use it.

- a first point
- a second point

```python
print("no sentence here. Not at all.")
```

### A Detail

$$
x = y. Z
$$

| a | b |
|---|---|
| 1 | 2 |

Table 1: Two numbers. They are small.

## References

- A. Writer. A work on small noise. 2019.
- B. Reader. A work on large noise. 2020.
"""

CONVERTED = """## When Does Input Noise Help?

## Ada Example ∗

University of Nowhere ada@nowhere.edu

## Ben Sample

University of Nowhere

## Abstract

We measure when noise helps. It is cheap.

## 1 Introduction

Noise is cheap.

<!-- image -->

Figure 1: A plot of noise.

## 2.1 Data

We use digits.

## References

- [1] A. Writer. A work on small noise. In Examples, 2019.
- [2] B. Reader. A work on large noise. In Examples, 2020.

## A Proofs

It follows.
"""


@pytest.fixture
def authored() -> Document:
    """A paper as a person writes it."""
    return parse_file(AUTHORED.encode(), name="noise.md")[0]


@pytest.fixture
def converted() -> Document:
    """A paper as a PDF converter writes it: every heading with two hashes."""
    return parse_file(CONVERTED.encode(), name="noise.md")[0]


def said(document: Document, role: SectionRole) -> list[str]:
    return [document.quote(s) for s in document.sentences if document.sections[s.section].role is role]


def test_text_is_the_file(authored: Document, converted: Document) -> None:
    """The text is the decoded file, character for character."""
    assert AUTHORED == authored.text
    assert CONVERTED == converted.text


def test_windows_line_ends_are_kept() -> None:
    """Carriage returns stay in the text and out of headings and sentences."""
    document = parse_file(CONVERTED.replace("\n", "\r\n").encode(), name="noise.md")[0]
    assert CONVERTED.replace("\n", "\r\n") == document.text
    assert "Introduction" in [s.heading for s in document.sections]
    assert "Noise is cheap." in said(document, SectionRole.BODY)
    assert 2 == len(document.references)


def test_front_matter(authored: Document) -> None:
    """Fields of the front matter are the bibliography; a folded abstract is found in the file."""
    found = authored.bibliography
    assert ("When Does Input Noise Help?", ("Ada Example", "Ben Sample")) == (found.title, found.authors)
    assert ("10.1234/ab.5", "2401.01234", 2024) == (found.doi, found.arxiv, found.year)
    assert ("Workshop of Examples", ("noise", "decay")) == (found.venue, found.keywords)
    assert "We measure when noise helps. It is cheap." == found.abstract
    assert ["We measure when noise\n  helps.", "It is cheap."] == said(authored, SectionRole.ABSTRACT)


def test_malformed_front_matter_is_a_warning() -> None:
    """YAML that cannot be read is named, and the text is read all the same."""
    document = parse_file(b"---\ntitle: [a\n---\n# A Title of Noise\n\n## Introduction\n\nIt helps.\n", name="a.md")[0]
    assert "A Title of Noise" == document.bibliography.title
    assert "front matter" in document.warnings[0]


def test_levels_as_authored(authored: Document) -> None:
    """Levels count from the first one below the title."""
    levels = {s.heading: s.level for s in authored.sections if s.heading}
    assert (1, 2) == (levels["Introduction"], levels["A Detail"])


def test_levels_from_numbers_where_hashes_say_nothing(converted: Document) -> None:
    """With one number of hashes for all, the section number gives the level."""
    levels = {s.heading: (s.number, s.level) for s in converted.sections if s.heading}
    assert ("1", 1) == levels["Introduction"]
    assert ("2.1", 2) == levels["Data"]
    assert ("A", 1) == levels["Proofs"]


def test_prose_is_wrapped_lines_and_bullets_only(authored: Document) -> None:
    """A wrapped line goes on, a bullet is its own; code, formula and table hold no sentence."""
    body = said(authored, SectionRole.BODY)
    assert "Noise on the inputs is cheap, e.g. on digits." in body
    assert {"- a first point", "- a second point"} <= set(body)
    assert not [s for s in body if "print" in s or "x = y" in s or "|" in s]


def test_captions_and_tables_have_their_roles(authored: Document, converted: Document) -> None:
    """A paragraph that opens as a caption is one; rows with pipes are a table."""
    assert ["Table 1: Two numbers.", "They are small."] == said(authored, SectionRole.CAPTION)
    assert ["Figure 1: A plot of noise."] == said(converted, SectionRole.CAPTION)
    assert 1 == sum(s.role is SectionRole.TABLE for s in authored.sections)


def test_names_that_a_converter_made_headings_of(converted: Document) -> None:
    """What stands between title and abstract is the authors' part, headings included."""
    assert ("Ada Example", "Ben Sample") == converted.bibliography.authors
    assert "Ada Example ∗" not in [s.heading for s in converted.sections]
    assert "We measure when noise helps. It is cheap." == converted.bibliography.abstract


def test_references_and_what_follows(converted: Document) -> None:
    """Entries are split with title and year; a section behind them is an appendix."""
    assert [("A work on small noise", 2019), ("A work on large noise", 2020)] == [
        (r.title, r.year) for r in converted.references
    ]
    assert SectionRole.APPENDIX is next(s.role for s in converted.sections if s.heading == "Proofs")


def test_abstract_without_a_heading() -> None:
    """A long paragraph under the authors is the abstract; so is one that opens with the word."""
    words = "We measure when noise on the inputs of a small network helps. " * 5
    by_place = parse_file(
        f"# A Title of Noise\n\nAda Example\n\n{words}\n\n## Introduction\n\nIt helps.\n".encode(), name="a.md"
    )
    assert words.strip() == by_place[0].bibliography.abstract
    run_in = parse_file(b"# A Title of Noise\n\n**Abstract.** It helps.\n\n## Introduction\n\nYes.\n", name="a.md")
    assert "It helps." == run_in[0].bibliography.abstract


def test_paper_kind(authored: Document) -> None:
    """A paper in Markdown is a paper."""
    assert DocumentKind.PAPER is authored.kind
