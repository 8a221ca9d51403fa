"""A plan for a project task: its baseline, and arms that set knobs or apply a patch, over seeds.

Deterministic, and a function of the task and what is asked: no store, no snapshot and no belief goes in, so drafting
twice gives the same plan. Without arms of one's own, each value that the task proposes for a knob is an arm (one factor
at a time), and so is each further baseline, as a control.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.vocabulary.plan import (
    Arm,
    ArmRole,
    Budget,
    Gate,
    Hypothesis,
    Plan,
    PlannedMetric,
    PlannerNote,
    Stats,
)
from graph.vocabulary.plan import Knob as KnobValue
from runtime.projects.errors import ContractError
from runtime.projects.project import VALUE, Project

PLANNER_VERSION = "project-1"
_ALPHA = 0.05
# A plan's own overhead beside its trials' limits: claims, copies, evaluation.
_ROOM_S = 60.0


def draft_project_plan(
    project: Project,
    *,
    intent: str | None = None,
    seeds: int | None = None,
    settings: Sequence[Mapping[str, KnobValue]] = (),
) -> Plan:
    """Return a plan that compares *settings* of the knobs, or those that the task proposes, with its baseline.

    Raises:
        ContractError: there is nothing to compare, or a setting is not one of the task's.
    """
    arms = [_setting_arm(project, knobs) for knobs in settings] or _proposed(project)
    if not arms:
        raise ContractError(
            f"{project.id} proposes no value of a knob and none was given: set one (--set KNOB=VALUE), give knobs "
            "'proposed' values in task.toml, or submit a patch"
        )
    return plan_arms(project, arms, intent=intent, seeds=seeds, reason=_why(project, settings))


def plan_arms(
    project: Project,
    arms: Sequence[Arm],
    *,
    intent: str | None = None,
    seeds: int | None = None,
    statement: str | None = None,
    reason: Sequence[str] = (),
    parent_plan: str | None = None,
) -> Plan:
    """Return a plan that compares *arms* with the task's baseline; the first proposed one is what it is about.

    Raises:
        ContractError: an arm is the baseline itself, or the plan breaks a rule of its own.
    """
    contract, primary = project.contract, project.contract.primary
    baseline = baseline_arm(project)
    if same := [arm.id for arm in arms if (arm.units, arm.patch) == (baseline.units, baseline.patch)]:
        raise ContractError(f"{', '.join(same)}: sets everything as the baseline does, so there is nothing to compare")
    lead = next(arm for arm in arms if arm.role is ArmRole.PROPOSED)
    count = seeds or contract.budget.seeds
    confirm = min(contract.budget.confirm_seeds, 2 * count)
    trials = (len(arms) + 1) * (count + confirm)
    up = primary.direction == "max"
    said = f"{lead.id} {'raises' if up else 'lowers'} {primary.name} on {project.id}"
    try:
        return Plan(
            intent=" ".join((intent or contract.goal or contract.title).split()),
            snapshot="none",
            belief_generation=0,
            hypothesis=Hypothesis(
                statement=statement or said + (f" by at least {primary.min_effect:g}" if primary.min_effect else ""),
                effect_of=_about(lead, baseline),
                metric=primary.name,
                direction="increase" if up else "decrease",
                min_effect=primary.min_effect,
                falsifier=f"the upper end of the interval of the gain in {primary.name} lies below "
                f"{primary.min_effect:g}",
            ),
            patterns=(),
            task=project.ref,
            program_version=project.program_version,
            arms=(baseline, *arms),
            seeds=tuple(range(count)),
            metrics=_metrics(project),
            budget=Budget(
                wall_s=_ROOM_S + trials * contract.budget.trial_wall_s,
                trial_wall_s=contract.budget.trial_wall_s,
                mem_mb=contract.budget.mem_mb,
                gpus=contract.budget.gpus,
                max_trials=trials,
                artifact_mb=contract.budget.artifact_mb,
            ),
            stats=Stats(alpha=_ALPHA),
            gate=Gate(
                guard_metrics=tuple(each.name for each in contract.metrics if each.margin is not None),
                confirm_seeds=confirm,
            ),
            parent_plan=parent_plan,
            planner=PlannerNote(
                kind="project",
                version=PLANNER_VERSION,
                rationale=(
                    *reason,
                    f"{count} seeds: {'asked for' if seeds else 'as the task says'}, without a power calculation",
                ),
            ),
        )
    except ValueError as error:
        raise ContractError(f"no plan can be made of that: {error}") from error


def baseline_arm(project: Project) -> Arm:
    """Return the arm that gains are measured against: the first baseline of the task."""
    first = project.contract.baselines[0]
    return Arm(id=first.id, role=ArmRole.BASELINE, units=project.bind(first.knobs))


def setting_id(project: Project, knobs: Mapping[str, KnobValue]) -> str:
    """Return the name of an arm that sets *knobs*: ``lr=0.1,width=64``."""
    return ",".join(f"{name}={project.contract.knobs[name].spelled(knobs[name])}" for name in sorted(knobs))


def _setting_arm(project: Project, knobs: Mapping[str, KnobValue]) -> Arm:
    base = dict(project.contract.baselines[0].knobs)
    units = project.bind({**base, **knobs})
    return Arm(id=setting_id(project, knobs), role=ArmRole.PROPOSED, units=units)


def _proposed(project: Project) -> list[Arm]:
    contract = project.contract
    arms = [
        _setting_arm(project, {name: value})
        for name, knob in contract.knobs.items()
        for value in knob.proposed
        if knob.normal(value) != knob.normal(contract.baselines[0].knobs.get(name, knob.default))
    ]
    if arms:
        arms += [
            Arm(id=each.id, role=ArmRole.CONTROL, units=project.bind(each.knobs)) for each in contract.baselines[1:]
        ]
    return arms


def _about(lead: Arm, baseline: Arm) -> str:
    """Return the unit that the hypothesis is about: what the arm sets and the baseline does not; else its patch."""
    if lead.patch is not None:
        return lead.id
    others = {each.unit: each.knobs.get(VALUE) for each in baseline.units}
    changed = [each.unit for each in lead.units if others.get(each.unit) != each.knobs.get(VALUE)]
    return changed[0] if changed else next(each.unit for each in (*lead.units, *baseline.units))


def _metrics(project: Project) -> tuple[PlannedMetric, ...]:
    return tuple(
        PlannedMetric(name=each.name, direction=each.direction, primary=each.primary, noninferiority_margin=each.margin)
        for each in sorted(project.contract.metrics, key=lambda each: not each.primary)
    )


def _why(project: Project, settings: Sequence[Mapping[str, KnobValue]]) -> tuple[str, ...]:
    arms = "settings asked for" if settings else "one knob at a time, by the values that the task proposes"
    return (f"a plan of the project task {project.id}: {arms}", f"primary metric {project.contract.primary.name}")
