"""Documents made by hand: sections of plain text, cut into sentences at '. ' and at line ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from graph.vocabulary.document import (
    Bibliography,
    Document,
    DocumentKind,
    Format,
    Review,
    Section,
    SectionRole,
    Sentence,
)

Part = tuple[str, str] | tuple[str, str, SectionRole]

_SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s+[A-Z\"(*-]|\s*$)|(?=\n\s*[-*]\s)|(?=\n\s*\n)|$)", re.DOTALL)
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|et al|Fig)\.$")


def _sentences(text: str, start: int, section: int) -> list[Sentence]:
    found: list[Sentence] = []
    for match in _SENTENCE.finditer(text):
        first, last = start + match.start(), start + match.end()
        if found and _ABBREVIATION.search(text[: found[-1].char_end - start]):
            first = found.pop().char_start
        found.append(Sentence(char_start=first, char_end=last, section=section))
    return found


def _assemble(
    parts: Sequence[tuple[str, str, SectionRole, int | None]],
    kind: DocumentKind,
    reviews: int,
    authors: tuple[str, ...],
) -> Document:
    text = ""
    sections: list[Section] = []
    sentences: list[Sentence] = []
    for heading, body, role, review in parts:
        text += f"{heading}\n\n" if heading and role is not SectionRole.TITLE else ""
        start = len(text)
        text += body
        sentences.extend(_sentences(body, start, len(sections)))
        sections.append(
            Section(heading=heading, role=role, level=1, char_start=start, char_end=len(text), review=review)
        )
        text += "\n\n"
    return Document(
        key="0" * 64,
        kind=kind,
        format=Format.MARKDOWN,
        parser="test/1",
        text=text,
        bibliography=Bibliography(title=parts[0][1] if parts else "", authors=authors),
        sections=tuple(sections),
        sentences=tuple(sentences),
        reviews=tuple(Review() for _ in range(reviews)),
    )


@pytest.fixture
def make_document() -> Callable[..., Document]:
    """Return a maker of paper documents: title, abstract, and (heading, text) for each section."""

    def make(title: str = "A study", abstract: str = "", sections: Sequence[tuple[str, str]] = ()) -> Document:
        parts: list[tuple[str, str, SectionRole, int | None]] = [(title, title, SectionRole.TITLE, None)]
        if abstract:
            parts.append(("Abstract", abstract, SectionRole.ABSTRACT, None))
        for heading, body in sections:
            role = SectionRole.REFERENCES if heading == "References" else SectionRole.BODY
            parts.append((heading, body, role, None))
        return _assemble(parts, DocumentKind.PAPER, 0, ())

    return make


@pytest.fixture
def make_review() -> Callable[..., Document]:
    """Return a maker of review documents: (role, text) for each section of one review."""

    def make(sections: Sequence[tuple[SectionRole, str]], authors: tuple[str, ...] = ()) -> Document:
        parts = [(role.value, body, role, 0) for role, body in sections]
        return _assemble(parts, DocumentKind.REVIEW, 1, authors)

    return make


@pytest.fixture(autouse=True)
def _rules_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of rules hold with and without installed weights; tests of the encoder bring their own."""
    monkeypatch.setattr("ingest.extract.extractor.open_encoder", lambda: None)
