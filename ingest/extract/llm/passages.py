"""A document cut into the passages that are asked about: whole sentences, in one section, of bounded length.

Guarantees: a passage is a range of the document's text, so that a quote found in it has its place; nothing is asked
about that the rules leave unread (references, acknowledgements, appendices).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.vocabulary.document import Document, DocumentKind, SectionRole
from ingest.extract.llm.answers import Kind
from ingest.extract.sections import Part, parts

LONGEST = 6000  # characters, some 1,500 tokens: answers get worse over long passages
_SHORTEST = 40


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of the document, with the sentences it holds (first to last, exclusive)."""

    kind: Kind
    heading: str
    char_start: int
    char_end: int
    first: int
    last: int

    def text(self, document: Document) -> str:
        """Return the passage verbatim."""
        return document.text[self.char_start : self.char_end]


def passages(document: Document) -> tuple[Passage, ...]:
    """Return the passages of *document* in reading order."""
    return tuple(_cut(document))


def _cut(document: Document) -> Iterator[Passage]:
    review = document.kind is DocumentKind.REVIEW
    kinds = parts(document)
    group: list[int] = []
    for index, sentence in enumerate(document.sentences):
        read = (
            _argues(document.sections[sentence.section].role) if review else kinds[sentence.section] is not Part.UNREAD
        )
        if group and (not read or not _continues(document, group, index)):
            yield from _passage(document, group, review=review)
            group = []
        if read:
            group.append(index)
    if group:
        yield from _passage(document, group, review=review)


def _argues(role: SectionRole) -> bool:
    return role is not SectionRole.REVIEW_SUMMARY


def _continues(document: Document, group: list[int], index: int) -> bool:
    first, last, new = (document.sentences[each] for each in (group[0], group[-1], index))
    return new.section == last.section and new.char_end - first.char_start <= LONGEST


def _passage(document: Document, group: list[int], *, review: bool) -> Iterator[Passage]:
    start, end = document.sentences[group[0]].char_start, document.sentences[group[-1]].char_end
    if end - start < _SHORTEST:
        return
    heading = document.sections[document.sentences[group[0]].section].heading
    yield Passage("review" if review else "paper", heading, start, end, group[0], group[-1] + 1)
