"""Turn sentences of a document, and rows of its tables, into Evidence: checked verbatim, once each, or refused.

Only a quoted sentence or row becomes a node. Everything an extraction states goes through here, so nothing enters the
graph whose quote is not, character by character, in the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph.keys import hashed_key
from graph.vocabulary.document import Box, Document, DocumentKind, SectionRole, Sentence, Table
from graph.vocabulary.extraction import Extraction, Span
from graph.write.person_names import person_named_in

Place = int | Span
"""What is quoted: a sentence by its index in `Document.sentences`, or a row of a table by its range."""


class Ungrounded(Exception):
    """One item has no quote to stand on. Caught where items are taken one by one; never leaves the writer."""


class Quotes:
    """The sentences and table rows of one document that its extraction quotes."""

    def __init__(self, document: Document, extraction: Extraction, extraction_id: str) -> None:
        self._document, self._extraction_id = document, extraction_id
        self._extractor = extraction.extractor
        self._rows: dict[tuple[int, int], dict[str, Any]] = {}
        self._reasons: dict[int, str | None] = {}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The Evidence nodes quoted so far, in text order."""
        return [self._rows[place] for place in sorted(self._rows)]

    def text(self, place: Place) -> str:
        """Return what stands at *place*, which may be quoted.

        Raises:
            Ungrounded: with the reason.
        """
        if isinstance(place, Span):
            self._check_row(place)
            return place.quote
        self.check(place)
        return self._document.quote(self._document.sentences[place])

    def range(self, place: Place) -> tuple[int, int]:
        """Return the characters of *place*, which `text` or `check` has let pass."""
        part = place if isinstance(place, Span) else self._document.sentences[place]
        return part.char_start, part.char_end

    def check(self, index: int, span: Span | None = None) -> None:
        """Check that sentence *index* may be quoted and that *span* is verbatim and inside it.

        Raises:
            Ungrounded: with the reason.
        """
        if not 0 <= index < len(self._document.sentences):
            raise Ungrounded(f"the document has no sentence {index}")
        if index not in self._reasons:
            self._reasons[index] = self._why_not(self._document.sentences[index])
        if reason := self._reasons[index]:
            raise Ungrounded(reason)
        if span is None:
            return
        self._check_verbatim(span)
        sentence = self._document.sentences[index]
        if not sentence.char_start <= span.char_start <= span.char_end <= sentence.char_end:
            raise Ungrounded(f"its quote at {span.char_start}..{span.char_end} is not inside sentence {index}")

    def cover(self, index: int, span: Span) -> list[int]:
        """Return the sentences that *span* runs over, from *index* on; each of them may be quoted.

        Raises:
            Ungrounded: with the reason; one sentence that may not be quoted is reason enough.
        """
        self.check(index)
        self._check_verbatim(span)
        sentences = self._document.sentences
        covered = [index]
        while covered[-1] + 1 < len(sentences) and sentences[covered[-1] + 1].char_start < span.char_end:
            covered.append(covered[-1] + 1)
        if not sentences[index].char_start <= span.char_start < span.char_end <= sentences[covered[-1]].char_end:
            raise Ungrounded(f"its quote at {span.char_start}..{span.char_end} does not begin in sentence {index}")
        for each in covered[1:]:
            self.check(each)
        return covered

    def _check_row(self, span: Span) -> None:
        self._check_verbatim(span)
        if "\0" in span.quote:
            raise Ungrounded("its row holds a NUL character, which no store keeps")
        if self._table_of(span) is None:
            raise Ungrounded(f"no table of the document holds its row at {span.char_start}..{span.char_end}")

    def _table_of(self, span: Span) -> Table | None:
        return next(
            (t for t in self._document.tables if t.char_start <= span.char_start and span.char_end <= t.char_end), None
        )

    def _check_verbatim(self, span: Span) -> None:
        if self._document.text[span.char_start : span.char_end] != span.quote or not span.quote:
            raise Ungrounded(f"its quote does not stand verbatim at {span.char_start}..{span.char_end} of the text")

    def quote(self, place: Place, confidence: float) -> str:
        """Return the key of the Evidence for *place*, which `check` or `text` has let pass."""
        row = self._rows.get(self.range(place))
        if row is None:
            row = self._table_row(place) if isinstance(place, Span) else self._row(self._document.sentences[place])
            self._rows[self.range(place)] = row
        row["confidence"] = max(row["confidence"], confidence)
        return str(row["key"])

    def _why_not(self, sentence: Sentence) -> str | None:
        text = self._document.quote(sentence)
        if not text.strip():
            return "its sentence is empty"
        if "\0" in text:
            return "its sentence holds a NUL character, which no store keeps"
        if self._document.kind is not DocumentKind.REVIEW:
            return None
        if self._document.sections[sentence.section].role is SectionRole.AUTHORS:
            return "a review sentence that names a person is not quoted: a list of authors"
        given_away = person_named_in(text, self._document.bibliography.authors)
        return f"a review sentence that names a person is not quoted: {given_away}" if given_away else None

    def _row(self, sentence: Sentence) -> dict[str, Any]:
        heading = self._document.sections[sentence.section].heading
        return self._evidence(sentence, self._document.quote(sentence), heading, sentence.boxes)

    def _table_row(self, span: Span) -> dict[str, Any]:
        table = self._table_of(span)
        assert table is not None  # `text` has let it pass
        return self._evidence(span, span.quote, table.label or "", table.boxes)

    def _evidence(self, place: Sentence | Span, quote: str, section: str, boxes: Sequence[Box]) -> dict[str, Any]:
        start, end = place.char_start, place.char_end
        return {
            "key": hashed_key("evidence", self._document.key, start, end, self._extraction_id),
            "quote": quote,
            "section": section or None,
            "char_start": start,
            "char_end": end,
            "page": boxes[0].page if boxes else None,
            "boxes": [box.model_dump() for box in boxes] or None,
            "extractor": self._extractor,
            "confidence": 0.0,
        }
