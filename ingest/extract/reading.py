"""A sentence prepared for the rules: words with offsets, the names of the lists found in it, and where it stands.

spaCy's blank English pipeline splits the words and matches the lists (`PhraseMatcher`). Words are split further at
hyphens and slashes, so that "label-smoothing" and "label smoothing" are one; `gaps` keeps what stood between.
spaCy is imported on first use, not on import of this module; the matchers are built once per process.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import NameType, Span
from ingest.extract.lexicon import Entry, entries, plural, problem_terms
from ingest.extract.normal import Normalised, normalise
from ingest.extract.sections import Part
from ingest.extract.sentence_filter import garbled

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher

# Brackets split, too: a text that lost a space glues a citation to a name ("FooNet[3]", "FooNet(Smith").
_SPLIT = re.compile(r"[-/_]+|[()\[\]{}]|[^-/_()\[\]{}]+")
# The tokenizer keeps a full stop after one capital, as in initials; a name such as "FooW." ends a sentence.
_STOPPED = re.compile(r"\w*[a-z0-9][A-Z]\.")
_JOINER = re.compile(r"[-/_]+")
# Where one spelling is a name of two kinds, the first kind wins.
_PRIORITY = (NameType.DATASET, NameType.METRIC, NameType.METHOD, NameType.TASK)


class Word(NamedTuple):
    """A word of the normalised sentence: its range, and what joined it to the word before ('' or '-' or ' ')."""

    text: str
    start: int
    end: int
    gap: str


class Hit(NamedTuple):
    """A name in a sentence: words *first* to *last* (exclusive)."""

    first: int
    last: int
    type: NameType
    name: str
    source: str  # lexicon, acronym, cue, head or document
    entry: Entry | None = None


@dataclass(slots=True, weakref_slot=True)
class Reading:
    """One sentence of prose. `hits`, `sure` and `doubts` grow while a document is read; every other field is fixed.

    `sure` is how sure the trained encoder is of a hit, by its words; `doubts` has the kind it sees there instead.
    """

    index: int
    normal: Normalised
    part: Part
    section: int
    words: tuple[Word, ...]
    hits: list[Hit] = field(default_factory=list)
    lower: str = ""
    lowers: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()
    sure: dict[tuple[int, int], float] = field(default_factory=dict)
    doubts: dict[tuple[int, int], tuple[NameType, float]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The normalised sentence."""
        return self.normal.text

    def word_at(self, position: int) -> int:
        """Return the index of the first word that starts at or after *position*."""
        return bisect_left(self.starts, position)

    def word_before(self, position: int) -> int:
        """Return the index just after the last word that starts before *position*."""
        return bisect_right(self.starts, position - 1)

    def surface(self, first: int, last: int) -> str:
        """Return the normalised text of words *first* to *last* (exclusive)."""
        return self.normal.text[self.words[first].start : self.words[last - 1].end]

    def span(self, document: Document, first: int, last: int) -> Span:
        """Return words *first* to *last* as a verbatim range of the document."""
        return self.range(document, self.words[first].start, self.words[last - 1].end)

    def range(self, document: Document, start: int, end: int) -> Span:
        """Return characters *start* to *end* of the normalised sentence as a verbatim range of the document."""
        first, last = self.normal.start(start), self.normal.end(end)
        return Span(char_start=first, char_end=last, quote=document.text[first:last])


