"""The front of a Markdown paper: title, authors and an abstract without a heading of its own."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from graph.vocabulary.document import SectionRole
from ingest.parse.author_names import read_author_line
from ingest.parse.front_fields import bibliography_of
from ingest.parse.headings import is_known, read_heading, role_of
from ingest.parse.markdown_blocks import Block, BlockKind, FrontMatter, plain_heading, read_blocks, read_front_matter
from ingest.parse.parts import Parts
from ingest.parse.text_normalisation import letters_and_digits, one_line

_RUN_IN_ABSTRACT = re.compile(r"[*_]{0,3}abstract[*_]{0,3}\s*[.:—–-]+[*_]{0,3}\s*(?=\S)", re.IGNORECASE)
_OF_NAMES = frozenset(
    ("de", "van", "von", "der", "den", "la", "le", "di", "da", "del", "dos", "bin", "ibn", "al", "el")
)
_FRONT_HEADINGS = 60  # that many authors may be headings before the abstract is one
_ABSTRACT_MIN_WORDS = 40  # a shorter paragraph under the title is a note or an address


class FrontReader(ABC):
    """Reads up to the first section, and holds what is known of the work."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.front: FrontMatter = read_front_matter(text)
        self.blocks = read_blocks(text, self.front.body_start)
        self.stated = bibliography_of(self.front.fields)
        self.parts = Parts(text)
        self.title, self.authors = self.stated.title, self.stated.authors
        self.abstract = ""

    @abstractmethod
    def fill(
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
        """Open a section and add what *blocks* hold."""

    def title_block(self) -> int:
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
                    begin = self.behind_hashes(block)
                    index = self.parts.open(SectionRole.TITLE, begin, block.end)
                    self.parts.add_sentence(index, begin, block.end)
                    self.title = block.title
                    if goes_on := self._title_goes_on(at + 1):
                        self.title = f"{self.title} {goes_on}"
                        return at + 2
                return at + 1
        return self._untitled(0)

    def behind_hashes(self, block: Block) -> int:
        """Return where the words of a heading begin."""
        printed = self.text[block.start : block.end]
        return block.end - len(printed.lstrip("# \t"))

    def _title_goes_on(self, at: int) -> str:
        """Return the heading right behind that of the title if it is its second line, as converters cut one in two."""
        following = self.blocks[at] if at < len(self.blocks) else None
        if following is None or following.kind is not BlockKind.HEADING:
            return ""
        parsed = read_heading(following.title)
        named = is_known(parsed.title) or role_of(parsed.title, after_references=False) is not SectionRole.BODY
        # Titles join with words in lower case; names and "Anonymous Author(s)" hold none.
        joins = any(word[0].islower() and word not in _OF_NAMES for word in following.title.split())
        listed = len(read_author_line(following.title)) > 1 or "@" in following.title
        return following.title if joins and not (parsed.number or named or listed) else ""

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

    def front_part(self, at: int) -> int:
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
            self.fill(SectionRole.ABSTRACT, rest, heading="Abstract", level=1, start=rest[0].start, end=rest[-1].end)
        elif rest and any(b.kind is not BlockKind.COMMENT for b in rest):
            self.fill(SectionRole.BODY, rest, heading="", level=0, start=rest[0].start, end=rest[-1].end)
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
