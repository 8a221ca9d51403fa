"""A paper as zones of tokens: where a name stands says as much as how often.

Guarantees: each sentence is in one zone; captions and table labels are zones of their own; references are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.vocabulary.document import Document, SectionRole
from ingest.extract.leaderboard.spelling import capitals, tokens
from ingest.extract.leaderboard.vocabulary import NumberTable
from ingest.extract.sections import Part, parts

LONGEST = 6  # tokens of a spelling that is looked up as one


class Zone(StrEnum):
    """Where in a paper a name can stand."""

    TITLE = "title"
    ABSTRACT = "abstract"
    OPENING = "opening"
    METHOD = "method"
    EXPERIMENTS = "experiments"
    RELATED = "related"
    CAPTION = "caption"
    LABEL = "label"


_ZONES = {
    Part.TITLE: Zone.TITLE,
    Part.ABSTRACT: Zone.ABSTRACT,
    Part.INTRODUCTION: Zone.OPENING,
    Part.CONCLUSION: Zone.OPENING,
    Part.RELATED: Zone.RELATED,
    Part.EXPERIMENTS: Zone.EXPERIMENTS,
    Part.RESULTS: Zone.EXPERIMENTS,
    Part.LIMITATIONS: Zone.OPENING,
}


@dataclass(frozen=True, slots=True)
class ZonedPaper:
    """What of a paper is matched: for each zone the n-gram counts, and its sentences as token sets."""

    counts: dict[Zone, Counter[tuple[str, ...]]]
    sentences: dict[Zone, tuple[frozenset[str], ...]]
    tables: tuple[frozenset[str], ...]
    opening: str
    size: int


def zoned(document: Document, tables: Sequence[NumberTable] = ()) -> ZonedPaper:
    """Return *document* by zones, with the captions and labels of *tables* where it has no tables of its own."""
    kinds = parts(document)
    texts: dict[Zone, list[tuple[str, ...]]] = {zone: [] for zone in Zone}
    sentences: dict[Zone, list[frozenset[str]]] = {zone: [] for zone in Zone}
    cased: dict[Zone, Counter[tuple[str, ...]]] = {zone: Counter() for zone in Zone}

    def take(zone: Zone, text: str) -> None:
        words, short = tokens(text), capitals(text)
        texts[zone].append(words)
        sentences[zone].append(frozenset((*words, *short)))
        cased[zone].update((word,) for word in short)

    for sentence in document.sentences:
        section = document.sections[sentence.section]
        if (zone := _zone(section.role, kinds[sentence.section])) is not None:
            take(zone, document.quote(sentence))
    for table in tables:
        if table.caption:
            take(Zone.CAPTION, table.caption)
        for label in labels_of(table):
            take(Zone.LABEL, label)
    counts = {zone: _grams(each) + cased[zone] for zone, each in texts.items()}
    title, abstract = document.bibliography.title, document.bibliography.abstract
    return ZonedPaper(
        counts=counts,
        sentences={zone: tuple(found) for zone, found in sentences.items()},
        tables=tuple(_words_of(table) for table in tables),
        opening=f"{title}. {abstract}",
        size=sum(len(each) for found in texts.values() for each in found),
    )


def labels_of(table: NumberTable) -> tuple[str, ...]:
    """Return the distinct labels of a table, in order."""
    found = dict.fromkeys(table.labels)
    for number in table.numbers:
        found.update(dict.fromkeys(number.rows))
        found.update(dict.fromkeys(number.columns))
    return tuple(found)


def _words_of(table: NumberTable) -> frozenset[str]:
    found = set(tokens(table.caption))
    for label in labels_of(table):
        found.update(tokens(label))
        found.update(capitals(label))
    return frozenset(found)


def _zone(role: SectionRole, part: Part) -> Zone | None:
    if role is SectionRole.CAPTION:
        return Zone.CAPTION
    if role is SectionRole.FOOTNOTE:
        return Zone.EXPERIMENTS
    if role in (SectionRole.APPENDIX, SectionRole.REFERENCES, SectionRole.AUTHORS, SectionRole.TABLE):
        return None
    if part is Part.UNREAD:
        return None
    return _ZONES.get(part, Zone.METHOD)


def _grams(texts: Iterable[Sequence[str]]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for words in texts:
        for start in range(len(words)):
            for size in range(1, min(LONGEST, len(words) - start) + 1):
                found[tuple(words[start : start + size])] += 1
    return found
