"""Why two names are not one, in words: the same rules read the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph.names import squash
from graph.schema import EdgeType
from graph.store.interface import Edge
from ingest.resolve.cluster import Pair, pair_of
from ingest.resolve.name import Name
from ingest.resolve.rules import decide, told_apart


def why_not(one: Name, other: Name, group: Sequence[Name], apart: Mapping[Pair, Edge]) -> str:
    """Say why *other* is not in the group of *one*, whose members are *group*."""
    said = apart.get(pair_of(one.key, other.key))
    if said is not None and said.type is EdgeType.KEPT_APART:
        return f"kept apart by {said.properties['by']}: {said.properties['rule']}"
    if not other.is_live:
        return "no live quote names it"
    if one.squash != other.squash and told_apart(one, other):
        return _difference(one, other)
    if decision := decide(one, other):
        third = next((each for each in group if each.key != one.key and told_apart(each, other)), None)
        between = f"{third.normal!r} of the group: {_difference(third, other)}" if third else "another name"
        return f"the rule {decision.rule} holds, but so would stand apart from {between}"
    for short, long in ((one, other), (other, one)):
        if long.squash in {squash(text) for text in short.long} and not short.stands_for:
            return f"{short.normal!r} is defined in several ways: {_meanings(short)}"
    if one.squash == other.squash:
        return "the final s belongs to the name"
    if one.core.form == other.core.form:
        heads = sorted(set(one.core.heads) ^ set(other.core.heads))
        return f"{_quoted(heads)} may be half of the name, and neither is written as a proper name"
    return "no rule holds: " + _shared(one, other)


def _difference(one: Name, other: Name) -> str:
    for variant, base in ((one, other), (other, one)):
        if base.squash in (variant.variant.parent, variant.variant.family):
            return f"{variant.normal!r} is a variant: it adds {_quoted(reversed(variant.variant.added))}"
    if one.numbers and other.numbers and one.numbers != other.numbers:
        return f"their numbers differ: {', '.join(sorted(one.numbers))} and {', '.join(sorted(other.numbers))}"
    return f"they are two variants of one: {_quoted(one.variant.added)} and {_quoted(other.variant.added)}"


def _meanings(name: Name) -> str:
    ranked = sorted(name.long.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{long} ({count})" for long, count in ranked[:5])


def _shared(one: Name, other: Name) -> str:
    first, second = set(one.core.words), set(other.core.words)
    only = [_quoted(sorted(first - second)), _quoted(sorted(second - first))]
    return " against ".join(each or "nothing more" for each in only)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
