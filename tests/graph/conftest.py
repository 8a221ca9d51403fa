"""Small documents with their extractions, made from sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from graph.canonical import sha256_hex
from graph.vocabulary.document import Bibliography, Document, Format, Review, Section, SectionRole, Sentence
from graph.vocabulary.extraction import (
    Acronym,
    Extraction,
    Mention,
    NameType,
    Span,
    StatedClaim,
    StatedPoint,
    StatedProblem,
    StatedResult,
)


class Text:
    """A document under construction: sentences joined by spaces, items that quote them."""

    def __init__(self, *sentences: str, title: str = "A study", kind: str = "paper", **options: Any) -> None:
        self.sentences = sentences
        self.title, self.kind = title, kind
        self.format = options.pop("format", Format.TEXT if kind == "paper" else Format.JSON)
        self.salt = options.pop("salt", "")
        self.reviews = options.pop("reviews", (Review(rating=6.0),) if kind == "review" else ())
        self.about = options
        self.items: dict[str, list[Any]] = {}
        self.extractor = "test/1"

    @property
    def document(self) -> Document:
        """The document."""
        text = " ".join(self.sentences)
        parts, at = [], 0
        for sentence in self.sentences:
            parts.append(Sentence(char_start=at, char_end=at + len(sentence), section=0))
            at += len(sentence) + 1
        role = SectionRole.REVIEW_OTHER if self.kind == "review" else SectionRole.BODY
        key = sha256_hex(f"{self.format}{self.title}{text}{self.salt}".encode())
        return Document(
            key=f"{key}~abstract" if self.kind == "abstract" else key,
            kind=self.kind,
            format=self.format,
            parser="test/1",
            text=text,
            bibliography=Bibliography(title=self.title, **self.about),
            sections=(Section(heading="Body", role=role, level=1, char_start=0, char_end=len(text)),),
            sentences=tuple(parts),
            reviews=self.reviews,
        )

    @property
    def extraction(self) -> Extraction:
        """What was read from it."""
        return Extraction(document=self.document.key, extractor=self.extractor, **self.items)

    def span(self, index: int, quote: str) -> Span:
        """The place of *quote* in a sentence."""
        start = self.document.sentences[index].char_start + self.sentences[index].index(quote)
        return Span(char_start=start, char_end=start + len(quote), quote=quote)

    def _add(self, field: str, item: Any) -> Text:
        self.items.setdefault(field, []).append(item)
        return self

    def mention(self, index: int, surface: str, name: str | None = None, type: str = "Method", **more: Any) -> Text:
        """Add a named thing."""
        more.setdefault("confidence", 0.9)
        kind = NameType(type)
        span = self.span(index, surface)
        return self._add("mentions", Mention(type=kind, name=name or surface, span=span, sentence=index, **more))

    def acronym(self, index: int, short: str, long: str) -> Text:
        """Add a definition."""
        return self._add("acronyms", Acronym(short=short, long=long, sentence=index))

    def problem(self, index: int, quote: str, kind: str = "problem") -> Text:
        """Add a stated problem."""
        item = StatedProblem(kind=kind, span=self.span(index, quote), sentence=index, confidence=0.8)
        return self._add("problems", item)

    def claim(self, index: int, intervention: str, direction: str = "improves", **more: Any) -> Text:
        """Add a claim."""
        more.setdefault("confidence", 0.8)
        item = StatedClaim(intervention=intervention, direction=direction, sentence=index, **more)
        return self._add("claims", item)

    def result(self, index: int, metric: str, printed: str, value: float, **more: Any) -> Text:
        """Add a reported value."""
        item = StatedResult(metric=metric, printed=printed, value=value, sentence=index, confidence=0.7, **more)
        return self._add("results", item)

    def point(self, index: int, about: Sequence[str] = (), polarity: str = "negative", review: int = 0) -> Text:
        """Add a reviewer's argument."""
        span = self.span(index, self.sentences[index])
        item = StatedPoint(
            aspect="statistics",
            polarity=polarity,
            span=span,
            sentence=index,
            review=review,
            about=tuple(about),
            confidence=0.7,
        )
        return self._add("points", item)


@pytest.fixture
def text() -> type[Text]:
    """Makes small documents."""
    return Text
