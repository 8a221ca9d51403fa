"""Relations by the words between two names: which kind, which direction, how sure.

Lists are seen as one: in "A and B for C", A and B are each used for C. A name between two others, not in a list with
either of them, keeps them apart, with one exception: what is said of the first name of a clause by its verb may pass
over a name that is only in an aside. Kinds of names decide where words leave it open: "on" leads to what something is
evaluated on only before a dataset, "of" behind a metric only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graph.vocabulary.extraction import NameType
from ingest.extract.relations import patterns
from ingest.extract.relations.patterns import GapPattern
from ingest.extract.relations.relation import Name, Relation, RelationType

_SURE, _LESS_SURE, _FAR = 0.75, 0.6, 0.45
_LONGEST_GAP = 110  # characters between two names that are still looked at
_MEASURING = (NameType.METRIC, NameType.DATASET)
_CLAUSE_END = re.compile(r"[;:]|, (?:and |but |while |whereas |where )?(?:we|it|they|this|these|there|he|she) |\. ")
_WORD = re.compile(r"[a-z]+|\d+|[^\w\s]")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def relations_by_rules(text: str, names: Sequence[Name]) -> list[Relation]:
    """Return the relations between *names* in *text*, each pair once, in reading order."""
    lower = text.lower()
    order = sorted(range(len(names)), key=lambda index: (names[index].start, names[index].end))
    lists = _lists(lower, names, order)
    found: list[Relation] = []
    for at, first in enumerate(order):
        for second in order[at + 1 :]:
            if names[second].start < names[first].end or _same_list(lists, first, second):
                relation = _listed_comparison(lower, names, first, second, lists)
            else:
                relation = _between(lower, names, first, second, order, lists)
            if relation is not None:
                found.append(relation)
    return found


def gap_words(lower: str, names: Sequence[Name], inner: Sequence[int], start: int, end: int) -> list[str]:
    """Return the words between two places, each of the *inner* names there as one word, its kind."""
    words: list[str] = []
    at = start
    for index in sorted(inner, key=lambda each: names[each].start):
        if names[index].start >= at:
            words += [*_WORD.findall(lower[at : names[index].start]), f"<{names[index].type or 'none'}>".lower()]
            at = names[index].end
    return [*words, *_WORD.findall(lower[at:end])]


def _between(
    lower: str, names: Sequence[Name], first: int, second: int, order: Sequence[int], lists: dict[int, int]
) -> Relation | None:
    start, end = _end_of_list(names, first, lists, before=names[second].start), _start_of_list(names, second, lists)
    if not 0 <= end - start <= _LONGEST_GAP:
        return None
    inner = [
        each for each in order if start <= names[each].start and names[each].end <= end and each not in (first, second)
    ]
    gap = _gap(lower, start, end)
    sure = _SURE
    aside = [each for each in inner if names[each].type in _MEASURING]
    if inner and len(aside) == len(inner) and not _measures(names, first, second):
        # "FooNet raises accuracy over BarNet": what is measured does not come between those that are compared
        gap, sure = _gap(lower, max(names[each].end for each in inner), end), _LESS_SURE
    elif inner:
        if len({lists[each] for each in inner}) > 1:
            return None
        gap, sure = _over_aside(lower, names, inner, start, end) or "", _FAR
    if _CLAUSE_END.search(gap):
        return None
    if (
        not _measures(names, first, second)
        and patterns.COMPARED_BEFORE.search(lower[: names[first].start])
        and patterns.COMPARED_GAP.fullmatch(gap)
    ):
        return Relation(type=RelationType.COMPARE, head=first, tail=second, confidence=_LESS_SURE)
    for pattern, weight in _candidates(lower, names, first, second):
        if pattern.pattern.fullmatch(gap):
            head, tail = (second, first) if pattern.backward else (first, second)
            return Relation(type=pattern.type, head=head, tail=tail, confidence=round(sure * weight, 3))
    return None


def _measures(names: Sequence[Name], first: int, second: int) -> bool:
    return names[first].type in _MEASURING or names[second].type in _MEASURING


def _candidates(lower: str, names: Sequence[Name], first: int, second: int) -> Iterator[tuple[GapPattern, float]]:
    """Yield the patterns that may hold between two names of their kinds, the most telling first."""
    one, other = names[first], names[second]
    if not _measures(names, first, second):
        yield from ((pattern, 1.0) for pattern in patterns.COMPARED)
    if other.type in _MEASURING and one.type is not NameType.METRIC:
        yield from ((pattern, 1.0) for pattern in patterns.MEASURED_BY)
    if one.type is NameType.METRIC and other.type is not NameType.METRIC:
        yield from ((pattern, 1.0) for pattern in patterns.MEASURES)
        return
    if one.type is NameType.DATASET and other.type is not NameType.METRIC:
        yield from ((pattern, 0.9) for pattern in patterns.MEASURES[1:])
    if other.type not in _MEASURING:
        if patterns.PART_HEAD.search(lower[one.start : one.end]):
            yield patterns.OF_WHOLE, 0.9
        if patterns.PART_HEAD.search(lower[other.start : other.end]):
            yield patterns.WITH_PART, 0.9
        yield from ((pattern, 0.9) for pattern in patterns.PARTS)
    yield from ((pattern, 1.0) for pattern in patterns.USED_FOR)


def _gap(lower: str, start: int, end: int) -> str:
    """Return the words between two places with single spaces, without what stands in brackets, ending in a space."""
    words = " ".join(_BRACKETS.sub(" ", lower[start:end]).split()).lstrip(") ").removeprefix(", ")
    words = re.sub(r"\s+,", ",", words)
    return f"{words} " if words else ""


def _over_aside(lower: str, names: Sequence[Name], inner: Sequence[int], start: int, end: int) -> str | None:
    """Return the gap without an aside that holds the names between: ", a FooNet variant,"."""
    first, last = min(names[each].start for each in inner), max(names[each].end for each in inner)
    opening = max(
        lower.rfind(", ", start, first), lower.rfind(" with ", start, first), lower.rfind(" of ", start, first)
    )
    closing = lower.find(",", last, end)
    if opening < 0:
        return None
    if closing < 0:
        closing = last - 1
    return _gap(lower[:opening] + " " + lower[closing + 1 :], start, end - (closing + 1 - opening) + 1)


def _lists(lower: str, names: Sequence[Name], order: Sequence[int]) -> dict[int, int]:
    """Return for each name the list it stands in: neighbours with nothing but commas and 'and' between, of one kind."""
    found: dict[int, int] = {}
    number = -1
    for at, index in enumerate(order):
        before = order[at - 1] if at else None
        gap = " ".join(lower[names[before].end : names[index].start].split()) + " " if before is not None else ""
        joined = before is not None and names[before].end <= names[index].start and patterns.LIST.fullmatch(gap)
        if not joined:
            number += 1
        found[index] = number
    return found


def _same_list(lists: dict[int, int], first: int, second: int) -> bool:
    return lists[first] == lists[second]


def _end_of_list(names: Sequence[Name], index: int, lists: dict[int, int], *, before: int) -> int:
    return max(names[each].end for each in lists if lists[each] == lists[index] and names[each].end <= before)


def _start_of_list(names: Sequence[Name], index: int, lists: dict[int, int]) -> int:
    return min(names[each].start for each in lists if lists[each] == lists[index])


def _listed_comparison(
    lower: str, names: Sequence[Name], first: int, second: int, lists: dict[int, int]
) -> Relation | None:
    """Return a comparison of two items of one list: "we compare A and B", "the difference between A and B"."""
    if names[second].start < names[first].end:
        return None
    begin = _start_of_list(names, first, lists)
    if patterns.COMPARED_BEFORE.search(lower[:begin]):
        return Relation(type=RelationType.COMPARE, head=first, tail=second, confidence=_LESS_SURE)
    return None
