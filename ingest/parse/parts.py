"""The parts of a Document while it is being read: sections and their sentences, appended in reading order.

Ranges of sections do not include the heading line and are flat: the range of section 3 ends where 3.1 begins. A
caption, table or footnote that stands inside a section has a section of its own, nested in that range; each sentence
names the innermost one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.vocabulary.document import Box, Section, SectionRole, Sentence
from ingest.parse.sentences import split_sentences

_MAX_HEADING = 300

BoxFinder = Callable[[int, int], tuple[Box, ...]]


class Parts:
    """Collects sections and sentences over one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._sections: list[Section] = []
        self._sentences: list[Sentence] = []

    def open(
        self,
        role: SectionRole,
        start: int,
        end: int,
        *,
        heading: str = "",
        level: int = 0,
        number: str | None = None,
        review: int | None = None,
    ) -> int:
        """Append a section over ``start..end`` and return its index. White space at both ends is left out."""
        start, end = trim(self.text, start, end)
        self._sections.append(
            Section(
                heading=heading[:_MAX_HEADING],
                role=role,
                level=level,
                number=number,
                char_start=start,
                char_end=end,
                review=review,
            )
        )
        return len(self._sections) - 1

    def add_sentence(self, section: int, start: int, end: int, boxes: tuple[Box, ...] = ()) -> None:
        """Append one sentence whose range is known."""
        start, end = trim(self.text, start, end)
        if start < end:
            self._sentences.append(Sentence(char_start=start, char_end=end, section=section, boxes=boxes))

    def add_prose(
        self,
        section: int,
        start: int,
        end: int,
        *,
        lines_end_sentences: bool = False,
        boxes: BoxFinder | None = None,
    ) -> None:
        """Append the sentences of ``start..end``, with the boxes that *boxes* finds for each range."""
        for begin, stop in split_sentences(self.text, start, end, lines_end_sentences=lines_end_sentences):
            found = boxes(begin, stop) if boxes else ()
            self._sentences.append(Sentence(char_start=begin, char_end=stop, section=section, boxes=found))

    def place_for(self, section: int, start: int, end: int) -> int:
        """Return *section* if it holds ``start..end``, else a new one of its role over that range.

        A text that goes on behind a subsection belongs to the section around it, whose own range has ended before.
        """
        start, end = trim(self.text, start, end)
        opened = self._sections[section]
        if start == end or opened.char_start <= start <= end <= opened.char_end:
            return section
        return self.open(opened.role, start, end, level=opened.level)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in the order they were opened."""
        return tuple(self._sections)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences by their place in the text."""
        return tuple(sorted(self._sentences, key=lambda s: (s.char_start, s.char_end)))


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space at its ends; an empty one stays where it begins."""
    begin = start
    while start < end and text[start].isspace():
        start += 1
    if start >= end:
        return begin, begin
    while text[end - 1].isspace():
        end -= 1
    return start, end


def first_year(candidates: Sequence[str | None]) -> int | None:
    """Return the year that the first candidate with one begins with (``2019-06-01``), or None."""
    for candidate in candidates:
        digits = (candidate or "").strip()[:4]
        if digits.isdigit() and 1850 <= int(digits) <= 2099:
            return int(digits)
    return None
