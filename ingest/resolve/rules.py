"""The rules that say whether two names of one kind mean one thing: functions of two names to a score, or None.

Precision before recall: a wrong merge puts words into a paper's mouth, a missed one costs a little support. Nothing
that differs in a digit, a version, a sign (``C++``) or a negation is ever merged, since no rule can bridge these.

Another rule, such as one over embeddings, is one more function in `RULES`, and a source of candidates for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

from graph.names import LONG_WORD, gram_bands, grams, squash, squashed_words

VERSION = "rules/1"
_JOINERS = re.compile(r"[\s_\-\u2010-\u2015\u2212/]+")
_LEAST_JACCARD = 0.7  # of 3-grams: one slip in a name of 21 letters gives 17 of 25
ACRONYM_SCORE = 0.95


@dataclass(frozen=True)
class Name:
    """A name as the rules see it. `surfaces` counts how live quotes write it, `long` what they define it to stand for.

    A name without live quotes is dead: no rule applies to it.
    """

    key: str
    normal: str
    surfaces: Mapping[str, int]
    long: Mapping[str, int]

    @cached_property
    def squash(self) -> str:
        """The spelling-free form."""
        return squash(self.normal)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the spelling-free form."""
        return squashed_words(self.normal)

    @cached_property
    def bands(self) -> tuple[str, ...]:
        """The bands under which near names meet."""
        return gram_bands(self.normal)

    @property
    def is_live(self) -> bool:
        """Whether a live quote writes it."""
        return bool(self.surfaces)

    @property
    def stands_for(self) -> str | None:
        """The squashed long form that every defining document agrees on, or None."""
        return next(iter(self.long)) if len(self.long) == 1 else None


@dataclass(frozen=True)
class Decision:
    """Two names are one, by which rule and how surely."""

    rule: str
    score: float
    by: str = VERSION


Rule = Callable[[Name, Name], float | None]


def same_spelling(one: Name, other: Name) -> float | None:
    """Same spelling-free form: hyphens, spaces, plurals, British and American."""
    if one.squash != other.squash:
        return None
    return None if _an_s_of_its_own(one, other) or _an_s_of_its_own(other, one) else 1.0


def acronym(one: Name, other: Name) -> float | None:
    """One is a short form that all documents which define any spelling of it expand to the other."""
    if other.squash == one.stands_for or one.squash == other.stands_for:
        return ACRONYM_SCORE
    return None


def near(one: Name, other: Name) -> float | None:
    """Same words but for one slip of the pen in a long one: a letter more, less, other or swapped, not the first.

    Names with digits have no bands, so no rule here: versions have siblings, such as Mistral 7B and Mixtral 7B.
    """
    if len(one.words) != len(other.words) or not set(one.bands) & set(other.bands):
        return None
    different = [(a, b) for a, b in zip(one.words, other.words, strict=True) if a != b]
    if len(different) != 1:
        return None
    a, b = different[0]
    if min(len(a), len(b)) < LONG_WORD or a[0] != b[0] or not (a + b).isalpha() or OSA.distance(a, b) != 1:
        return None
    first, second = grams(one.squash), grams(other.squash)
    jaccard = len(first & second) / len(first | second)
    return round(jaccard, 4) if jaccard >= _LEAST_JACCARD else None


RULES: tuple[tuple[str, Rule], ...] = (("spelling", same_spelling), ("acronym", acronym), ("near", near))


def decide(one: Name, other: Name) -> Decision | None:
    """Return the first rule that holds two live names to be one, or None."""
    if not (one.is_live and other.is_live):
        return None
    for rule, judge in RULES:
        score = judge(one, other)
        if score is not None:
            return Decision(rule, score)
    return None


def _an_s_of_its_own(plural: Name, singular: Name) -> bool:
    """Say whether the final s of *plural* belongs to the name: DARTS are not several DART, GANs are several GAN."""
    for a, b in zip(plural.normal.split(), singular.normal.split(), strict=False):
        if a == f"{b}s":
            upper = sum(count for surface, count in plural.surfaces.items() if _in_capitals(surface, a))
            return upper * 2 > sum(plural.surfaces.values())
    return False


def _in_capitals(surface: str, word: str) -> bool:
    return any(each.isupper() for each in _JOINERS.split(surface) if each.casefold() == word)
