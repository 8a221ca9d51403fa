"""A paper in Markdown to a Document, as authored (front matter, levels) or as PDF converters write it.

The text is the decoded file, character for character. Converters give each heading the same number of hashes: then
levels come from the section numbers, and are 0 where there is none. Code, tables and display formulas are no prose
and hold no sentences; what lies between the title and the first heading is the authors' part.
"""

from __future__ import annotations

import re

from graph.canonical import sha256_hex
from graph.vocabulary.document import Bibliography, Document, DocumentKind, Format, Reference, SectionRole
from ingest.parse.author_names import read_author_line
from ingest.parse.front_fields import bibliography_of
from ingest.parse.headings import appendix_letter, is_caption, is_known, level_by_name, read_heading, role_of
from ingest.parse.markdown_blocks import Block, BlockKind, FrontMatter, plain_heading, read_blocks, read_front_matter
from ingest.parse.parts import Parts
from ingest.parse.references import read_entries
from ingest.parse.text_normalisation import letters_and_digits, one_line

PARSER = "markdown/1"
_BACK_MATTER = {SectionRole.REFERENCES, SectionRole.APPENDIX}
_RUN_IN_ABSTRACT = re.compile(r"[*_]{0,3}abstract[*_]{0,3}\s*[.:—–-]+[*_]{0,3}\s*(?=\S)", re.IGNORECASE)
_FRONT_HEADINGS = 60  # that many authors may be headings before the abstract is one
_ABSTRACT_MIN_WORDS = 40  # a shorter paragraph under the title is a note or an address


def parse_markdown(text: str, *, content: bytes) -> list[Document]:
    """Read a paper in Markdown; *text* is the decoded *content*."""
    return [_MarkdownReader(text, content).document()]


