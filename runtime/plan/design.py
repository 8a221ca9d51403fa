"""The design: arms from candidates and the step to take, seeds from a power calculation, budget, gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graph.vocabulary.plan import Arm, ArmRole, Budget, Gate, PlannedMetric, UnitBinding
from runtime.learn.beliefs import Expectations
from runtime.learn.context import assumed_sd
from runtime.learn.power import detectable, seeds_needed
from runtime.plan.candidates import Candidate
from runtime.plan.effects import GUARDS, MARGIN, MIN_EFFECT
from runtime.plan.precedents import Precedent, Step
from runtime.tasks import Task
from runtime.units import clashes

BASELINE = "baseline"
# A plan that one person can read and two cores can run in two minutes.
MOST_ARMS = 5
# Effects of larger combinations cannot be told apart with the seeds that a plan has.
MOST_UNITS = 3
WEAKER = "-half"
_LEAST_SEEDS, _MOST_SEEDS = 5, 20
ALPHA = 0.05


class Seeds(NamedTuple):
    """How many seeds, and why."""

    number: int
    detectable: float
    reason: str


def choose_arms(step: Step, candidates: Sequence[Candidate], precedent: Precedent | None) -> list[Arm]:
    """Return the arms, baseline first. *candidates* are best first and not empty."""
    baseline = Arm(id=BASELINE, role=ArmRole.BASELINE)
    if step.base is not None:
        return [baseline, *_refining(step.base, candidates, precedent)]
    if step.decision == "replicate":
        known = {each.unit.id: each for each in candidates}
        return [baseline, *(_alone(known[unit], precedent) for unit in step.units[:MOST_ARMS])]
    if step.decision == "pivot" and precedent is not None:
        fresh = [each for each in candidates if precedent.unit_alone(each.unit.id) is None]
        return [baseline, *_proposing(fresh)]
    return [baseline, *_proposing(candidates)]


def _proposing(candidates: Sequence[Candidate]) -> list[Arm]:
    """Singles; where one pattern holds the best and another, their combination too, with the two as ablations."""
    first = candidates[0]
    for second in candidates[1:MOST_ARMS]:
        shared = [pattern for pattern in first.patterns if pattern in second.patterns]
        if shared and not list(clashes([first.unit.id, second.unit.id])):
            both = Arm(
                id=f"{first.unit.id}+{second.unit.id}",
                role=ArmRole.PROPOSED,
                units=(_binding(first, None), _binding(second, None)),
            )
            parts = {first.unit.id, second.unit.id}
            others = [each for each in candidates if each.unit.id not in parts][: MOST_ARMS - 3]
            return [
                both,
                *(
                    Arm(id=each.unit.id, role=ArmRole.ABLATION, units=(_binding(each, None),), parent=both.id)
                    for each in (first, second)
                ),
                *(_alone(each, None) for each in others),
            ]
    return [_alone(each, None) for each in candidates[:MOST_ARMS]]


def _refining(base: Arm, candidates: Sequence[Candidate], precedent: Precedent | None) -> list[Arm]:
    """The base with each of the next best that fit, the base itself as their ablation, and the base at less strength.

    Room that is left goes to units that were not tried yet.
    """
    inside = [binding.unit for binding in base.units]
    fitting = [each for each in candidates if each.unit.id not in inside and not list(clashes([*inside, each.unit.id]))]
    partners = fitting[:2] if len(inside) < MOST_UNITS else []
    arms = [
        Arm(
            id="+".join([*inside, each.unit.id]),
            role=ArmRole.PROPOSED,
            units=(*base.units, _binding(each, precedent)),
        )
        for each in partners
    ]
    role, parent = (ArmRole.ABLATION, arms[0].id) if arms else (ArmRole.PROPOSED, None)
    arms.append(Arm(id="+".join(inside), role=role, units=base.units, parent=parent))
    if (weaker := _weaker(base, candidates)) is not None:
        arms.append(weaker)
    parts = {*inside, *(each.unit.id for each in partners)}
    untried = [each for each in candidates if precedent is None or precedent.unit_alone(each.unit.id) is None]
    arms += [_alone(each, precedent) for each in untried if each.unit.id not in parts]
    return arms[:MOST_ARMS]


def _binding(candidate: Candidate, precedent: Precedent | None) -> UnitBinding:
    """Bind the knobs of the earlier plan where it tried the unit, else the defaults; all are written out."""
    for arm in precedent.plan.arms if precedent is not None else ():
        for binding in arm.units:
            if binding.unit == candidate.unit.id:
                return UnitBinding(unit=binding.unit, knobs=dict(candidate.unit.bind(binding.knobs)))
    return UnitBinding(unit=candidate.unit.id, knobs=dict(candidate.unit.bind({})))


def _alone(candidate: Candidate, precedent: Precedent | None) -> Arm:
    return Arm(id=candidate.unit.id, role=ArmRole.PROPOSED, units=(_binding(candidate, precedent),))


def _weaker(base: Arm, candidates: Sequence[Candidate]) -> Arm | None:
    """Return *base* with the first knob of its first unit halved, which tells whether less would do."""
    binding = base.units[0]
    unit = next(each.unit for each in candidates if each.unit.id == binding.unit)
    if not unit.knobs or base.id.endswith(WEAKER):
        return None
    knob, knobs = unit.knobs[0], unit.bind(binding.knobs)
    halved = knobs[knob.name] / 2
    if knob.kind == "int" or halved < knob.low:
        return None
    weaker = UnitBinding(unit=unit.id, knobs={**knobs, knob.name: halved})
    inside = "+".join(each.unit for each in base.units)
    return Arm(id=f"{inside}{WEAKER}", role=ArmRole.CONTROL, units=(weaker, *base.units[1:]))


def choose_metrics(task: Task, primary: str) -> tuple[PlannedMetric, ...]:
    """Return all metrics of the task, the primary one first; guards have a margin."""
    names = [primary, *(name for name in task.metrics if name != primary)]
    return tuple(
        PlannedMetric(
            name=name,
            direction="max" if task.metrics[name] == "max" else "min",
            primary=name == primary,
            noninferiority_margin=MARGIN[name] if name in GUARDS[primary] else None,
        )
        for name in names
    )


def choose_gate(primary: str, seeds: int) -> Gate:
    """Return the gate: a gain whose interval is above 0, guards kept, confirmed with as many new seeds."""
    return Gate(guard_metrics=GUARDS[primary], confirm_seeds=seeds)


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
