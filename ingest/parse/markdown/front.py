"""The front of a Markdown paper: title, authors and an abstract without a heading of its own.

`read_front` opens the sections of title and authors; what stands behind them before the first heading it hands back,
for the reader of sections to fill like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from graph.vocabulary.document import Bibliography, SectionRole
from ingest.parse.author_names import read_author_line
from ingest.parse.headings import is_known, read_heading, role_of
from ingest.parse.markdown_blocks import Block, BlockKind, plain_heading
from ingest.parse.parts import Parts
from ingest.parse.text_normalisation import letters_and_digits, one_line

_RUN_IN_ABSTRACT = re.compile(r"[*_]{0,3}abstract[*_]{0,3}\s*[.:—–-]+[*_]{0,3}\s*(?=\S)", re.IGNORECASE)
_OF_NAMES = frozenset(
    ("de", "van", "von", "der", "den", "la", "le", "di", "da", "del", "dos", "bin", "ibn", "al", "el")
)
_FRONT_HEADINGS = 60  # that many authors may be headings before the abstract is one
_ABSTRACT_MIN_WORDS = 40  # a shorter paragraph under the title is a note or an address


class Opening(NamedTuple):
    """Blocks before the first heading that belong into a section: the abstract's, or what else stands there."""

    role: SectionRole
    heading: str
    level: int
    blocks: tuple[Block, ...]


class Front(NamedTuple):
    """What is known of the work before its first section, which begins at block `sections_at`."""

    title: str
    authors: tuple[str, ...]
    abstract: str
    opening: Opening | None
    sections_at: int


def read_front(text: str, blocks: Sequence[Block], *, body_start: int, stated: Bibliography, parts: Parts) -> Front:
    """Read up to the first section; *stated* is what the front matter says, which ends at *body_start*."""
    return _FrontReading(text, blocks, body_start, stated, parts).read()


def words_of_heading(text: str, block: Block) -> int:
    """Return where the words of a heading begin, behind its hashes."""
    return block.end - len(text[block.start : block.end].lstrip("# \t"))