class _MarkdownReader:
    def __init__(self, text: str, content: bytes) -> None:
        self.text, self.content = text, content
        self.front: FrontMatter = read_front_matter(text)
        self.blocks = read_blocks(text, self.front.body_start)
        self.stated = bibliography_of(self.front.fields)
        self.parts = Parts(text)
        self.title, self.authors = self.stated.title, self.stated.authors
        self.abstract = ""
        self.references: list[Reference] = []

    def document(self) -> Document:
        """Return the Document."""
        at = self._title_block()
        at = self._front_part(at)
        self._sections(at)
        stated = self.stated
        return Document(
            key=sha256_hex(self.content),
            kind=DocumentKind.PAPER,
            format=Format.MARKDOWN,
            parser=PARSER,
            text=self.text,
            bibliography=Bibliography(
                **{
                    **stated.model_dump(),
                    "title": self.title,
                    "authors": self.authors,
                    "abstract": stated.abstract or self.abstract,
                }
            ),
            sections=self.parts.sections,
            sentences=self.parts.sentences,
            references=tuple(self.references),
            warnings=(self.front.problem,) if self.front.problem else (),
        )

    def _title_block(self) -> int:
        """Open the title section and return the index of the first block behind it."""
        if self.title and (found := self._in_front_matter(self.title)):
            index = self.parts.open(SectionRole.TITLE, *found)
            self.parts.add_sentence(index, *found)
        for at, block in enumerate(self.blocks):
            if block.kind is BlockKind.HEADING:
                parsed = read_heading(block.title)
                same = not self.title or one_line(block.title).casefold() == self.title.casefold()
                if parsed.number or role_of(block.title, after_references=False) is not SectionRole.BODY or not same:
                    return self._untitled(at)
                if not self.title:
                    begin = self.text.index(block.title.split()[0], block.start) if block.title else block.start
                    index = self.parts.open(SectionRole.TITLE, begin, block.end)
                    self.parts.add_sentence(index, begin, block.end)
                    self.title = block.title
                return at + 1
        return self._untitled(0)

    def _untitled(self, heading_at: int) -> int:
        """Take the first paragraph before the first heading for the title, where nothing states one."""
        first = self.blocks[0] if self.blocks else None
        if (
            self.title
            or first is None
            or first.kind is not BlockKind.PARAGRAPH
            or (heading_at == 0 and len(self.blocks) > 1 and any(b.kind is BlockKind.HEADING for b in self.blocks[:1]))
        ):
            return 0
        words = one_line(self.text[first.start : first.end])
        if len(words) > 250:
            return 0
        index = self.parts.open(SectionRole.TITLE, first.start, first.end)
        self.parts.add_sentence(index, first.start, first.end)
        self.title = plain_heading(words)
        return 1

    def _in_front_matter(self, value: str) -> tuple[int, int] | None:
        """Find a front-matter value in the file, where YAML has not folded more than white space."""
        pattern = r"\s+".join(re.escape(word) for word in value.split())
        match = re.compile(pattern).search(self.text, 0, self.front.body_start) if pattern else None
        return (match.start(), match.end()) if match else None

    def _front_part(self, at: int) -> int:
        """Read what lies before the first heading: authors, and an abstract without a heading of its own."""
        begin = at
        at = self._front_end(at)
        kinds = {BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CODE}
        paragraphs = [b for b in self.blocks[begin:at] if b.kind in kinds]
        has_abstract = any(
            b.kind is BlockKind.HEADING
            and role_of(read_heading(b.title).title, after_references=False) is SectionRole.ABSTRACT
            for b in self.blocks[at : at + 4]
        )
        own = next((b for b in paragraphs if self._opens_abstract(b, has_abstract=has_abstract)), None)
        authors = [b for b in paragraphs if own is None or b.start < own.start]
        if own is not None or (not has_abstract and at == len(self.blocks)):
            authors = [b for b in authors if not self._is_prose(b)]
        if authors:
            self.parts.open(SectionRole.AUTHORS, authors[0].start, authors[-1].end)
            self.authors = self.authors or self._names(authors)
        if (
            self.stated.abstract
            and own is None
            and not has_abstract
            and (found := self._in_front_matter(self.stated.abstract))
        ):
            index = self.parts.open(SectionRole.ABSTRACT, *found, heading="Abstract", level=1)
            self.parts.add_prose(index, *found)
        rest = [b for b in self.blocks[begin:at] if b not in authors]
        if own is not None:
            rest = [b for b in rest if b.start >= own.start]
            marker = _RUN_IN_ABSTRACT.match(self.text, own.start)
            rest[0] = own._replace(start=marker.end() if marker else own.start)
            self.abstract = one_line(self.text[rest[0].start : rest[-1].end])
            self._fill(SectionRole.ABSTRACT, rest, heading="Abstract", level=1, start=rest[0].start, end=rest[-1].end)
        elif rest and any(b.kind is not BlockKind.COMMENT for b in rest):
            self._fill(SectionRole.BODY, rest, heading="", level=0, start=rest[0].start, end=rest[-1].end)
        return at

    def _front_end(self, at: int) -> int:
        """Return where the first section begins: at the abstract or introduction, else at the first heading.

        Converters make headings of authors' names; what stands before the abstract is none.
        """
        headings = [i for i in range(at, len(self.blocks)) if self.blocks[i].kind is BlockKind.HEADING]
        for i in headings[:_FRONT_HEADINGS]:
            parsed = read_heading(self.blocks[i].title)
            role = role_of(parsed.title, after_references=False)
            if role is SectionRole.ABSTRACT or letters_and_digits(parsed.title) == "introduction":
                return i
            if parsed.number or is_known(parsed.title):
                break
        return headings[0] if headings else len(self.blocks)

    def _is_prose(self, block: Block) -> bool:
        words = self.text[block.start : block.end].split()
        return (
            len(words) >= _ABSTRACT_MIN_WORDS and sum(w[-1] in ".?!" for w in words) >= 2 and "@" not in "".join(words)
        )

    def _opens_abstract(self, block: Block, *, has_abstract: bool) -> bool:
        if _RUN_IN_ABSTRACT.match(self.text, block.start):
            return True
        return not has_abstract and not self.stated.abstract and self._is_prose(block)

    def _names(self, blocks: list[Block]) -> tuple[str, ...]:
        names: list[str] = []
        for block in blocks:
            for line in self.text[block.start : block.end].splitlines():
                names += read_author_line(line.lstrip("#` ").replace("**", ""))
        return tuple(dict.fromkeys(names))

    def _sections(self, at: int) -> None:
        headings = [b for b in self.blocks[at:] if b.kind is BlockKind.HEADING]
        levels = {b.level for b in headings}
        top = min(levels, default=1)
        seen_references = False
        while at < len(self.blocks):
            block = self.blocks[at]
            stop = at + 1
            while stop < len(self.blocks) and self.blocks[stop].kind is not BlockKind.HEADING:
                stop += 1
            parsed = appendix_letter(block.title) if seen_references else read_heading(block.title)
            role = role_of(parsed.title, after_references=seen_references)
            if role is SectionRole.ABSTRACT and (self.abstract or parsed.number):
                role = SectionRole.BODY
            seen_references = seen_references or role in _BACK_MATTER
            level = block.level - top + 1 if len(levels) > 1 else parsed.depth or level_by_name(parsed.title)
            end = self.blocks[stop].start if stop < len(self.blocks) else len(self.text)
            inner = self.blocks[at + 1 : stop]
            self._fill(role, inner, heading=parsed.title, level=level, start=block.end, end=end, number=parsed.number)
            at = stop

    def _fill(
        self,
        role: SectionRole,
        blocks: list[Block],
        *,
        heading: str,
        level: int,
        start: int,
        end: int,
        number: str | None = None,
    ) -> None:
        """Open a section and add its sentences; captions and tables in it get sections of their own."""
        index = self.parts.open(role, start, end, heading=heading, level=level, number=number)
        if role is SectionRole.REFERENCES:
            self.references += read_entries(self.text, start, end)
            return
        if role is SectionRole.ABSTRACT and not self.abstract:
            prose = [self.text[b.start : b.end] for b in blocks if b.kind is BlockKind.PARAGRAPH]
            self.abstract = one_line(" ".join(prose))
        for block in blocks:
            if block.kind is BlockKind.TABLE:
                self.parts.open(SectionRole.TABLE, block.start, block.end)
            elif block.kind is BlockKind.PARAGRAPH:
                caption = is_caption(self.text[block.start : block.end].lstrip("*_ \t"))
                section = self.parts.open(SectionRole.CAPTION, block.start, block.end) if caption else index
                self.parts.add_prose(section, block.start, block.end)
