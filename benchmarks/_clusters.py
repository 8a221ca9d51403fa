"""Scores of a clustering of strings against gold that may overlap: pairwise and B³. Imported as a sibling file.

Gold is a set of clusters per document; two strings are one where some cluster holds both, and a string's gold set is
the union of its clusters. Counts are per document, so that a bootstrap can draw documents; figures are micro over them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from _figures import Interval, quantile

RESAMPLES = 1000


@dataclass(frozen=True)
class Counted:
    """One document. Pairs: right, predicted, gold. B³: sums of precision and recall over its strings."""

    right: int
    predicted: int
    gold: int
    precision: float
    recall: float
    strings: int


def pairs_of(groups: Iterable[Iterable[str]]) -> set[tuple[str, str]]:
    """Return the pairs of strings that some group holds, the smaller one first."""
    return {pair for group in groups for pair in combinations(sorted(set(group)), 2)}


def count(predicted: Sequence[Sequence[str]], gold: Sequence[Sequence[str]]) -> Counted:
    """Compare the groups of one document with its gold clusters; both speak of the same strings."""
    strings = sorted({each for cluster in gold for each in cluster})
    found, true = pairs_of(predicted), pairs_of(gold)
    precision = recall = 0.0
    for string in strings:
        mine = _together(string, found)
        right = _together(string, true)
        precision += len(mine & right) / len(mine)
        recall += len(mine & right) / len(right)
    return Counted(len(found & true), len(found), len(true), precision, recall, len(strings))


def _together(string: str, pairs: set[tuple[str, str]]) -> set[str]:
    return {string} | {each for pair in pairs if string in pair for each in pair}


def pairwise(units: Sequence[Counted]) -> tuple[float, float, float]:
    """Return precision, recall and F1 over all pairs."""
    right = sum(unit.right for unit in units)
    return _scores(right, sum(unit.predicted for unit in units), right, sum(unit.gold for unit in units))


def b_cubed(units: Sequence[Counted]) -> tuple[float, float, float]:
    """Return precision, recall and F1 averaged over all strings (Bagga and Baldwin 1998)."""
    strings = sum(unit.strings for unit in units)
    return _scores(sum(unit.precision for unit in units), strings, sum(unit.recall for unit in units), strings)


def _scores(right: float, predicted: float, found: float, gold: float) -> tuple[float, float, float]:
    precision = right / predicted if predicted else 1.0
    recall = found / gold if gold else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def interval(units: Sequence[Counted], score: object, *, seed: int = 0) -> Interval:
    """Return the bootstrap interval of the F1 that *score* gives, over documents."""
    draw = random.Random(seed)
    assert callable(score)
    values = [score(draw.choices(units, k=len(units)))[2] for _ in range(RESAMPLES)]
    return Interval(quantile(values, 0.025), quantile(values, 0.975))
