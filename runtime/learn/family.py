"""The comparisons of a plan, and their correction over the family that the plan declares.

Without a family, each metric is corrected over the arms. The plans of a study are corrected as one: every arm, metric
and plan. On validation their number was declared before anything ran, so that a study of which half has run is not
corrected for half; what is missing counts as p = 1. On test the family is what was confirmed there.

Not done here: concluding the other plans again when this one changes (`runtime.execute.study`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Arm, ArmRole, Plan
from runtime.learn.pairs import Pairs, Run, Split, pair, read_runs, specs_of
from runtime.learn.statistics import Comparison, compare, correct

# A metric and an arm.
Place = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """What a plan's trials on one split show: *arms* that have trials there, and tests of two pairs or more."""

    arms: tuple[Arm, ...]
    runs: Mapping[str, Run]
    pairs: Mapping[Place, Pairs]
    comparisons: Mapping[Place, Comparison]


def compare_arms(store: GraphStore, plan: Plan, split: Split) -> Compared:
    """Compare each arm of *plan* with its baseline, on each metric."""
    specs = {arm.id: specs_of(plan, arm, split) for arm in plan.arms}
    runs = read_runs(store, [spec for each in specs.values() for spec in each], [each.name for each in plan.metrics])
    arms = tuple(
        arm
        for arm in plan.arms
        if arm.role is not ArmRole.BASELINE
        and any(spec.id in runs and runs[spec.id].state in {"done", "failed", "dead"} for spec in specs[arm.id])
    )
    pairs = {
        (metric.name, arm.id): pair(runs, specs[arm.id], specs[plan.baseline.id], metric.name, metric.direction)
        for metric in plan.metrics
        for arm in arms
    }
    comparisons = {
        place: compare(each.values, alpha=plan.stats.alpha, test=plan.stats.test)
        for place, each in pairs.items()
        if len(each.gains) >= 2
    }
    return Compared(arms, runs, pairs, comparisons)


def correct_all(
    store: GraphStore, plan: Plan, split: Split, comparisons: Mapping[Place, Comparison]
) -> dict[Place, float]:
    """Return the corrected p of each of *comparisons*, which are those of *plan* on *split*."""
    method, family = plan.stats.correction, plan.stats.family
    if family is None:
        corrected: dict[Place, float] = {}
        for metric in plan.metrics:
            places = [place for place in comparisons if place[0] == metric.name]
            values = correct([comparisons[place].p for place in places], method)
            corrected.update(zip(places, values, strict=True))
        return corrected
    own = [each.p for each in comparisons.values()]
    others = [
        each.p for other in siblings(store, plan) for each in compare_arms(store, other, split).comparisons.values()
    ]
    missing = family.comparisons - len(own) - len(others) if split == "val" else 0
    together = correct([*own, *others, *[1.0] * missing], method)
    return dict(zip(comparisons, together, strict=False))


def siblings(store: GraphStore, plan: Plan) -> list[Plan]:
    """Return the other plans of the study of *plan* that are in the store, by id."""
    family = plan.stats.family
    if family is None:
        return []
    found = [node.properties["document"] for node in store.scan_nodes(Label.PLAN) if node.key != plan.id]
    of_study = [each for each in found if (each["stats"].get("family") or {}).get("study") == family.study]
    return [Plan.from_document(each) for each in of_study]
