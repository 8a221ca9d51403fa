"""Findings: what the statistics of a plan say of each arm, and which Claims, Patterns and Methods that speaks for.

A finding of an arm with one unit speaks of that unit's Methods, their claims on the same metric, and the plan's
patterns that hold such a Method. A finding of a combination speaks only of patterns that hold all its units: effects of
combinations differ from those of their parts, so nothing about a part follows.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.finding import Finding, Verdict
from graph.vocabulary.plan import Arm, Plan, PlannedMetric
from runtime.learn.claims import claims_about
from runtime.learn.family import compare_arms, correct_all
from runtime.learn.pairs import Pairs, Split
from runtime.learn.statistics import Comparison
from runtime.units.linking import Links, method_roots

# More failures than this share of an arm's trials, and what is left is a selection of the lucky ones.
_TOO_MANY_FAILED = 0.2
_MANY = 1000


def find(store: GraphStore, plan: Plan, split: Split, links: Links) -> list[Finding]:
    """Return the findings of *plan* on *split*: each arm that has trials there, each metric of the plan."""
    compared = compare_arms(store, plan, split)
    corrected = correct_all(store, plan, split, compared.comparisons)
    findings = []
    for metric in plan.metrics:
        for arm in compared.arms:
            place = (metric.name, arm.id)
            each, comparison = compared.pairs[place], compared.comparisons.get(place)
            if not each.trials:
                continue
            verdict = judge_arm(plan, metric, comparison, corrected.get(place), each)
            supports, contradicts = _speaks_of(store, plan, arm, metric.name, verdict, links)
            findings.append(
                Finding(
                    plan=plan.id,
                    arm=arm.id,
                    metric=metric.name,
                    verdict=verdict,
                    split=split,
                    task=plan.task.id,
                    statement=_statement(arm, metric, verdict, plan, split),
                    trials=each.trials,
                    gain=comparison.gain if comparison else None,
                    ci_low=comparison.low if comparison else None,
                    ci_high=comparison.high if comparison else None,
                    p=comparison.p if comparison else None,
                    p_corrected=corrected.get(place),
                    n=len(each.gains),
                    failures=dict(each.failures),
                    supports=supports,
                    contradicts=contradicts,
                    # When the last trial behind it ended: concluding again says the same thing at the same time.
                    at=max(compared.runs[trial].at or "" for trial in each.trials),
                )
            )
    return findings


def judge_arm(
    plan: Plan, metric: PlannedMetric, comparison: Comparison | None, corrected: float | None, pairs: Pairs
) -> Verdict:
    """Return the verdict: significance after correction, else whether the interval excludes an effect that counts.

    What counts is the hypothesis' smallest effect on its own metric, else the metric's margin; a metric that has
    neither is found without difference only where the arms are identical.
    """
    failed = sum(pairs.failures.values())
    if failed > _TOO_MANY_FAILED * (failed + len(pairs.gains)):
        return Verdict.FAILED
    if comparison is None or corrected is None:
        return Verdict.INCONCLUSIVE
    if corrected < plan.stats.alpha and comparison.gain != 0:
        return Verdict.IMPROVES if comparison.gain > 0 else Verdict.DEGRADES
    if comparison.sd == 0 and comparison.gain == 0:
        return Verdict.NO_DIFFERENCE
    margin = plan.hypothesis.min_effect if metric.name == plan.hypothesis.metric else metric.noninferiority_margin
    if margin and -margin < comparison.low and comparison.high < margin:
        return Verdict.NO_DIFFERENCE
    return Verdict.INCONCLUSIVE


_SAYS = {
    Verdict.IMPROVES: "improves",
    Verdict.DEGRADES: "degrades",
    Verdict.NO_DIFFERENCE: "makes no difference to",
    Verdict.INCONCLUSIVE: "shows no clear effect on",
    Verdict.FAILED: "failed too often to be judged on",
}


def _statement(arm: Arm, metric: PlannedMetric, verdict: Verdict, plan: Plan, split: Split) -> str:
    where = "validation" if split == "val" else "test"
    return f"{arm.id} {_SAYS[verdict]} {metric.name} against {plan.baseline.id} on {plan.task.id} ({where})"


def _speaks_of(
    store: GraphStore, plan: Plan, arm: Arm, metric: str, verdict: Verdict, links: Links
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if verdict in {Verdict.INCONCLUSIVE, Verdict.FAILED}:
        return (), ()
    methods = links.methods()
    roots = [set(methods.get(binding.unit, ())) for binding in arm.units]
    supports: list[str] = []
    contradicts: list[str] = []
    if len(roots) == 1 and roots[0]:
        for root in sorted(roots[0]):
            members = links.members(root)
            for claim in claims_about(store, members):
                if claim.metric == metric:
                    agrees = claim.direction == verdict.value
                    (supports if agrees else contradicts).append(f"{Label.CLAIM}/{claim.key}")
            if verdict is not Verdict.NO_DIFFERENCE:
                side = supports if verdict is Verdict.IMPROVES else contradicts
                side.append(f"{Label.METHOD}/{root}")
    if roots and all(roots) and metric == plan.primary.name:
        for pattern in _patterns_holding(store, plan, roots):
            (supports if verdict is Verdict.IMPROVES else contradicts).append(f"{Label.PATTERN}/{pattern}")
    return tuple(sorted(set(supports))), tuple(sorted(set(contradicts)))


def _patterns_holding(store: GraphStore, plan: Plan, roots: Sequence[set[str]]) -> list[str]:
    """Return the plan's patterns that are composed of a Method of every unit, one of them their core.

    A pattern whose component was tried alone has not been tried.
    """
    refs = sorted({Ref(Label.PATTERN, pattern.id) for pattern in plan.patterns})
    found = store.neighbours(refs, [EdgeType.COMPOSED_OF], "out", limit_per_ref=_MANY)
    groups = method_roots(store, sorted({node.key for hops in found.values() for _, node in hops}))
    holding = []
    for ref, hops in sorted(found.items()):
        held = {groups[node.key] for _, node in hops}
        core = {groups[node.key] for edge, node in hops if edge.properties.get("role") == "core"}
        if all(held & each for each in roots) and any(core & each for each in roots):
            holding.append(ref.key)
    return holding
