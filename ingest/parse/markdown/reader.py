"""The sections of a Markdown paper, and what stands in them, as ranges over the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from graph.canonical import sha256_hex
from graph.vocabulary.document import (
    Bibliography,
    Document,
    DocumentKind,
    Format,
    Formula,
    Reference,
    SectionRole,
    Table,
)
from ingest.parse.citations import find_citations
from ingest.parse.front_fields import bibliography_of
from ingest.parse.headings import appendix_letter, is_caption, is_known, level_by_name, read_heading, role_of
from ingest.parse.markdown.asides import Aside, find_asides
from ingest.parse.markdown.bibliography import read_bibliography
from ingest.parse.markdown.converted_headings import (
    is_author,
    is_float_title,
    is_no_heading,
    opens_checklist,
    plain_title,
)
from ingest.parse.markdown.front import read_front, words_of_heading
from ingest.parse.markdown.tables import read_cells
from ingest.parse.markdown_blocks import Block, BlockKind, FrontMatter, read_blocks, read_front_matter
from ingest.parse.parts import Parts
from ingest.parse.text_normalisation import one_line

PARSER = "markdown/2"
_BACK_MATTER = {SectionRole.REFERENCES, SectionRole.APPENDIX}
_TABLE_LABEL = re.compile(
    r"[*_ \t]*(?P<label>(?:supplementary |extended data )?tab(?:le|\.)\s*[A-Z]?\.?\d+(?:\.\d+)?)", re.IGNORECASE
)
_FORMULA_MARK = re.compile(r"<!--\s*formula", re.IGNORECASE)
_FORMULA_NUMBER = re.compile(
    r"\\tag\s*\{(?P<tag>[^{}]+)\}|\((?P<number>[A-Z]?\.?\d+(?:\.\d+)?[a-z]?)\)\s*(?:\$\$)?\s*$"
)
_LONE_NUMBER = re.compile(r"\s*\((?P<number>[A-Z]?\.?\d+(?:\.\d+)?[a-z]?)\)\s*$")
_AMPERSAND = re.compile("&amp;")  # as converters write it; what is read in its place is as long
_NEAR = 2  # a caption stands at most that many blocks from its table
_FEW_LINE_NUMBERS = 20
_MOST = 0.9


class MarkdownReader:
    """One file."""

    def __init__(self, text: str, content: bytes) -> None:
        self.text, self.content = text, content
        self.front: FrontMatter = read_front_matter(text)
        self.blocks = read_blocks(text, self.front.body_start)
        self.parts = Parts(text)
        self.abstract = ""
        self.references: list[Reference] = []
        self.tables: list[Table] = []
        self.formulas: list[Formula] = []
        self._captions: dict[int, int] = {}  # the place of a caption's block → the index of its section
        self._asides = find_asides(text, self.blocks)
        numbers = [b for b in self.blocks if self._asides.get(b.start) is Aside.FURNITURE]
        self._line_numbered = sum(text[b.start : b.end].strip().isdigit() for b in numbers) >= _FEW_LINE_NUMBERS
        self._in_checklist = False
        self._usual = 1  # hashes of a heading

    def document(self) -> Document:
        """Return the Document."""
        stated = bibliography_of(self.front.fields)
        front = read_front(self.text, self.blocks, body_start=self.front.body_start, stated=stated, parts=self.parts)
        self.abstract = front.abstract
        if front.opening is not None:
            role, heading, level, inner = front.opening
            self._fill(role, inner, heading=heading, level=level, start=inner[0].start, end=inner[-1].end)
        self._sections(front.sections_at)
        sentences = self.parts.sentences
        return Document(
            key=sha256_hex(self.content),
            kind=DocumentKind.PAPER,
            format=Format.MARKDOWN,
            parser=PARSER,
            text=self.text,
            bibliography=Bibliography(
                **{
                    **stated.model_dump(),
                    "title": front.title,
                    "authors": front.authors,
                    "abstract": stated.abstract or self.abstract,
                }
            ),
            sections=self.parts.sections,
            sentences=sentences,
            references=tuple(self.references),
            citations=find_citations(
                _AMPERSAND.sub("&    ", self.text), self.references, [(s.char_start, s.char_end) for s in sentences]
            ),
            tables=tuple(self.tables),
            formulas=tuple(self.formulas),
            warnings=(self.front.problem,) if self.front.problem else (),
        )

    # -- sections ---------------------------------------------------------------------------------------------------

    def _sections(self, at: int) -> None:
        headings = [b for b in self.blocks[at:] if b.kind is BlockKind.HEADING]
        top = min((b.level for b in headings), default=1)
        converted = self._levels_are_lost(headings)
        seen_references, depth = False, 0
        while at < len(self.blocks):
            block = self.blocks[at]
            stop = at + 1
            while stop < len(self.blocks) and not self._opens_section(stop, converted=converted):
                stop += 1
            title = plain_title(block.title, line_numbered=self._line_numbered)
            parsed = appendix_letter(title) if seen_references else read_heading(title)
            role = role_of(parsed.title, after_references=seen_references)
            if role is SectionRole.ABSTRACT and (self.abstract or parsed.number):
                role = SectionRole.BODY
            seen_references = seen_references or role in _BACK_MATTER
            level = block.level - top + 1
            if converted:
                level = parsed.depth or level_by_name(parsed.title) or (depth + 1 if depth else 0)
                if self._in_checklist and parsed.number and parsed.number.isdigit():
                    level = 2
                depth = level if parsed.number else depth
            if opens_checklist(parsed.title):
                self._in_checklist, depth = True, 1
            elif parsed.number and parsed.number[0].isalpha():
                self._in_checklist = False
            end = self.blocks[stop].start if stop < len(self.blocks) else len(self.text)
            inner = self.blocks[at + 1 : stop]
            self._fill(role, inner, heading=parsed.title, level=level, start=block.end, end=end, number=parsed.number)
            at = stop

    def _levels_are_lost(self, headings: Sequence[Block]) -> bool:
        """Say whether (nearly) all headings have one number of hashes; ``3`` and ``3.1`` alike, if there are some."""
        if not headings:
            return False
        self._usual, count = Counter(b.level for b in headings).most_common(1)[0]
        if count == len(headings):
            return True
        depths = {read_heading(b.title).depth for b in headings if b.level == self._usual} - {0}
        return count >= _MOST * len(headings) and len(depths) > 1

    def _opens_section(self, at: int, *, converted: bool) -> bool:
        """Say whether the block at *at* is the heading of a section, and not one that only a converter took for it."""
        block = self.blocks[at]
        if block.kind is not BlockKind.HEADING:
            return False
        if not converted:
            return True
        title = plain_title(block.title, line_numbered=self._line_numbered)
        numbered = read_heading(title).number is not None
        if block.level != self._usual and not numbered and not is_known(title):
            return False  # a comment in code, after all
        if is_float_title(title) or is_no_heading(title, numbered=numbered):
            return False
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        return following is None or not is_author(title, self.text[following.start : following.end])

    def _fill(
        self,
        role: SectionRole,
        blocks: Sequence[Block],
        *,
        heading: str,
        level: int,
        start: int,
        end: int,
        number: str | None = None,
    ) -> None:
        """Open a section and add its sentences; captions, tables and footnotes in it get sections of their own."""
        index = self.parts.open(role, start, end, heading=heading, level=level, number=number)
        if role is SectionRole.REFERENCES:
            self.references += read_bibliography(self.text, start, end, line_numbered=self._line_numbered)
            return
        if role is SectionRole.ABSTRACT and not self.abstract:
            prose = [b for b in blocks if b.kind is BlockKind.PARAGRAPH and b.start not in self._asides]
            self.abstract = one_line(" ".join(self.text[b.start : b.end] for b in prose))
        for block in blocks:
            if block.kind is BlockKind.HEADING:
                self._no_section(block, index)
            elif block.kind is BlockKind.PARAGRAPH:
                self._paragraph(block, index)
        for at, block in enumerate(blocks):
            if block.kind is BlockKind.TABLE:
                self._table(block, blocks, at)
            elif block.kind is BlockKind.FORMULA or self._stands_for_formula(block):
                self._formula(block, blocks[at + 1] if at + 1 < len(blocks) else None)

    def _no_section(self, block: Block, section: int) -> None:
        """A heading that opens no section is a caption or a sentence; a name alone is neither."""
        begin = words_of_heading(self.text, block)
        if is_float_title(block.title):
            self.parts.add_prose(self.parts.open(SectionRole.CAPTION, begin, block.end), begin, block.end)
        elif is_known(block.title) or not is_author(block.title, "@"):
            self.parts.add_sentence(section, begin, block.end)

    def _paragraph(self, block: Block, section: int) -> None:
        aside = self._asides.get(block.start)
        if aside in {Aside.FURNITURE, Aside.LABEL}:
            return
        if aside is Aside.FOOTNOTE:
            section = self.parts.open(SectionRole.FOOTNOTE, block.start, block.end)
        elif is_caption(self.text[block.start : block.end].lstrip("*_ \t")):
            section = self.parts.open(SectionRole.CAPTION, block.start, block.end)
            self._captions[block.start] = section
        self.parts.add_prose(section, block.start, block.end)

    # -- tables and formulas ----------------------------------------------------------------------------------------

    def _table(self, block: Block, blocks: Sequence[Block], at: int) -> None:
        self.parts.open(SectionRole.TABLE, block.start, block.end)
        label, caption = self._caption_of(blocks, at)
        cells = read_cells(self.text, block)
        self.tables.append(Table(char_start=block.start, char_end=block.end, cells=cells, label=label, caption=caption))

    def _caption_of(self, blocks: Sequence[Block], at: int) -> tuple[str | None, int | None]:
        """Return label and section of the caption of the table at *at*: before it, else behind it, and of no other."""
        for steps in (range(at - 1, max(at - 1 - _NEAR, -1), -1), range(at + 1, min(at + 1 + _NEAR, len(blocks)))):
            for near in steps:
                if blocks[near].kind is BlockKind.TABLE:
                    break
                section = self._captions.get(blocks[near].start)
                label = _TABLE_LABEL.match(self.text, blocks[near].start)
                if section is not None and label and all(t.caption != section for t in self.tables):
                    return " ".join(label.group("label").split()), section
        return None, None

    def _stands_for_formula(self, block: Block) -> bool:
        return block.kind is BlockKind.COMMENT and _FORMULA_MARK.match(self.text, block.start) is not None

    def _formula(self, block: Block, following: Block | None) -> None:
        """The number stands inside, or alone behind a formula."""
        number: str | None = None
        if found := _FORMULA_NUMBER.search(self.text[block.start : block.end]):
            number = f"({found.group('tag') or found.group('number')})"
        elif following is not None and (alone := _LONE_NUMBER.fullmatch(self.text[following.start : following.end])):
            number = f"({alone.group('number')})"
        self.formulas.append(Formula(char_start=block.start, char_end=block.end, number=number))
