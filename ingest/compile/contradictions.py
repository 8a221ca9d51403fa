"""Contradictions: two papers that claim opposite things of one intervention.

Two claims contradict each other when they come from two papers, name the same intervention (after resolve), compare
with the same thing or both with nothing named, speak of the same outcome, and one says that it improves where the other
says that it degrades. "A is better than B" and "B is better than A" are opposite as well: the pair is turned round.
Where both name a dataset, or a task, they must name a common one; a claim that names none speaks in general.

"No difference" contradicts nothing: not to find an effect is not to find the opposite. Claims whose outcome is not
named are compared only with each other, and only where they name with what the intervention is compared: that pruning
"hurts performance" in one paper and "helps" in another is no contradiction yet; that Adam beats SGD in one and SGD
beats Adam in another is.

Deterministic and order-independent: a function of the corpus. Of two papers the surest pair of claims for each
intervention and outcome is kept, and each claim is held against the surest `MOST` others, so that a method which
everybody tries does not fill the graph with pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from graph.schema import EdgeType
from graph.vocabulary.extraction import Direction
from graph.write.contradictions import Contradiction
from ingest.compile.corpus import Claim, Corpus

MOST: Final = 8


class _Side(NamedTuple):
    """A claim as one of those that can be compared: for (+1) or against (-1) its subject."""

    claim: Claim
    sign: int


_Subject = tuple[str, str | None, str | None]
"""(intervention, comparator, outcome), the smaller of intervention and comparator first."""


def find_contradictions(corpus: Corpus) -> tuple[Contradiction, ...]:
    """Return the pairs of claims that contradict each other, ordered by their keys."""
    sides: dict[_Subject, list[_Side]] = defaultdict(list)
    for claim in corpus.claims.values():
        for subject, side in _sides(claim):
            sides[subject].append(side)
    surest: dict[tuple[_Subject, str, str], Contradiction] = {}
    for subject, alike in sides.items():
        for pair, papers in _opposed(alike):
            known = surest.get((subject, *papers))
            if known is None or _rank(pair) < _rank(known):
                surest[subject, *papers] = pair
    return _bounded(dict.fromkeys(surest.values()))


def _sides(claim: Claim) -> Iterator[tuple[_Subject, _Side]]:
    if claim.direction not in (Direction.IMPROVES, Direction.DEGRADES):
        return
    sign = 1 if claim.direction == Direction.IMPROVES else -1
    outcome = next(iter(claim.ends.get(EdgeType.HAS_METRIC, ())), None)
    comparator = next(iter(claim.ends.get(EdgeType.HAS_COMPARATOR, ())), None)
    if outcome is None and comparator is None:
        return
    for intervention in claim.ends.get(EdgeType.HAS_INTERVENTION, ()):
        if comparator is not None and comparator < intervention:
            yield (comparator, intervention, outcome), _Side(claim, -sign)
        elif comparator != intervention:
            yield (intervention, comparator, outcome), _Side(claim, sign)


def _opposed(alike: list[_Side]) -> Iterator[tuple[Contradiction, tuple[str, str]]]:
    against = [side.claim for side in alike if side.sign < 0]
    for claim in (side.claim for side in alike if side.sign > 0):
        for other in against:
            if claim.paper == other.paper or not _compatible(claim, other):
                continue
            one, two = sorted((claim, other), key=lambda each: each.key)
            score = min(one.confidence, two.confidence)
            papers = (min(one.paper, two.paper), max(one.paper, two.paper))
            yield Contradiction(one.key, two.key, score), papers


def _compatible(one: Claim, other: Claim) -> bool:
    for type in (EdgeType.HAS_DATASET, EdgeType.HAS_TASK):
        ours, theirs = set(one.ends.get(type, ())), set(other.ends.get(type, ()))
        if ours and theirs and ours.isdisjoint(theirs):
            return False
    return True


def _rank(pair: Contradiction) -> tuple[float, str, str]:
    return -pair.score, pair.one, pair.other


def _bounded(pairs: Iterable[Contradiction]) -> tuple[Contradiction, ...]:
    """Keep the surest pairs in which neither claim stands in `MOST` surer ones."""
    kept: list[Contradiction] = []
    count: dict[str, int] = defaultdict(int)
    for pair in sorted(pairs, key=_rank):
        if count[pair.one] < MOST and count[pair.other] < MOST:
            kept.append(pair)
            count[pair.one] += 1
            count[pair.other] += 1
    return tuple(sorted(kept, key=lambda pair: (pair.one, pair.other)))