class Matchers:
    """The tokenizer and the lists' matchers. One per process: building them takes some tenths of a second."""

    def __init__(self) -> None:
        import spacy
        from spacy.matcher import PhraseMatcher
        from spacy.tokens import Doc

        self._nlp: Language = spacy.blank("en")
        self._doc = Doc
        self._exact: PhraseMatcher = PhraseMatcher(self._nlp.vocab, attr="ORTH")
        self._any_case: PhraseMatcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._entries: dict[int, Entry] = {}
        for type in _PRIORITY:
            for number, entry in enumerate(entries(type)):
                self._add(f"{type}:{number}", entry)
        self._problems: PhraseMatcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        for number, spellings in enumerate(problem_terms()):
            patterns = [
                self._doc(self._nlp.vocab, words=[word.text for word in self.words(each)]) for each in spellings
            ]
            self._problems.add(f"problem:{number}", patterns)

    def _add(self, key: str, entry: Entry) -> None:
        self._entries[self._nlp.vocab.strings.add(key)] = entry
        for spelling in entry.spellings:
            words = [word.text for word in self.words(spelling)]
            forms = [words]
            if words[-1][-1].isalpha() and not entry.in_context:
                last = f"{words[-1]}s" if words[-1].isupper() else plural(words[-1])
                forms.append([*words[:-1], last])
            matcher = self._any_case if spelling == spelling.lower() else self._exact
            matcher.add(key, [self._doc(self._nlp.vocab, words=form) for form in forms])

    def words(self, text: str) -> tuple[Word, ...]:
        """Return the words of *text*, split at spaces, punctuation, hyphens and slashes."""
        found: list[Word] = []
        previous = 0
        for token in self._nlp.tokenizer(text):
            start = token.idx
            if token.text.isspace():
                continue
            if previous == start and _is_unit(found, token.text):
                last = found.pop()
                previous = start + len(token.text)
                found.append(Word(last.text + token.text, last.start, previous, last.gap))
                continue
            body = token.text[:-1] if _STOPPED.fullmatch(token.text) else token.text
            for piece in _SPLIT.finditer(body) if len(token.text) > 1 else ():
                if _JOINER.fullmatch(piece.group()):
                    continue
                at = start + piece.start()
                found.append(Word(piece.group(), at, start + piece.end(), text[previous:at]))
                previous = start + piece.end()
            if body != token.text:
                end = start + len(token.text)
                found.append(Word(".", end - 1, end, ""))
                previous = end
            if len(token.text) == 1 and token.text not in "-/_":
                found.append(Word(token.text, start, start + 1, text[previous:start]))
                previous = start + 1
        return tuple(found)

    def hits(self, words: Sequence[Word]) -> list[tuple[int, int, Entry]]:
        """Return every list entry found in *words*, overlaps included, as (first, last, entry)."""
        if not words:
            return []
        doc = self._doc(self._nlp.vocab, words=[word.text for word in words])
        found = {(first, last, key) for match in (self._exact, self._any_case) for key, first, last in match(doc)}
        return [(first, last, self._entries[key]) for first, last, key in sorted(found)]

    def problems(self, words: Sequence[Word]) -> list[tuple[int, int]]:
        """Return the settled problems found in *words*, longest first where they overlap, as (first, last)."""
        doc = self._doc(self._nlp.vocab, words=[word.text for word in words])
        found = sorted(
            {(first, last) for _, first, last in self._problems(doc)}, key=lambda each: (each[0] - each[1], each)
        )
        kept: list[tuple[int, int]] = []
        for first, last in found:
            if all(last <= other[0] or first >= other[1] for other in kept):
                kept.append((first, last))
        return sorted(kept)


def _is_unit(found: Sequence[Word], text: str) -> bool:
    """Say whether *text*, glued to the last word, is its end: the tokenizer parts "70M", and "FooNet-70M" is a name."""
    if not found or not text.isalpha() or len(text) > 2 or not found[-1].text[-1].isdigit():
        return False
    before = found[-2].text[-1:] if len(found) > 1 and found[-1].gap == "-" else ""
    return before.isalpha() or any(character.isalpha() for character in found[-1].text)


@cache
def matchers() -> Matchers:
    """Return this process's matchers."""
    return Matchers()


def longest(found: Sequence[Hit]) -> list[Hit]:
    """Return *found* without overlaps: the longest wins, then the kind by priority, then the earlier."""
    order = sorted(found, key=lambda hit: (hit.first - hit.last, _PRIORITY.index(hit.type), hit.first, hit.name))
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in order:
        covered = range(hit.first, hit.last)
        if taken.isdisjoint(covered):
            kept.append(hit)
            taken.update(covered)
    return sorted(kept, key=lambda hit: hit.first)


def read(document: Document, index: int, part: Part) -> Reading | str:
    """Return sentence *index* of *document* prepared for the rules, or why it is not read."""
    sentence = document.sentences[index]
    normal = normalise(document.text[sentence.char_start : sentence.char_end], sentence.char_start)
    if part is not Part.TITLE and (reason := garbled(normal.text)):
        return reason
    words = matchers().words(normal.text)
    if not words:
        return "sentence is empty"
    return Reading(
        index=index,
        normal=normal,
        part=part,
        section=sentence.section,
        words=words,
        lower=normal.text.lower(),
        lowers=tuple(word.text.lower() for word in words),
        starts=tuple(word.start for word in words),
    )
