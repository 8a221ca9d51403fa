"""The rules that say whether two names of one kind mean one thing: functions of two names to a score, or None.

Precision before recall: a wrong merge puts words into a paper's mouth, a missed one costs a little support.
`told_apart` comes before all rules but the one of spelling: what differs in a number, a size or a version is a variant
or a sibling and never merged, also not by way of a third name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from graph.names import LONG_WORD, grams
from graph.schema import Label
from graph.spelling import squashed_word
from ingest.resolve.listed import entry_of, listed_forms
from ingest.resolve.name import Name

__all__ = ["RULES", "VERSION", "Decision", "Name", "decide", "told_apart"]

VERSION = "rules/2"
_JOINERS = re.compile(r"[\s_\-\u2010-\u2015\u2212/]+")
_LEAST_JACCARD = 0.7  # of 3-grams: one slip in a name of 21 letters gives 17 of 25
# Below 1 by how often each rule was wrong on names it was not written for (benchmarks/resolve.py prints by rule).
LISTED_SCORE, WORDING_SCORE, ACRONYM_SCORE, HEAD_SCORE = 0.98, 0.97, 0.95, 0.9
# Heads that only say what kind of thing a name names; the others may be half of the name, as in "memory network".
_PLAIN_HEADS = {
    Label.METHOD: frozenset(
        map(squashed_word, ("method", "algorithm", "approach", "technique", "mechanism", "strategy", "scheme"))
    )
    | {squashed_word("optimizer"), squashed_word("procedure")}
}


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


def listed(one: Name, other: Name) -> float | None:
    """One is a short form of the other by the shipped lists, and the corpus does not define it otherwise."""
    if other.squash not in listed_forms(one.label, one.normal) and one.squash not in listed_forms(
        other.label, other.normal
    ):
        return None
    return None if _defined_otherwise(one, other) or _defined_otherwise(other, one) else LISTED_SCORE


def wording(one: Name, other: Name) -> float | None:
    """Same words in another order or with an article, or with the short form in brackets after the long one."""
    return WORDING_SCORE if one.core == other.core and one.squash != other.squash else None


def acronym(one: Name, other: Name) -> float | None:
    """One is a short form that all documents which define any spelling of it expand to the other."""
    return ACRONYM_SCORE if other.squash in one.stands_for or one.squash in other.stands_for else None


def head(one: Name, other: Name) -> float | None:
    """Same words but for a general one at the end: "CIFAR-10 dataset", "object detection task", "BERT model"."""
    if one.core.form != other.core.form or one.core.heads == other.core.heads:
        return None
    between = set(one.core.heads) ^ set(other.core.heads)
    plain = one.label is not Label.METHOD or between <= _PLAIN_HEADS[Label.METHOD]
    words = one.core.words
    if plain and (one.label is not Label.METHOD or len(words) > 1):
        return HEAD_SCORE
    same_line = entry_of(one.label, one.normal)
    if len(words) > 2 or (same_line is not None and same_line is entry_of(other.label, other.normal)):
        return HEAD_SCORE
    return HEAD_SCORE if one.is_proper and other.is_proper else None


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


RULES: tuple[tuple[str, Rule], ...] = (
    ("spelling", same_spelling),
    ("listed", listed),
    ("wording", wording),
    ("acronym", acronym),
    ("head", head),
    ("near", near),
)


def decide(one: Name, other: Name) -> Decision | None:
    """Return the first rule that holds two live names to be one, or None."""
    if not (one.is_live and other.is_live):
        return None
    if one.squash != other.squash and told_apart(one, other):
        return None
    for rule, judge in RULES:
        score = judge(one, other)
        if score is not None:
            return Decision(rule, score)
    return None


def told_apart(one: Name, other: Name) -> bool:
    """Say whether two names must not end up in one group: variants and siblings, and what differs in its numbers."""
    if one.core == other.core:
        return False
    if one.numbers and other.numbers and one.numbers != other.numbers:
        return True
    return _is_variant(one, other) or _is_variant(other, one) or _are_siblings(one, other)


def _is_variant(one: Name, other: Name) -> bool:
    return other.squash in (one.variant.parent, one.variant.family) or (
        one.variant.family is not None and one.variant.family == other.core.form and not other.variant.added
    )


def _are_siblings(one: Name, other: Name) -> bool:
    first, second = one.variant, other.variant
    return first.family is not None and first.family == second.family and set(first.added) != set(second.added)


def _defined_otherwise(short: Name, long: Name) -> bool:
    """Say whether the corpus defines *short*, and not as *long* alone."""
    return bool(short.long) and long.squash not in short.stands_for


def _an_s_of_its_own(plural: Name, singular: Name) -> bool:
    """Say whether the final s of *plural* belongs to the name: DARTS are not several DART, GANs are several GAN."""
    for a, b in zip(plural.normal.split(), singular.normal.split(), strict=False):
        if a == f"{b}s":
            upper = sum(count for surface, count in plural.surfaces.items() if _in_capitals(surface, a))
            return upper * 2 > sum(plural.surfaces.values())
    return False


def _in_capitals(surface: str, word: str) -> bool:
    return any(each.isupper() for each in _JOINERS.split(surface) if each.casefold() == word)
