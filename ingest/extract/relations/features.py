"""What the trained component sees of two names of a sentence: words between and around, kinds, distance, rules.

Guarantees: a pure function of text, names and what the rules found; features are words and kinds, no name itself, so
that a model learns how things are said and not what the papers it learnt from are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ingest.extract.relations.relation import Name, RelationType
from ingest.extract.relations.rules import gap_words

CLASSES: tuple[tuple[RelationType, bool] | None, ...] = (
    None,
    *((type, backward) for type in RelationType for backward in (False, True) if type is not RelationType.COMPARE),
    (RelationType.COMPARE, False),
)
"""What a pair may be: nothing, or a kind and whether the second name is the head."""

Pair = tuple[int, int]
Said = Mapping[Pair, tuple[RelationType, bool]]
"""Per pair in reading order what the rules say of it."""

_WORD = re.compile(r"[a-z]+|\d+|[^\w\s]")
_MOST_WORDS = 14
_DISTANCES = (2, 4, 7, 11, 16, 25)


def candidate_pairs(names: Sequence[Name]) -> list[Pair]:
    """Return the pairs of names in reading order that do not overlap."""
    order = sorted(range(len(names)), key=lambda index: (names[index].start, names[index].end))
    return [
        (first, second)
        for at, first in enumerate(order)
        for second in order[at + 1 :]
        if names[first].end <= names[second].start
    ]


def features(lower: str, names: Sequence[Name], pair: Pair, said: Said) -> list[str]:
    """Return the features of one pair, each once."""
    return sorted(set(_features(lower, names, pair, said)))


def _features(lower: str, names: Sequence[Name], pair: Pair, said: Said) -> Iterator[str]:
    first, second = pair
    one, other = names[first], names[second]
    inner = [index for index, name in enumerate(names) if one.end <= name.start and name.end <= other.start]
    words = gap_words(lower, names, inner, one.end, other.start)
    kinds = f"{_kind(one)}>{_kind(other)}"
    yield "bias"
    yield f"kinds:{kinds}"
    yield f"inner:{min(len(inner), 3)}"
    yield f"inner:{min(len(inner), 3)}|{kinds}"
    yield f"far:{sum(len(words) > limit for limit in _DISTANCES)}"
    before, behind = _WORD.findall(lower[: one.start])[-2:], _WORD.findall(lower[other.end :])[:2]
    yield f"before:{' '.join(before)}"
    yield f"before1:{''.join(before[-1:])}"
    yield f"behind1:{''.join(behind[:1])}"
    if len(words) <= _MOST_WORDS:
        for word in words:
            yield f"gap:{word}"
        for pair_of_words in pairwise(["<", *words, ">"]):
            yield f"gap2:{' '.join(pair_of_words)}"
        yield f"gap=:{' '.join(words[:6])}" if len(words) <= 6 else "gap=:long"
        yield f"last:{''.join(words[-1:])}|{kinds}"
        yield f"first:{''.join(words[:1])}|{kinds}"
    rule = said.get(pair)
    yield f"rule:{_named(rule)}"
    yield f"rule:{_named(rule)}|{kinds}"
    yield f"rule:{_named(rule)}|inner:{min(len(inner), 2)}"
    for number, index in enumerate(inner[:2]):
        yield f"through{number}:{_named(said.get((first, index)))}+{_named(said.get((index, second)))}"
    others = sorted(_named(said[each]) for each in said if second in each and each != pair)
    yield f"second:{'+'.join(others[:2])}"


def _kind(name: Name) -> str:
    return name.type.value if name.type else "none"


def _named(said: tuple[RelationType, bool] | None) -> str:
    return "none" if said is None else f"{said[0].value}{'<' if said[1] else '>'}"
