"""Beliefs: the posterior over each tried Method's effect, by context and metric, from claims and from trials.

Guarantees: a function of what the store holds, so updating twice writes nothing new; the belief generation rises only
when a belief changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.finding import Belief
from graph.write.beliefs import BeliefsWritten, belief_key, write_beliefs
from runtime.learn.claims import MethodClaim, claims_about
from runtime.learn.context import assumed_sd, nearness
from runtime.learn.evidence import NOTHING, UnitEvidence, unit_evidence
from runtime.learn.posterior import Observed, Prior, chance_of_gain, posterior, prior
from runtime.tasks import TASKS, Task
from runtime.units.linking import Links

_MANY = 2000


@dataclass(frozen=True)
class Expectation:
    """What is expected of a method in a context, in units of the metric, and what stands behind it."""

    mean: float
    sd: float
    prior_mean: float
    prior_sd: float
    trials: int
    failed: int
    claims: tuple[str, ...]

    @property
    def chance(self) -> float:
        """P(gain > 0)."""
        return chance_of_gain(self.mean, self.sd)

    def chance_of(self, effect: float) -> float:
        """P(gain > effect)."""
        return chance_of_gain(self.mean - effect, self.sd)


class Expectations:
    """All that the store says of units, read once. *tasks* are the contexts that trials may be in."""

    def __init__(self, store: GraphStore, links: Links, tasks: Mapping[str, Task] = TASKS) -> None:
        self._store, self._links, self._tasks = store, links, tasks
        self.evidence: dict[tuple[str, str], UnitEvidence] = unit_evidence(store, tasks)
        self._claims: dict[str, list[MethodClaim]] = {}
        self._near = {(a, b): nearness(tasks[a], tasks[b]) for a in sorted(tasks) for b in sorted(tasks)}

    def of(self, unit: str, method: str, task: str, metric: str) -> Expectation:
        """Return what is expected of *unit*, standing for the Methods of the group of *method*."""
        before = prior(self._directions(method, metric))
        observed = {
            context: Observed(self._of(unit, context).gains.get(metric, ()), assumed_sd(context, metric))
            for context in sorted(self._tasks)
        }
        after = posterior(before, observed, task, self._near)
        return self._scaled(before, after, observed[task], self._of(unit, task), method, metric)

    def tried(self, unit: str) -> list[str]:
        """Return the contexts in which *unit* was tried alone."""
        return sorted(task for each, task in self.evidence if each == unit)

    def claims(self, method: str, metric: str) -> list[MethodClaim]:
        """Return the claims on *metric* about the group of *method*."""
        if method not in self._claims:
            self._claims[method] = claims_about(self._store, self._links.members(method))
        return [claim for claim in self._claims[method] if claim.metric == metric]

    def _of(self, unit: str, task: str) -> UnitEvidence:
        return self.evidence.get((unit, task), NOTHING)

    def _directions(self, method: str, metric: str) -> list[str]:
        """One direction a document: that of most of its claims; no difference where they cancel out."""
        votes: dict[str, list[float]] = {}
        for claim in self.claims(method, metric):
            votes.setdefault(claim.document, []).append({"improves": 1.0, "degrades": -1.0}.get(claim.direction, 0.0))
        balance = [sum(votes[document]) for document in sorted(votes)]
        return ["improves" if each > 0 else "degrades" if each < 0 else "no_difference" for each in balance]

    def _scaled(
        self,
        before: Prior,
        after: tuple[float, float],
        observed: Observed,
        evidence: UnitEvidence,
        method: str,
        metric: str,
    ) -> Expectation:
        noise = observed.noise
        return Expectation(
            mean=after[0] * noise,
            sd=after[1] * noise,
            prior_mean=before.mean * noise,
            prior_sd=before.sd * noise,
            trials=len(observed.gains),
            failed=evidence.failed,
            claims=tuple(claim.key for claim in self.claims(method, metric)),
        )


def update_beliefs(
    store: GraphStore, units: Sequence[str], links: Links, *, tasks: Mapping[str, Task] = TASKS
) -> BeliefsWritten:
    """Write the beliefs about the Methods of *units*, in every context where they were tried."""
    known = Expectations(store, links, tasks)
    beliefs: dict[str, Belief] = {}
    for unit in sorted(set(units)):
        findings = _findings(store, known, unit)
        for link in links.of_unit(unit):
            for task in known.tried(unit):
                for metric in tasks[task].metrics:
                    belief = _belief(known, unit, link.method, task, metric, findings)
                    if belief is not None:
                        beliefs.setdefault(belief_key(belief.method, belief.task, belief.metric), belief)
    return write_beliefs(store, [beliefs[key] for key in sorted(beliefs)])


def _belief(
    known: Expectations, unit: str, method: str, task: str, metric: str, findings: Mapping[str, list[str]]
) -> Belief | None:
    expected = known.of(unit, method, task, metric)
    grounds = [
        *(f"{Label.FINDING}/{key}" for key in findings.get(metric, ())),
        *(f"{Label.CLAIM}/{key}" for key in expected.claims),
    ]
    if not grounds:
        return None
    return Belief(
        method=method,
        task=task,
        metric=metric,
        mean=expected.mean,
        sd=expected.sd,
        prior_mean=expected.prior_mean,
        prior_sd=expected.prior_sd,
        trials=expected.trials,
        failed=expected.failed,
        informed_by=tuple(sorted(grounds)),
    )


def _findings(store: GraphStore, known: Expectations, unit: str) -> dict[str, list[str]]:
    """Return the findings computed from the unit's own trials, by metric."""
    trials = [trial for task in known.tried(unit) for trial in known.evidence[unit, task].trials]
    found = store.neighbours(
        [Ref(Label.TRIAL, trial) for trial in trials], [EdgeType.COMPUTED_FROM], "in", limit_per_ref=_MANY
    )
    by_metric: dict[str, set[str]] = {}
    for hops in found.values():
        for _, node in hops:
            by_metric.setdefault(str(node.properties.get("metric")), set()).add(node.key)
    return {metric: sorted(keys) for metric, keys in by_metric.items()}
