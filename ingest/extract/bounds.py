"""How much of one document is kept: the surest mentions of each name, and the names that matter most.

Guarantees: a name that a kept claim or result uses is kept, with a mention; what is cut is counted. The bounds keep one
long paper from filling the graph with the hundredth "accuracy".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, TypeVar

from graph.vocabulary.extraction import Mention, NameType, StatedClaim, StatedResult
from ingest.extract.refusals import Refusals

MENTIONS_PER_NAME: Final = 8
NAMES: Final = {NameType.METHOD: 60, NameType.TASK: 20, NameType.DATASET: 30, NameType.METRIC: 25}
CLAIMS: Final = 80
RESULTS: Final = 80
_LEAST_SURE: Final = 0.65  # a name below this needs a second sentence
_Stated = TypeVar("_Stated", StatedClaim, StatedResult)


def bounded(
    mentions: Sequence[Mention],
    claims: Sequence[StatedClaim],
    results: Sequence[StatedResult],
    refusals: Refusals,
) -> tuple[tuple[Mention, ...], tuple[StatedClaim, ...], tuple[StatedResult, ...]]:
    """Return mentions, claims and results within the bounds, in reading order."""
    kept_claims = _surest(list(dict.fromkeys(claims)), CLAIMS)
    kept_results = _surest(list(dict.fromkeys(results)), RESULTS)
    needed = _needed(kept_claims, kept_results)
    groups: defaultdict[tuple[NameType, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.type, mention.name].append(mention)
    for key in [key for key in groups if key not in needed]:
        group = groups[key]
        if max(mention.confidence for mention in group) < _LEAST_SURE and len({each.sentence for each in group}) < 2:
            refusals.add(key[1], "name announced once, by a weak cue", group[0].sentence)
            del groups[key]
    kept: list[Mention] = []
    for type, most in NAMES.items():
        keys = [key for key in groups if key[0] is type]
        keys.sort(key=lambda key: (key not in needed, -max(each.confidence for each in groups[key]), -len(groups[key])))
        for key in keys[most:]:
            if key not in needed:
                refusals.add(key[1], f"more than {most} names of the kind {type.value}", groups[key][0].sentence)
        for number, key in enumerate(keys):
            if number < most or key in needed:
                kept.extend(_of_one_name(groups[key], needed.get(key, frozenset())))
    order = {id(mention): number for number, mention in enumerate(mentions)}
    kept.sort(key=lambda mention: order[id(mention)])
    return tuple(kept), tuple(kept_claims), tuple(kept_results)


def _needed(
    claims: Sequence[StatedClaim], results: Sequence[StatedResult]
) -> dict[tuple[NameType, str], frozenset[int]]:
    found: defaultdict[tuple[NameType, str], set[int]] = defaultdict(set)
    for claim in claims:
        for type, name in (
            (NameType.METHOD, claim.intervention),
            (NameType.METHOD, claim.comparator),
            (NameType.METRIC, claim.outcome),
            (NameType.DATASET, claim.dataset),
            (NameType.TASK, claim.task),
        ):
            if name:
                found[type, name].add(claim.sentence)
    for result in results:
        for type, name in (
            (NameType.METHOD, result.method),
            (NameType.METRIC, result.metric),
            (NameType.DATASET, result.dataset),
            (NameType.TASK, result.task),
        ):
            if name:
                found[type, name].add(result.sentence)
    return {key: frozenset(sentences) for key, sentences in found.items()}


def _of_one_name(group: Sequence[Mention], sentences: frozenset[int]) -> list[Mention]:
    """Return the mentions of one name that are kept: those whose role says most, the surest, the first."""
    weight = {"proposed": 0, "baseline": 1, "component": 2, "used": 2, "mentioned": 4, None: 3}
    order = sorted(
        enumerate(group),
        key=lambda each: (
            each[1].sentence not in sentences,
            weight[each[1].role.value if each[1].role else None],
            -each[1].confidence,
            each[0],
        ),
    )
    return [mention for _, mention in order[:MENTIONS_PER_NAME]]


def _surest(items: list[_Stated], most: int) -> list[_Stated]:
    chosen = sorted(range(len(items)), key=lambda number: (-items[number].confidence, number))[:most]
    return [items[number] for number in sorted(chosen)]
