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


def viterbi(chains: Sequence[Scores], transitions: Scores) -> list[list[int]]:
    """Return the best tags of each chain of *chains* [words, tags] under *transitions* [from, to]; an I never begins.

    All chains step together, the longest first, so that a document costs as many steps as its longest sentence has
    words.
    """
    order = sorted(range(len(chains)), key=lambda each: (-len(chains[each]), each))
    lengths = [len(chains[each]) for each in order]
    if not lengths or not lengths[0]:
        return [[] for _ in chains]
    count = sum(length > 0 for length in lengths)
    padded = np.zeros((lengths[0], count, transitions.shape[0]), dtype=np.float32)
    for row, each in enumerate(order[:count]):
        padded[: lengths[row], row] = chains[each]
    back = np.zeros(padded.shape, dtype=np.int32)
    best = padded[0] + transitions[0]
    live = count
    for step in range(1, lengths[0]):
        while lengths[live - 1] <= step:
            live -= 1
        candidates = best[:live, :, None] + transitions
        back[step, :live] = candidates.argmax(axis=1)
        best[:live] = candidates.max(axis=1) + padded[step, :live]
    found: list[list[int]] = [[] for _ in chains]
    last = best.argmax(axis=1)
    for row, each in enumerate(order[:count]):
        path = [int(last[row])]
        for step in range(lengths[row] - 1, 0, -1):
            path.append(int(back[step, row, path[-1]]))
        found[each] = path[::-1]
    return found


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


def span_probability(probabilities: Scores, first: int, last: int, kind: int) -> float:
    """Return how probable a span of *kind* over words *first* to *last* (exclusive) is, under independent words.

    The least of: the begin tag at the first word, the inside tag at each word after it, and no inside tag behind. The
    least, not the product, so that a long name is not less likely for being long.
    """
    value = float(probabilities[first, begin(kind)])
    if last - first > 1:
        value = min(value, float(probabilities[first + 1 : last, inside(kind)].min()))
    if last < len(probabilities):
        value = min(value, 1.0 - float(probabilities[last, inside(kind)]))
    return value
