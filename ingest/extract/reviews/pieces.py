"""A review cut into units: bullets, numbered items and paragraphs, and what its headings say of each.

Ranges of the document only; nothing is read here. `Piece.polarity` is what the place gives: the form field or a line
such as "Weaknesses:". Only the word rules use it; a trained reader decides by the sentence and its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import Polarity, Severity

READ: dict[SectionRole, Polarity | None] = {
    SectionRole.REVIEW_STRENGTHS: Polarity.POSITIVE,
    SectionRole.REVIEW_WEAKNESSES: Polarity.NEGATIVE,
    SectionRole.REVIEW_QUESTIONS: Polarity.QUESTION,
    SectionRole.REVIEW_LIMITATIONS: Polarity.NEGATIVE,
    SectionRole.REVIEW_DECISION: None,
    SectionRole.REVIEW_OTHER: None,
}
"""The parts that argue, with the polarity that each gives; a summary retells, and a reply is read by `threads`."""

BULLET = re.compile(
    r"(?:^|\n)[ \t>]*(?:[-*•–+▪◦]|\(?\d{1,2}[.):]\)?|\(?[a-z][.)]|\**[SWQCLR]\d{1,2}\**\s*[.:)-]?"
    r"|\[[SWQ]?\d{1,2}\])\s+(?=\S)",
    re.IGNORECASE,
)
LEAD = re.compile(r"[\s*#>•-]*(?:[SWQ]\d{1,2}\**\s*[.:)-]*\**\s*)?[\s*]*", re.IGNORECASE)
_BLANK = re.compile(r"\n\s*\n")
_SWITCH = re.compile(
    r"^[\s#*_>-]*(?P<word>strengths?(?: points?)?|pros|positives?|strong points|advantages"
    r"|weakness(?:es)?(?: points?)?|cons|negatives?|weak points"
    r"|limitations?|concerns?|questions?(?: for (?:the )?authors)?|minor(?: comments| issues| points)?"
    r"|major (?:issues|concerns|weaknesses)|suggestions?|drawbacks|quality|clarity|significance"
    r"|originality)\s*(?:[*_:#-]*\s*$|\**\s*:\**\s*)",
    re.IGNORECASE,
)
_NEUTRAL_WORDS = frozenset({"quality", "clarity", "significance", "originality"})
_SWITCHABLE = frozenset(
    {
        SectionRole.REVIEW_OTHER,
        SectionRole.REVIEW_STRENGTHS,
        SectionRole.REVIEW_WEAKNESSES,
        SectionRole.REVIEW_DECISION,
    }
)
_WEIGHTS = (
    (re.compile(r"\b(?:minor|typos?|nit(?:s|pick\w*)?|small|editorial)\b", re.IGNORECASE), Severity.MINOR),
    (re.compile(r"\b(?:major|main|key|critical)\b", re.IGNORECASE), Severity.MAJOR),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Sentences that a reviewer set apart.

    `polarity` and `weight` are what the headings above say, None where they say nothing; `rank` counts the pieces of
    the section before it.
    """

    sentences: tuple[int, ...]
    section: int
    review: int
    bullet: bool
    rank: int
    polarity: Polarity | None
    weight: Severity | None


def pieces(document: Document) -> list[Piece]:
    """Return the pieces of every part that argues, in section order."""
    inside: dict[int, list[int]] = {}
    for number, sentence in enumerate(document.sentences):
        inside.setdefault(sentence.section, []).append(number)
    return [piece for index in range(len(document.sections)) for piece in _of_section(document, index, inside)]


def _of_section(document: Document, index: int, inside: dict[int, list[int]]) -> Iterator[Piece]:
    section = document.sections[index]
    if section.role not in READ or section.review is None:
        return
    polarity, weight = READ[section.role], _weight(section.heading)
    rank = 0
    for unit, bullet in _units(document, index, inside.get(index, [])):
        sentences = list(unit)
        while sentences:
            text = document.quote(document.sentences[sentences[0]])
            switch = _SWITCH.match(text)
            if switch is None:
                break
            word = switch.group("word").lower()
            weight = _weight(word) if word not in _NEUTRAL_WORDS else weight
            if word not in _NEUTRAL_WORDS and section.role in _SWITCHABLE:
                polarity = _switched(word)
            if switch.end() < len(text.rstrip()):
                break
            sentences.pop(0)
        if sentences:
            yield Piece(tuple(sentences), index, section.review, bullet, rank, polarity, weight)
            rank += 1


def _switched(word: str) -> Polarity:
    if word.startswith(("strength", "pro", "positive", "strong", "advantage")):
        return Polarity.POSITIVE
    return Polarity.QUESTION if word.startswith("question") else Polarity.NEGATIVE


def _weight(heading: str) -> Severity | None:
    return next((severity for pattern, severity in _WEIGHTS if pattern.search(heading)), None)


def _units(document: Document, index: int, inside: list[int]) -> list[tuple[list[int], bool]]:
    """Return the sentences of a section in units: bullets and paragraphs."""
    text = document.text
    units: list[tuple[list[int], bool]] = []
    previous = document.sections[index].char_start
    for number in inside:
        sentence = document.sentences[number]
        # A marker may stand before the sentence, or be its first characters: parsers differ.
        gap = text[max(0, previous - 1) : sentence.char_end] if previous else text[previous : sentence.char_end]
        lead = sentence.char_start - max(0, previous - 1 if previous else previous)
        marker = next((match for match in BULLET.finditer(gap) if match.start() <= lead + 1), None)
        if marker is not None or not units:
            units.append(([number], marker is not None))
        elif _BLANK.search(text[previous : sentence.char_start]):
            units.append(([number], False))
        else:
            units[-1][0].append(number)
        previous = sentence.char_end
    return units
