"""One name, one reading: a name that is surely a mention in one place of a document is one wherever it stands.

Every span that the best tags spell anywhere is a candidate; each place where the same words stand again is looked at
with the same eyes. The score of a place is a mean of its own probability and that of the name over the document, and
places are taken from the surest down, without overlaps, while they reach a threshold. Both numbers were set on tuning
papers (see the manifest).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.extract.encoder.tags import Scores, begin, span_probability, spans, viterbi

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a sentence: words *first* to *last* (exclusive), its type number and its score."""

    sentence: int
    first: int
    last: int
    kind: int
    score: float


@dataclass(frozen=True, slots=True)
class Consistency:
    """How much the document says about a place (`weight`, 0 to 1), and the least score that is kept."""

    weight: float = 0.4
    threshold: float = 0.4


def consistent(
    words: Sequence[Sequence[str]],
    log_probabilities: Sequence[Scores],
    transitions: Scores,
    setting: Consistency,
) -> list[Place]:
    """Return the spans of a document: *words* and tag log-probabilities sentence by sentence, in reading order."""
    probabilities = [np.exp(each) for each in log_probabilities]
    lowers = [tuple(word.lower() for word in sentence) for sentence in words]
    candidates = _candidates(lowers, log_probabilities, transitions)
    by_first: defaultdict[str, list[Name]] = defaultdict(list)
    for name in candidates:
        by_first[name[0]].append(name)
    places: defaultdict[tuple[Name, int], list[Place]] = defaultdict(list)
    for number, lower in enumerate(lowers):
        for at, word in enumerate(lower):
            for name in by_first.get(word, ()):
                last = at + len(name)
                if lower[at:last] == name:
                    for kind in candidates[name]:
                        value = span_probability(probabilities[number], at, last, kind)
                        places[name, kind].append(Place(number, at, last, kind, value))
    scored: list[Place] = []
    for its in places.values():
        # The surer half of a name's places speaks for it: half-cut places inside longer names say nothing.
        values = sorted((place.score for place in its), reverse=True)
        kept = values[: (len(values) + 1) // 2]
        whole = sum(kept) / len(kept)
        for place in its:
            score = (1 - setting.weight) * place.score + setting.weight * whole
            if score >= setting.threshold:
                scored.append(Place(place.sentence, place.first, place.last, place.kind, score))
    return _without_overlaps(scored, len(words))


def _candidates(
    lowers: Sequence[Name], log_probabilities: Sequence[Scores], transitions: Scores
) -> dict[Name, tuple[int, ...]]:
    found: defaultdict[Name, set[int]] = defaultdict(set)
    for lower, tags in zip(lowers, viterbi(log_probabilities, transitions), strict=True):
        for first, last, kind in spans(tags):
            found[lower[first:last]].add(kind)
    return {name: tuple(sorted(kinds)) for name, kinds in found.items()}


def _without_overlaps(scored: Sequence[Place], sentences: int) -> list[Place]:
    taken: list[set[int]] = [set() for _ in range(sentences)]
    kept: list[Place] = []
    order = sorted(
        scored, key=lambda place: (-round(place.score, 6), place.sentence, place.first, -place.last, begin(place.kind))
    )
    for place in order:
        covered = range(place.first, place.last)
        if taken[place.sentence].isdisjoint(covered):
            taken[place.sentence].update(covered)
            kept.append(place)
    return sorted(kept, key=lambda place: (place.sentence, place.first))