class _FrontReading:
    def __init__(self, text: str, blocks: Sequence[Block], body_start: int, stated: Bibliography, parts: Parts) -> None:
        self._text, self._blocks, self._body_start = text, blocks, body_start
        self._stated, self._parts = stated, parts
        self._title = stated.title

    def read(self) -> Front:
        """Read the title, then what stands between it and the first section."""
        return self._front_part(self._title_block())

    def _title_block(self) -> int:
        """Open the title section and return the index of the first block behind it."""
        if self._title and (found := self._in_front_matter(self._title)):
            index = self._parts.open(SectionRole.TITLE, *found)
            self._parts.add_sentence(index, *found)
        for at, block in enumerate(self._blocks):
            if block.kind is BlockKind.HEADING:
                parsed = read_heading(block.title)
                same = not self._title or one_line(block.title).casefold() == self._title.casefold()
                if parsed.number or role_of(block.title, after_references=False) is not SectionRole.BODY or not same:
                    return self._untitled()
                if not self._title:
                    begin = words_of_heading(self._text, block)
                    index = self._parts.open(SectionRole.TITLE, begin, block.end)
                    self._parts.add_sentence(index, begin, block.end)
                    self._title = block.title
                    if goes_on := self._title_goes_on(at + 1):
                        self._title = f"{self._title} {goes_on}"
                        return at + 2
                return at + 1
        return self._untitled()

    def _title_goes_on(self, at: int) -> str:
        """Return the heading right behind that of the title if it is its second line, as converters cut one in two."""
        following = self._blocks[at] if at < len(self._blocks) else None
        if following is None or following.kind is not BlockKind.HEADING:
            return ""
        parsed = read_heading(following.title)
        named = is_known(parsed.title) or role_of(parsed.title, after_references=False) is not SectionRole.BODY
        # Titles join with words in lower case; names and "Anonymous Author(s)" hold none.
        joins = any(word[0].islower() and word not in _OF_NAMES for word in following.title.split())
        listed = len(read_author_line(following.title)) > 1 or "@" in following.title
        return following.title if joins and not (parsed.number or named or listed) else ""

    def _untitled(self) -> int:
        """Take the first paragraph before the first heading for the title, where nothing states one."""
        first = self._blocks[0] if self._blocks else None
        if self._title or first is None or first.kind is not BlockKind.PARAGRAPH:
            return 0
        words = one_line(self._text[first.start : first.end])
        if len(words) > 250:
            return 0
        index = self._parts.open(SectionRole.TITLE, first.start, first.end)
        self._parts.add_sentence(index, first.start, first.end)
        self._title = plain_heading(words)
        return 1

    def _in_front_matter(self, value: str) -> tuple[int, int] | None:
        """Find a front-matter value in the file, where YAML has not folded more than white space."""
        pattern = r"\s+".join(re.escape(word) for word in value.split())
        match = re.compile(pattern).search(self._text, 0, self._body_start) if pattern else None
        return (match.start(), match.end()) if match else None

    def _front_part(self, at: int) -> Front:
        """Read what lies before the first heading: authors, and an abstract without a heading of its own."""
        begin, named, abstract = at, self._stated.authors, ""
        at = self._front_end(at)
        kinds = {BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CODE}
        paragraphs = [b for b in self._blocks[begin:at] if b.kind in kinds]
        has_abstract = any(
            b.kind is BlockKind.HEADING
            and role_of(read_heading(b.title).title, after_references=False) is SectionRole.ABSTRACT
            for b in self._blocks[at : at + 4]
        )
        own = next((b for b in paragraphs if self._opens_abstract(b, has_abstract=has_abstract)), None)
        authors = [b for b in paragraphs if own is None or b.start < own.start]
        if own is not None or (not has_abstract and at == len(self._blocks)):
            authors = [b for b in authors if not self._is_prose(b)]
        if authors:
            self._parts.open(SectionRole.AUTHORS, authors[0].start, authors[-1].end)
            named = named or self._names(authors)
        if (
            self._stated.abstract
            and own is None
            and not has_abstract
            and (found := self._in_front_matter(self._stated.abstract))
        ):
            index = self._parts.open(SectionRole.ABSTRACT, *found, heading="Abstract", level=1)
            self._parts.add_prose(index, *found)
        rest = [b for b in self._blocks[begin:at] if b not in authors]
        opening: Opening | None = None
        if own is not None:
            rest = [b for b in rest if b.start >= own.start]
            marker = _RUN_IN_ABSTRACT.match(self._text, own.start)
            rest[0] = own._replace(start=marker.end() if marker else own.start)
            abstract = one_line(self._text[rest[0].start : rest[-1].end])
            opening = Opening(SectionRole.ABSTRACT, "Abstract", 1, tuple(rest))
        elif any(b.kind is not BlockKind.COMMENT for b in rest):
            opening = Opening(SectionRole.BODY, "", 0, tuple(rest))
        return Front(self._title, named, abstract, opening, at)

    def _front_end(self, at: int) -> int:
        """Return where the first section begins: at the abstract or introduction, else at the first heading.

        Converters make headings of authors' names; what stands before the abstract is none.
        """
        headings = [i for i in range(at, len(self._blocks)) if self._blocks[i].kind is BlockKind.HEADING]
        for i in headings[:_FRONT_HEADINGS]:
            parsed = read_heading(self._blocks[i].title)
            role = role_of(parsed.title, after_references=False)
            if role is SectionRole.ABSTRACT or letters_and_digits(parsed.title) == "introduction":
                return i
            if parsed.number or is_known(parsed.title):
                break
        return headings[0] if headings else len(self._blocks)

    def _is_prose(self, block: Block) -> bool:
        words = self._text[block.start : block.end].split()
        return (
            len(words) >= _ABSTRACT_MIN_WORDS and sum(w[-1] in ".?!" for w in words) >= 2 and "@" not in "".join(words)
        )

    def _opens_abstract(self, block: Block, *, has_abstract: bool) -> bool:
        if _RUN_IN_ABSTRACT.match(self._text, block.start):
            return True
        return not has_abstract and not self._stated.abstract and self._is_prose(block)

    def _names(self, blocks: list[Block]) -> tuple[str, ...]:
        names: list[str] = []
        for block in blocks:
            for line in self._text[block.start : block.end].splitlines():
                names += read_author_line(line.lstrip("#` ").replace("**", ""))
        return tuple(dict.fromkeys(names))
