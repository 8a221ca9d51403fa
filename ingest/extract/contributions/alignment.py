"""Gold triples put back on the sentences they were read from: what the training command learns links from.

An annotated triple names no sentence. It is put on the line of its unit's lines that holds its object and its predicate
(and its subject, where that is a phrase and no unit), the line that already holds most triples of that unit where
several do. What fits no line is left out and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.extract.contributions.links import HAS_LINK, NAME_LINK, OPEN_TERM, ROOT
from ingest.extract.contributions.sentences import CONTRIBUTION, HAS, NAME, ROOTS
from ingest.extract.gold.ncg import NcgArticle, NcgPhrase

UNSAID = {HAS: HAS_LINK, NAME: NAME_LINK}


@dataclass(frozen=True, slots=True)
class AlignedTriple:
    """A triple on its line: indexes of phrases of that line (in order of position), or the negative marks of `links`.

    A subject that stands in another line is `OPEN_TERM`, with its text in `subject_text`.
    """

    unit: str
    line: int
    object: int
    link: int
    subject: int
    subject_text: str


@dataclass(frozen=True)
class Aligned:
    """An article's triples on their lines; the units of each line; how many triples found no line."""

    triples: tuple[AlignedTriple, ...]
    units: Mapping[int, Counter[str]]
    left_out: int


def phrases_by_line(phrases: Sequence[NcgPhrase]) -> dict[int, list[NcgPhrase]]:
    """Return the phrases of each line in order, the longest of those that overlap."""
    found: dict[int, list[NcgPhrase]] = {}
    for phrase in sorted(phrases, key=lambda each: (each.line, each.start, -each.end)):
        kept = found.setdefault(phrase.line, [])
        if not kept or phrase.start >= kept[-1].end:
            kept.append(phrase)
    return found


def align(article: NcgArticle) -> Aligned:
    """Put the triples of *article* on its lines."""
    lines = phrases_by_line(article.phrases)
    texts = {line: [phrase.text for phrase in phrases] for line, phrases in lines.items()}
    units: dict[int, Counter[str]] = {line: Counter() for line in lines}
    found: list[AlignedTriple] = []
    left_out = 0
    for unit, triples in article.triples.items():
        counts: Counter[int] = Counter()
        waiting: list[tuple[tuple[str, str, str], list[int]]] = []
        for triple in triples:
            subject, predicate, object_ = triple
            if subject == CONTRIBUTION:
                for line, there in texts.items():
                    if object_ in there:
                        units[line][unit] += 1
                continue
            fitting = _fitting_lines(texts, unit, subject, predicate, object_)
            if not fitting:
                left_out += 1
                continue
            if len(fitting) == 1:
                counts[fitting[0]] += 1
            waiting.append((triple, fitting))
        for triple, fitting in waiting:
            line = max(fitting, key=lambda each: (counts[each], -each))
            counts[line] += len(fitting) > 1
            units[line][unit] += 1
            found.append(_aligned(unit, line, texts[line], triple))
    return Aligned(tuple(found), units, left_out)


def is_root(subject: str, unit: str) -> bool:
    """Say whether *subject* is the unit itself, however it is spelled."""
    return _flat(subject) in (_flat(ROOTS.get(unit, unit)), _flat(unit))


def _flat(name: str) -> str:
    return name.casefold().replace("-", " ").replace(" ", "").removesuffix("s")


def _fitting_lines(texts: Mapping[int, list[str]], unit: str, subject: str, predicate: str, object_: str) -> list[int]:
    said = [line for line, there in texts.items() if object_ in there and (predicate in UNSAID or predicate in there)]
    if is_root(subject, unit):
        return said
    return [line for line in said if subject in texts[line]] or said


def _aligned(unit: str, line: int, texts: list[str], triple: tuple[str, str, str]) -> AlignedTriple:
    subject, predicate, object_ = triple
    objects = [at for at, text in enumerate(texts) if text == object_]
    links = [UNSAID[predicate]] if predicate in UNSAID else [at for at, text in enumerate(texts) if text == predicate]
    if is_root(subject, unit):
        subjects = [ROOT]
    else:
        subjects = [at for at, text in enumerate(texts) if text == subject] or [OPEN_TERM]
    options = [
        (_strain(object_at, link, subject_at), object_at, link, subject_at)
        for object_at in objects
        for link in links
        for subject_at in subjects
    ]
    _, object_at, link, subject_at = min(options)
    return AlignedTriple(unit, line, object_at, link, subject_at, subject)


def _strain(object_: int, link: int, subject: int) -> tuple[int, int]:
    """How unlike the usual subject, predicate, object in a row the three places are."""
    places = [at for at in (subject, link, object_) if at >= 0]
    disorder = sum(one >= other for one, other in pairwise(places))
    return disorder, max(places) - min(places)
