"""Candidates: the runnable units that stand in the matched patterns, each with why and what is expected of it.

A unit's relevance is the score of the best pattern that holds one of its Methods, times how central the Method is to
it and how sure the link between unit and Method is. Its rank is relevance times P(gain > 0) on the primary metric:
what papers say is good for this, weighted by what is believed of it here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.schema import Ref
from graph.vocabulary.plan import Exclusion
from runtime.learn.beliefs import Expectation, Expectations
from runtime.plan.effects import MIN_EFFECT
from runtime.retrieve.answer import Match
from runtime.tasks import Task
from runtime.units import UNITS, Unit
from runtime.units.linking import Links

_ROLE_WEIGHT = {"core": 1.0}
_OTHER_ROLE = 0.6
# Known not to work here: this unlikely to gain, after at least this many seed pairs.
LEAST_CHANCE, LEAST_PAIRS = 0.05, 5
# Or: as unlikely to gain what counts, unless a smaller gain is as good as certain.
_CLEAR_CHANCE = 0.95
# Or: this many of its trials failed, and at least this share of them.
_FAILURES, _FAILED_SHARE = 3, 0.5
# An exclusion names this many trials at most; the belief leads to all of them.
_NAMED_TRIALS = 5


@dataclass(frozen=True)
class Candidate:
    """A unit that may become an arm. *patterns* are those that hold it, best first."""

    unit: Unit
    method: str
    relevance: float
    expected: Expectation
    patterns: tuple[str, ...]

    @property
    def rank(self) -> float:
        """Relevance times the chance of a gain."""
        return self.relevance * self.expected.chance


@dataclass(frozen=True)
class Field:
    """What the matches hold: candidates best first, what was left out and why, and methods that nothing here runs."""

    candidates: tuple[Candidate, ...]
    excluded: tuple[Exclusion, ...]
    not_runnable: tuple[str, ...]


def survey(
    matches: Sequence[Match],
    links: Links,
    expectations: Expectations,
    task: Task,
    metric: str,
    units: Mapping[str, Unit] = UNITS,
) -> Field:
    """Return the candidates for *task* and *metric* among the methods of *matches*."""
    relevance: dict[str, tuple[float, str]] = {}
    patterns: dict[str, list[str]] = {}
    not_runnable: dict[str, None] = {}
    for match in matches:
        for method in match.methods:
            key = Ref.parse(method.ref).key
            found = [link for link in links.of_method(key) if link.unit in units]
            if not found:
                not_runnable.setdefault(method.name)
            for link in found:
                weight = max(match.score, 0.0) * _ROLE_WEIGHT.get(method.role, _OTHER_ROLE) * link.score
                patterns.setdefault(link.unit, []).append(match.pattern)
                if weight > relevance.get(link.unit, (-1.0, ""))[0]:
                    relevance[link.unit] = (weight, link.method)
    candidates, excluded = [], []
    for id in sorted(relevance):
        weight, method_key = relevance[id]
        unit = units[id]
        expected = expectations.of(id, method_key, task.id, metric)
        reason = unit.misfit(shape=task.shape, features=task.features)
        speaking: tuple[str, ...] = ()
        if reason is None and (known := _known_not_to_work(id, expected, expectations, task, metric)):
            reason, speaking = known
        if reason is not None:
            excluded.append(Exclusion(unit=id, reason=reason, trials=speaking))
        else:
            candidates.append(Candidate(unit, method_key, weight, expected, tuple(dict.fromkeys(patterns[id]))))
    candidates.sort(key=lambda each: (-each.rank, each.unit.id))
    return Field(tuple(candidates), tuple(excluded), tuple(not_runnable))


def _known_not_to_work(
    unit: str, expected: Expectation, expectations: Expectations, task: Task, metric: str
) -> tuple[str, tuple[str, ...]] | None:
    evidence = expectations.evidence.get((unit, task.id))
    if evidence is None:
        return None
    trials = tuple(sorted(evidence.trials))[:_NAMED_TRIALS]
    if expected.trials >= LEAST_PAIRS and expected.chance < LEAST_CHANCE:
        after = f"after {expected.trials} seed pairs the expected gain is {expected.mean:+.4f} ± {expected.sd:.4f}"
        return f"known not to help {metric} on {task.id}: {after}", trials
    effect = MIN_EFFECT[metric]
    if expected.trials >= LEAST_PAIRS and expected.chance_of(effect) < LEAST_CHANCE and expected.chance < _CLEAR_CHANCE:
        after = f"after {expected.trials} seed pairs it is {expected.mean:+.4f} ± {expected.sd:.4f}"
        return f"known to have no effect of {effect:g} on {metric} on {task.id}: {after}", trials
    if evidence.failed >= _FAILURES and evidence.failed >= _FAILED_SHARE * len(evidence.trials):
        labels = ", ".join(f"{count} × {label}" for label, count in evidence.failures.items())
        return f"its trials on {task.id} fail: {labels}", trials
    return None


def pattern_key(pattern: str) -> str:
    """Return the key of a match's pattern, which is written as a reference."""
    return Ref.parse(pattern).key if "/" in pattern else pattern
