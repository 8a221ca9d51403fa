"""A paper in plain text to a Document: the text is the decoded file; headings are lines that look like one.

A heading is a line of its own that carries a section number, is in capitals, or is a name that papers use
("Related Work"). Levels come from numbers only. The title is the first paragraph, unless that is prose.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from graph.canonical import sha256_hex
from graph.vocabulary.document import Bibliography, Document, DocumentKind, Format, Reference, SectionRole
from ingest.parse.author_names import read_author_line
from ingest.parse.headings import appendix_letter, is_caption, is_known, level_by_name, read_heading, role_of
from ingest.parse.identifiers import read_arxiv, read_doi
from ingest.parse.parts import Parts, trim
from ingest.parse.references import read_entries
from ingest.parse.text_normalisation import letters_and_digits, one_line

PARSER = "plain-text/1"
_MAX_HEADING_WORDS = 12
_MAX_TITLE = 250
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")
_SENTENCE_LIKE = re.compile(r"[.!?;,]$")


class _Line(NamedTuple):
    start: int
    end: int
    words: str


class _Heading(NamedTuple):
    line: _Line
    number: str | None
    title: str
    depth: int


def parse_plain_text(text: str, *, content: bytes) -> list[Document]:
    """Read a paper in plain text; *text* is the decoded *content*."""
    lines = [_Line(m.start(), m.end(), m.group().strip()) for m in re.finditer(r"[^\r\n]+", text) if m.group().strip()]
    headings = _headings(text, lines)
    parts = Parts(text)
    first = headings[0].line.start if headings else len(text)
    title, authors, body_start = _front(text, parts, [line for line in lines if line.start < first])
    if not title and headings and letters_and_digits(headings[0].title) == "title":
        following = next((line for line in lines if line.start >= headings[0].line.end), None)
        if following is not None and len(following.words) <= _MAX_TITLE:
            title = following.words
            index = parts.open(SectionRole.TITLE, following.start, following.end)
            parts.add_sentence(index, following.start, following.end)
            body_start, headings = following.end, headings[1:]
    abstract, references = _sections(text, parts, headings, body_start)
    head = text[:4000]
    return [
        Document(
            key=sha256_hex(content),
            kind=DocumentKind.PAPER,
            format=Format.TEXT,
            parser=PARSER,
            text=text,
            bibliography=Bibliography(
                title=title,
                authors=authors,
                abstract=abstract,
                doi=read_doi(head),
                arxiv=read_arxiv(head) if "arxiv" in head.casefold() else None,
            ),
            sections=parts.sections,
            sentences=parts.sentences,
            references=references,
        )
    ]


def _headings(text: str, lines: list[_Line]) -> list[_Heading]:
    found: list[_Heading] = []
    after_references = False
    for at, line in enumerate(lines):
        words = line.words.rstrip(":")
        if len(words.split()) > _MAX_HEADING_WORDS or not any(c.isalpha() for c in words):
            continue
        parsed = appendix_letter(words) if after_references else read_heading(words)
        name = letters_and_digits(parsed.title)
        stands_alone = _stands_alone(text, line)
        letters = [c for c in parsed.title if c.isalpha()]
        numbered = parsed.number is not None and parsed.title[:1].isupper() and not _SENTENCE_LIKE.search(words)
        capitals = len(letters) >= 4 and all(c.isupper() for c in letters)
        known = is_known(parsed.title) or (name == "title" and at == 0)
        # Behind the references a line that begins with a digit is an entry; the first line of all is the title.
        numbered = numbered and not (after_references and words[0].isdigit())
        if known or ((numbered or (capitals and at > 0)) and stands_alone):
            found.append(_Heading(line, parsed.number, parsed.title, parsed.depth))
        if found and found[-1].line is line and role_of(parsed.title, after_references=False) is SectionRole.REFERENCES:
            after_references = True
    return found


def _stands_alone(text: str, line: _Line) -> bool:
    """A line with an empty line (or the edge of the file) before or behind it."""
    before = text[: line.start].rstrip(" \t")[-3:].replace("\r", "")
    after = text[line.end : line.end + 200].replace("\r", "")
    return (
        not before.strip("\n")
        or before.endswith("\n\n")
        or bool(re.match(r"[ \t]*\n[ \t]*(?:\n|\Z)", after))
        or not after.strip()
    )


def _front(text: str, parts: Parts, lines: list[_Line]) -> tuple[str, tuple[str, ...], int]:
    """Return title, authors and where the text begins; opens the title and authors sections."""
    if not lines:
        return "", (), 0
    match = _PARAGRAPH.match(text, lines[0].start)
    title_end = match.end() if match else lines[0].end
    title = one_line(text[lines[0].start : title_end])
    if len(title) > _MAX_TITLE or len(title.split()) > 30:
        title_end = lines[0].end  # no empty line behind the title
        title = lines[0].words
    if len(title) > _MAX_TITLE:
        return "", (), 0
    index = parts.open(SectionRole.TITLE, lines[0].start, title_end)
    parts.add_sentence(index, lines[0].start, title_end)
    authors: list[str] = []
    end = title_end
    for line in lines:
        if line.start < title_end:
            continue
        names = read_author_line(line.words)
        if not names and len(line.words.split()) > 20:
            break
        authors += names
        end = line.end
    if end > title_end:
        parts.open(SectionRole.AUTHORS, title_end, end)
    return title, tuple(dict.fromkeys(authors)), end


def _sections(text: str, parts: Parts, headings: list[_Heading], body_start: int) -> tuple[str, tuple[Reference, ...]]:
    """Open a section per heading; return the abstract and the references."""
    abstract = ""
    references: tuple[Reference, ...] = ()
    first = headings[0].line.start if headings else len(text)
    start, end = trim(text, body_start, max(first, body_start))
    if start < end:
        known = any(role_of(h.title, after_references=False) is SectionRole.ABSTRACT for h in headings)
        role = SectionRole.BODY if known or not headings else SectionRole.ABSTRACT
        abstract = one_line(text[start:end]) if role is SectionRole.ABSTRACT else ""
        _prose(text, parts, parts.open(role, start, end), start, end)
    after_references = False
    for at, heading in enumerate(headings):
        start = heading.line.end
        end = headings[at + 1].line.start if at + 1 < len(headings) else len(text)
        role = role_of(heading.title, after_references=after_references)
        index = parts.open(
            role,
            start,
            end,
            heading=heading.title,
            number=heading.number,
            level=heading.depth or level_by_name(heading.title),
        )
        if role is SectionRole.REFERENCES:
            references += read_entries(text, start, end)
            after_references = True
            continue
        if role is SectionRole.ABSTRACT and not abstract:
            abstract = one_line(text[start:end])
        _prose(text, parts, index, start, end)
    return abstract, references


def _prose(text: str, parts: Parts, section: int, start: int, end: int) -> None:
    """Add the sentences of each paragraph; one that opens as a caption gets a section of its own."""
    for match in _PARAGRAPH.finditer(text, start, end):
        caption = is_caption(match.group().lstrip())
        own = parts.open(SectionRole.CAPTION, match.start(), match.end()) if caption else section
        parts.add_prose(own, match.start(), match.end())
