"""Tags of words and the spans they spell: BIO, decoded so that only possible sequences come out.

Viterbi over the heads' log-probabilities with learnt transition scores; an ``I-`` follows only ``B-`` or ``I-`` of its
own type. Deterministic: of equal scores the earlier tag wins.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graph.vocabulary.extraction import NameType

Scores = npt.NDArray[np.float32]

SCIREX_TYPES = (NameType.METHOD, NameType.TASK, NameType.DATASET, NameType.METRIC)
TDMSCI_TYPES = (NameType.TASK, NameType.DATASET, NameType.METRIC)
FORBIDDEN = -1e4


def tag_count(types: int) -> int:
    """Return how many tags *types* kinds of span have: O, then B and I of each."""
    return 1 + 2 * types


def begin(kind: int) -> int:
    """Return the tag that begins a span of type number *kind*."""
    return 1 + 2 * kind


def inside(kind: int) -> int:
    """Return the tag that continues a span of type number *kind*."""
    return 2 + 2 * kind


def allowed(types: int) -> Scores:
    """Return a square matrix [from, to]: 0 where a tag may follow, `FORBIDDEN` where not."""
    size = tag_count(types)
    matrix = np.zeros((size, size), dtype=np.float32)
    for kind in range(types):
        for before in range(size):
            if before not in (begin(kind), inside(kind)):
                matrix[before, inside(kind)] = FORBIDDEN
    return matrix


def viterbi(scores: Scores, transitions: Scores) -> list[int]:
    """Return the best tag of each row of *scores* [words, tags] under *transitions* [from, to]; an I never begins."""
    if not len(scores):
        return []
    first = scores[0] + transitions[0]
    back = np.zeros(scores.shape, dtype=np.int32)
    best = first
    for row in range(1, len(scores)):
        candidates = best[:, None] + transitions
        back[row] = candidates.argmax(axis=0)
        best = candidates.max(axis=0) + scores[row]
    path = [int(best.argmax())]
    for row in range(len(scores) - 1, 0, -1):
        path.append(int(back[row, path[-1]]))
    return path[::-1]


def spans(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the spans that *tags* spell, as (first, last exclusive, kind)."""
    found: list[tuple[int, int, int]] = []
    start, kind = -1, -1
    for number, tag in enumerate([*tags, 0]):
        if start >= 0 and tag != inside(kind):
            found.append((start, number, kind))
            start = -1
        if tag and tag % 2 == 1:
            start, kind = number, (tag - 1) // 2
    return found


def tags_of(spans_: Sequence[tuple[int, int, int]], size: int) -> list[int]:
    """Return the tags of *size* words that spell *spans_*; of overlapping ones the first given stays."""
    tags = [0] * size
    taken = [False] * size
    for first, last, kind in spans_:
        if last > first and not any(taken[first:last]):
            tags[first] = begin(kind)
            tags[first + 1 : last] = [inside(kind)] * (last - first - 1)
            taken[first:last] = [True] * (last - first)
    return tags


def span_score(log_probabilities: Scores, first: int, last: int, kind: int) -> float:
    """Return the log-probability, under independent words, of a span of *kind* that ends before *last*.

    The geometric mean over its words and the word after it (which must not continue it), so that length does not
    decide.
    """
    total = float(log_probabilities[first, begin(kind)])
    for row in range(first + 1, last):
        total += float(log_probabilities[row, inside(kind)])
    count = last - first
    if last < len(log_probabilities):
        total += float(np.log1p(-min(0.999999, float(np.exp(log_probabilities[last, inside(kind)])))))
        count += 1
    return total / count
