"""The phrases that the cues of a sentence announce."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.extract.cues import ANY, BACKWARD, FORWARD, Cue
from ingest.extract.phrases import Phrase, backward, forward
from ingest.extract.reading import Reading

_LIST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Announced:
    """A cue in a sentence, the phrase it announces, and what it says of it."""

    reading: Reading
    phrase: Phrase
    cue: Cue


def announcements(reading: Reading) -> list[Announced]:
    """Return the phrases that cues of *reading* announce, in the order of the cues."""
    if not ANY.search(reading.lower):
        return []
    found: list[Announced] = []
    for cue in FORWARD:
        for match in cue.pattern.finditer(reading.lower):
            start = reading.word_at(match.end())
            phrases = _listed(reading, start) if cue.listed else [forward(reading, start)]
            found.extend(Announced(reading, phrase, cue) for phrase in phrases if phrase)
    for cue in BACKWARD:
        for match in cue.pattern.finditer(reading.lower):
            if phrase := backward(reading, reading.word_at(match.start())):
                found.append(Announced(reading, phrase, cue))
    return found


def _listed(reading: Reading, start: int) -> list[Phrase]:
    """Return the items of the list that starts at word *start*: between commas, 'and', 'or'; citations skipped."""
    found: list[Phrase] = []
    at = start
    while at < len(reading.words) and len(found) < _LIST_LENGTH:
        phrase = forward(reading, at)
        if phrase is None:
            break
        found.append(phrase)
        at = _after_brackets(reading, phrase.last)
        joined = False
        while at < len(reading.words) and reading.lowers[at] in {",", "and", "or", "&", ";", "as", "well"}:
            at, joined = at + 1, True
        if not joined:
            break
    return found


def _after_brackets(reading: Reading, at: int) -> int:
    closing = {"(": ")", "[": "]"}
    while at < len(reading.words) and (end := closing.get(reading.words[at].text)):
        stop = next((k for k in range(at, len(reading.words)) if reading.words[k].text == end), None)
        if stop is None:
            break
        at = stop + 1
    return at
