"""Annotated token sequences as Documents, for the rules of the extractor alone. Sibling file.

Text is rebuilt with the spaces that prose would have; for each token its character range is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.canonical import sha256_hex
from graph.vocabulary.document import Document, DocumentKind, Format, Section, SectionRole, Sentence
from graph.vocabulary.extraction import Mention, MethodRole, NameType
from ingest.extract import extract
from ingest.extract.extractor import mentions_of
from ingest.settings import Components, ExtractSettings

_NO_SPACE_BEFORE = frozenset(",.;:!?)]}%'") | {"'s", "n't"}
_NO_SPACE_AFTER = frozenset("([{")

_RULES = ExtractSettings(components=Components.RULES)

TokenKey = tuple[int, int, NameType]


@dataclass
class Prose:
    """A text built from tokens, and for each character range the token it is."""

    parts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, token: str, *, first: bool) -> None:
        """Append one token, with the space that prose would put before it."""
        glued = first or not self.parts or token in _NO_SPACE_BEFORE or self.parts[-1] in _NO_SPACE_AFTER
        if not glued:
            self.parts.append(" ")
            self.size += 1
        self.starts.append(self.size)
        self.parts.append(token)
        self.size += len(token)
        self.ends.append(self.size)

    def line(self) -> None:
        """End the line."""
        self.parts.append("\n")
        self.size += 1


def document(text: str, sections: Sequence[Section], sentences: Sequence[Sentence]) -> Document:
    return Document(
        key=sha256_hex(text.encode()),
        kind=DocumentKind.PAPER,
        format=Format.TEXT,
        parser="benchmark/1",
        text=text,
        sections=tuple(sections),
        sentences=tuple(sentences),
    )


def sentence_document(tokens: Sequence[str]) -> tuple[Document, Prose]:
    """Return one sentence as a document."""
    prose = Prose()
    for number, token in enumerate(tokens):
        prose.add(token, first=number == 0)
    body = "".join(prose.parts)
    section = Section(heading="", role=SectionRole.BODY, level=1, char_start=0, char_end=len(body))
    return document(body, [section], [Sentence(char_start=0, char_end=len(body), section=0)]), prose


def sectioned_document(
    words: Sequence[str], sentences: Sequence[tuple[int, int]], sections: Sequence[tuple[int, int]]
) -> tuple[Document, Prose]:
    """Return a whole paper as a document; the first section is read as title and abstract."""
    prose = Prose()
    found_sentences: list[Sentence] = []
    found_sections: list[Section] = []
    for number, (begin, end) in enumerate(sections):
        start = prose.size
        for first, last in sentences:
            if not begin <= first < end:
                continue
            at = prose.size
            for position in range(first, last):
                prose.add(words[position], first=position == first)
            found_sentences.append(Sentence(char_start=at, char_end=prose.size, section=number))
            prose.line()
        heading = " ".join(words[begin : min(end, begin + 8)]) if number else ""
        role = SectionRole.BODY if number else SectionRole.ABSTRACT
        found_sections.append(Section(heading=heading, role=role, level=1, char_start=start, char_end=prose.size))
    return document("".join(prose.parts), found_sections, found_sentences), prose


def lined_document(lines: Sequence[str], headings: Sequence[bool]) -> tuple[Document, list[int]]:
    """Return a text of one sentence a line as a document, and the line number of each sentence."""
    sections: list[Section] = []
    sentences: list[Sentence] = []
    numbers: list[int] = []
    at = start = 0
    heading, role = "", SectionRole.TITLE
    for number, (line, is_heading) in enumerate(zip(lines, headings, strict=True), start=1):
        if number > 1 and is_heading:
            sections.append(Section(heading=heading, role=role, level=1, char_start=start, char_end=at))
            heading, start = line.strip(), at
            role = SectionRole.ABSTRACT if heading.lower() == "abstract" else SectionRole.BODY
        elif line.strip():
            sentences.append(Sentence(char_start=at, char_end=at + len(line), section=len(sections)))
            numbers.append(number)
        at += len(line) + 1
    body = "\n".join(lines)
    sections.append(Section(heading=heading, role=role, level=1, char_start=start, char_end=len(body)))
    return document(body, sections, sentences), numbers


def mentions_by_rules(document_: Document) -> list[Mention]:
    """Return the mentions that the rules find, whatever weights are installed."""
    return mentions_of(document_, settings=_RULES)


def token_mentions(document_: Document, prose: Prose) -> dict[TokenKey, float]:
    """Return the rules' mentions as token ranges; one that cuts a token counts as predicted and wrong."""
    first_at = {start: number for number, start in enumerate(prose.starts)}
    last_at = {end: number + 1 for number, end in enumerate(prose.ends)}
    found: dict[TokenKey, float] = {}
    for mention in mentions_by_rules(document_):
        first = first_at.get(mention.span.char_start, -1 - mention.span.char_start)
        found[first, last_at.get(mention.span.char_end, -1), mention.type] = mention.confidence
    return found


def contribution_sentences(document_: Document) -> set[int]:
    """Return the sentences in which the rules found something the paper contributes."""
    extraction = extract(document_, settings=_RULES)
    roles = (MethodRole.PROPOSED, MethodRole.USED)
    found = {mention.sentence for mention in extraction.mentions if mention.role in roles and mention.confidence >= 0.9}
    found |= {claim.sentence for claim in extraction.claims}
    found |= {result.sentence for result in extraction.results}
    return found | {problem.sentence for problem in extraction.problems if problem.sentence < 12}
