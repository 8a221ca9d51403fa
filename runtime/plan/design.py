"""The design: arms from candidates and the step to take, seeds from a power calculation, budget, gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graph.vocabulary.plan import Arm, ArmRole, Budget, Gate, PlannedMetric, UnitBinding
from runtime.learn.beliefs import Expectations
from runtime.learn.context import assumed_sd
from runtime.learn.power import detectable, seeds_needed
from runtime.plan.candidates import Candidate
from runtime.plan.precedents import Precedent, Step
from runtime.tasks import Task
from runtime.units import clashes

BASELINE = "baseline"
# A plan that one person can read and two cores can run in two minutes.
MOST_ARMS = 5
_LEAST_SEEDS, _MOST_SEEDS = 5, 20
ALPHA = 0.05
# The smallest gain that is worth a method's trouble, by metric, and how much of a guard metric may be given up for it.
MIN_EFFECT = {"accuracy": 0.01, "nll": 0.02, "ece": 0.01}
_MARGIN = {"accuracy": 0.01, "nll": 0.05, "ece": 0.02}
_GUARDS = {"ece": ("accuracy",), "nll": ("accuracy",), "accuracy": ()}


class Seeds(NamedTuple):
    """How many seeds, and why."""

    number: int
    detectable: float
    reason: str


def choose_arms(step: Step, candidates: Sequence[Candidate], precedent: Precedent | None) -> list[Arm]:
    """Return the arms, baseline first. *candidates* are best first and not empty."""
    baseline = Arm(id=BASELINE, role=ArmRole.BASELINE)
    known = {each.unit.id: each for each in candidates}
    if step.decision == "refine":
        return [baseline, *_refining(known[step.units[0]], candidates, precedent)]
    if step.decision == "replicate":
        chosen = [known[unit] for unit in step.units if unit in known][:MOST_ARMS]
        return [baseline, *(_alone(each, precedent) for each in chosen)]
    if step.decision == "pivot" and precedent is not None:
        fresh = [each for each in candidates if precedent.unit_alone(each.unit.id) is None]
        return [baseline, *(_alone(each, precedent) for each in fresh[:MOST_ARMS])]
    return [baseline, *_proposing(candidates)]


def _proposing(candidates: Sequence[Candidate]) -> list[Arm]:
    """Singles; where one pattern composes the best two, their combination too, and the singles are its ablations."""
    first = candidates[0]
    for second in candidates[1:MOST_ARMS]:
        shared = [pattern for pattern in first.patterns if pattern in second.patterns]
        if shared and not list(clashes([first.unit.id, second.unit.id])):
            both = _combined(first, second, ArmRole.PROPOSED, None)
            parts = {first.unit.id, second.unit.id}
            others = [each for each in candidates if each.unit.id not in parts][: MOST_ARMS - 3]
            return [
                both,
                _alone(first, None, ArmRole.ABLATION, both.id),
                _alone(second, None, ArmRole.ABLATION, both.id),
                *(_alone(each, None) for each in others),
            ]
    return [_alone(each, None) for each in candidates[:MOST_ARMS]]


def _refining(winner: Candidate, candidates: Sequence[Candidate], precedent: Precedent | None) -> list[Arm]:
    """The winner, the winner with each of the next best that fit, and the winner at another strength."""
    partners = [
        each
        for each in candidates
        if each.unit.id != winner.unit.id and not list(clashes([winner.unit.id, each.unit.id]))
    ][:2]
    arms = [_combined(winner, each, ArmRole.PROPOSED, None) for each in partners]
    untried = [each for each in candidates if precedent is None or precedent.unit_alone(each.unit.id) is None]
    parts = {winner.unit.id, *(each.unit.id for each in partners)}
    if arms:
        arms.append(_alone(winner, precedent, ArmRole.ABLATION, arms[0].id))
    else:
        arms.append(_alone(winner, precedent))
    if (other := _other_strength(winner, precedent)) is not None:
        arms.append(other)
    arms += [_alone(each, precedent) for each in untried if each.unit.id not in parts]
    return arms[:MOST_ARMS]


def _knobs(candidate: Candidate, precedent: Precedent | None) -> dict[str, float | int]:
    """Return the knobs of the earlier plan where it tried the unit, else the defaults, all written out."""
    if precedent is not None:
        for arm in precedent.plan.arms:
            for binding in arm.units:
                if binding.unit == candidate.unit.id:
                    return candidate.unit.bind(binding.knobs)
    return candidate.unit.bind({})


def _alone(
    candidate: Candidate, precedent: Precedent | None, role: ArmRole = ArmRole.PROPOSED, parent: str | None = None
) -> Arm:
    binding = UnitBinding(unit=candidate.unit.id, knobs=dict(_knobs(candidate, precedent)))
    return Arm(id=candidate.unit.id, role=role, units=(binding,), parent=parent)


def _combined(first: Candidate, second: Candidate, role: ArmRole, parent: str | None) -> Arm:
    units = tuple(UnitBinding(unit=each.unit.id, knobs=dict(_knobs(each, None))) for each in (first, second))
    return Arm(id=f"{first.unit.id}+{second.unit.id}", role=role, units=units, parent=parent)


def _other_strength(winner: Candidate, precedent: Precedent | None) -> Arm | None:
    """Return the winner with its first knob halved, which tells whether less would do."""
    if not winner.unit.knobs:
        return None
    knob, knobs = winner.unit.knobs[0], dict(_knobs(winner, precedent))
    halved = knobs[knob.name] / 2
    if knob.kind == "int" or halved < knob.low:
        return None
    knobs[knob.name] = halved
    binding = UnitBinding(unit=winner.unit.id, knobs=dict(knobs))
    return Arm(id=f"{winner.unit.id}-half", role=ArmRole.CONTROL, units=(binding,))


def choose_metrics(task: Task, primary: str) -> tuple[PlannedMetric, ...]:
    """Return all metrics of the task, the primary one first; guards have a margin."""
    names = [primary, *(name for name in task.metrics if name != primary)]
    return tuple(
        PlannedMetric(
            name=name,
            direction="max" if task.metrics[name] == "max" else "min",
            primary=name == primary,
            noninferiority_margin=_MARGIN[name] if name in _GUARDS[primary] else None,
        )
        for name in names
    )


def choose_gate(primary: str, seeds: int) -> Gate:
    """Return the gate: a gain whose interval is above 0, guards kept, confirmed with as many new seeds."""
    return Gate(guard_metrics=_GUARDS[primary], confirm_seeds=seeds)


def choose_seeds(
    arms: Sequence[Arm], task: Task, metric: str, expectations: Expectations, *, at_least: int = 0
) -> Seeds:
    """Return how many seeds find the smallest effect that counts, with a chance of 80 % after the correction."""
    sd, source = _spread(arms, task, metric, expectations)
    comparisons = max(1, len(arms) - 1)
    least = min(_MOST_SEEDS, max(_LEAST_SEEDS, at_least))
    count = seeds_needed(MIN_EFFECT[metric], sd, alpha=ALPHA, comparisons=comparisons, least=least, most=_MOST_SEEDS)
    found = detectable(sd, count, alpha=ALPHA, comparisons=comparisons)
    return Seeds(
        count,
        found,
        f"{count} seeds find a gain of {found:g} in {metric} with a chance of 80 % over {comparisons} comparisons, if "
        f"paired differences have a standard deviation of {sd:.4g} ({source})",
    )


def _spread(arms: Sequence[Arm], task: Task, metric: str, expectations: Expectations) -> tuple[float, str]:
    """Return the largest spread seen for the units of the plan, else the assumed one."""
    seen = []
    for unit in sorted({binding.unit for arm in arms for binding in arm.units}):
        evidence = expectations.evidence.get((unit, task.id))
        gains = evidence.gains.get(metric, ()) if evidence else ()
        if len(gains) >= _LEAST_SEEDS:
            seen.append((_sd(gains), unit, len(gains)))
    assumed = assumed_sd(task.id, metric)
    if not seen:
        return assumed, f"assumed for {task.id}; no trial yet"
    sd, unit, n = max(seen)
    if sd <= 0:
        return assumed, f"assumed for {task.id}; the differences seen are all equal"
    return sd, f"seen for {unit} in {n} seed pairs"


def _sd(gains: Sequence[float]) -> float:
    mean = sum(gains) / len(gains)
    return float((sum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1)) ** 0.5)


def choose_budget(arms: int, seeds: int) -> Budget:
    """Return a budget that holds the selection and a confirmation of every arm, with room for a slow machine."""
    trials = 2 * arms * seeds
    return Budget(wall_s=max(600.0, 15.0 * trials), trial_wall_s=60.0, mem_mb=2048, max_trials=trials)
