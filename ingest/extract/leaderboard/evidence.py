"""What a paper says of a name: how often each zone writes it, and how much of it one sentence holds.

A name that is never written as listed ("SemEval-2014 Task 4 subtask 2 Aspect Term Polarity") is still met by its rarer
words: `coverage` is the largest share of the name's weight that one sentence, caption or table holds, a word weighing
the more the fewer names of the list have it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.extract.leaderboard.spelling import GENERIC, cased, spellings, tokens
from ingest.extract.leaderboard.vocabulary import Known
from ingest.extract.leaderboard.zones import LONGEST, Zone, ZonedPaper

_GENERIC_WEIGHT = 0.2
_ZONE_WEIGHT = {
    Zone.TITLE: 3.0, Zone.ABSTRACT: 2.0, Zone.OPENING: 1.0, Zone.METHOD: 0.5, Zone.EXPERIMENTS: 1.5,
    Zone.RELATED: 0.3, Zone.CAPTION: 2.0, Zone.LABEL: 2.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready to be matched: its spellings as tokens, and the weight of each of its words."""

    known: Known
    spellings: tuple[tuple[str, ...], ...]
    weights: dict[str, float]
    described: frozenset[str]

    @property
    def weight(self) -> float:
        """The weight of all its words."""
        return sum(self.weights.values())

    def covered(self, words: frozenset[str]) -> float:
        """Return the share of the name's weight that *words* hold."""
        total = self.weight
        return sum(weight for word, weight in self.weights.items() if word in words) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one paper says of one name."""

    counts: dict[Zone, int]
    coverage: dict[Zone, float]
    strength: float = field(default=0.0)

    @property
    def total(self) -> int:
        """How often it is written, in all zones."""
        return sum(self.counts.values())

    @property
    def best_coverage(self) -> float:
        """The largest coverage of any zone."""
        return max(self.coverage.values(), default=0.0)


def prepared(names: Sequence[Known]) -> tuple[Name, ...]:
    """Return *names* with spellings and word weights; the weights depend on the list as a whole."""
    frequency: Counter[str] = Counter()
    for known in names:
        frequency.update(set(_words(known)))
    found = []
    for known in names:
        words = dict.fromkeys(_words(known))
        weights = {
            word: math.log(1 + len(names) / frequency[word]) * (_GENERIC_WEIGHT if word in GENERIC else 1.0)
            for word in words
        }
        found.append(
            Name(
                known,
                spellings(known.type, known.name, known.spellings),
                weights,
                frozenset(tokens(known.description)),
            )
        )
    return tuple(found)


def _words(known: Known) -> tuple[str, ...]:
    short = cased(known.name)
    return (short,) if short else tokens(known.name.replace("_", " "))


def evidence_for(name: Name, paper: ZonedPaper) -> Evidence:
    """Return what *paper* says of *name*."""
    counts = {zone: _count(name.spellings, paper.counts[zone]) for zone in Zone}
    coverage = {zone: _coverage(name, paper.sentences[zone]) for zone in Zone}
    strength = sum(
        _ZONE_WEIGHT[zone] * (math.log1p(counts[zone]) + 0.5 * max(0.0, coverage[zone] - 0.5)) for zone in Zone
    )
    return Evidence(counts, coverage, strength)


def _count(forms: Iterable[tuple[str, ...]], grams: Counter[tuple[str, ...]]) -> int:
    """Return the count of the spelling written most often; a long spelling counts by its first words."""
    return max((grams.get(form[:LONGEST], 0) for form in forms), default=0)


def _coverage(name: Name, sentences: Sequence[frozenset[str]]) -> float:
    if not name.weights:
        return 0.0
    return max((name.covered(words) for words in sentences), default=0.0)
