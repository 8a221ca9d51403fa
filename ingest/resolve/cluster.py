"""From pair decisions to groups: connected components that keep apart what somebody said is not one.

Pairs are taken by score, then by keys, and a pair whose union would bring two kept-apart nodes together is passed over.
The result is a function of the sets of nodes, pairs and kept-apart pairs alone: no order of arrival decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from graph.write.merges import Merge
from ingest.resolve.rules import Decision

Pair = tuple[str, str]


def pair_of(one: str, other: str) -> Pair:
    """Return the two keys, the smaller one first."""
    return (one, other) if one < other else (other, one)


def components(nodes: Iterable[str], pairs: Iterable[Pair]) -> list[list[str]]:
    """Return what *pairs* connect, each sorted, by smallest key."""
    members = {node: {node} for node in nodes}
    for one, other in pairs:
        _unite(members, members[one], members[other])
    return sorted({min(group): sorted(group) for group in members.values()}.values())


def groups_of(nodes: Iterable[str], pairs: Mapping[Pair, Decision], apart: Iterable[Pair]) -> list[list[str]]:
    """Return the groups that *pairs* make of *nodes*, each sorted, by smallest key."""
    members = {node: {node} for node in nodes}
    foes: dict[str, set[str]] = defaultdict(set)
    for one, other in apart:
        foes[one].add(other)
        foes[other].add(one)
    for one, other in sorted(pairs, key=lambda pair: (-pairs[pair].score, pair)):
        first, second = members[one], members[other]
        if first is second or any(foes[each] & second for each in first if each in foes):
            continue
        _unite(members, first, second)
    return sorted({min(group): sorted(group) for group in members.values()}.values())


def _unite(members: dict[str, set[str]], first: set[str], second: set[str]) -> None:
    if first is second:
        return
    small, large = sorted((first, second), key=len)
    large |= small
    for each in small:
        members[each] = large


def merges_of(group: list[str], pairs: Mapping[Pair, Decision]) -> list[Merge]:
    """Return the edges of a group to its smallest key, each with the decision that explains it best.

    That is the one with the target itself, where there is one, else the surest with any other member.
    """
    target = group[0]
    likenesses: dict[str, list[tuple[bool, float, str]]] = defaultdict(list)
    inside = set(group)
    for (one, other), decision in pairs.items():
        if one in inside and other in inside:
            likenesses[one].append((other != target, -decision.score, other))
            likenesses[other].append((one != target, -decision.score, one))
    merges = []
    for member in group[1:]:
        indirect, _, via = min(likenesses[member])
        decision = pairs[pair_of(member, via)]
        merges.append(Merge(member, target, decision.rule, decision.score, decision.by, via if indirect else None))
    return merges
