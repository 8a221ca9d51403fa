"""A Plan: a hypothesis and the design that tests it, as an immutable document with a content hash.

Guarantees: a plan that violates a rule of its own cannot be constructed; the message says which. Two plans that say
the same have the same id, whatever the order of units or the spelling of numbers (``1`` and ``1.0``). Rules that need
the registry of units and tasks (known units, knobs in range) are checked by `runtime.plan`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator

from graph.canonical import content_hash
from graph.vocabulary.document import Frozen

Knob = float | int | str | bool


class ArmRole(StrEnum):
    """What an arm is for."""

    BASELINE = "baseline"
    PROPOSED = "proposed"
    ABLATION = "ablation"
    CONTROL = "control"


class Hypothesis(Frozen):
    """What is believed, and what would refute it.

    *effect_of* is an arm's unit, or an arm with a patch; *metric* is one of the plan's.
    """

    id: str = "h1"
    statement: str
    effect_of: str
    metric: str
    direction: Literal["increase", "decrease", "no_change"]
    min_effect: float = Field(default=0.0, ge=0)
    falsifier: str


class PatternRef(Frozen):
    """A pattern behind the plan, with the quotes that carry it."""

    id: str
    label: str
    role: Literal["supports", "contradicts", "inspires", "prior_run"] = "inspires"
    quote_ids: tuple[str, ...] = ()


class TaskRef(Frozen):
    """A task at one version: any change of data, split or evaluator is another task."""

    id: str
    version: str
    dataset: str
    dataset_sha256: str
    split: str
    evaluator_sha256: str


def _same_number_same_value(knobs: dict[str, Knob]) -> dict[str, Knob]:
    def normal(value: Knob) -> Knob:
        return int(value) if isinstance(value, float) and value.is_integer() else value

    return {name: normal(knobs[name]) for name in sorted(knobs)}


class UnitBinding(Frozen):
    """A unit with its knobs bound. Integral floats become ints, so that ``1`` and ``1.0`` are one value."""

    unit: str
    knobs: Annotated[dict[str, Knob], AfterValidator(_same_number_same_value)] = {}


def _sorted_units(units: tuple[UnitBinding, ...]) -> tuple[UnitBinding, ...]:
    return tuple(sorted(units, key=lambda each: each.unit))


class Arm(Frozen):
    """One recipe. *patch* is code and goes through the policy for untrusted code; *parent* is the arm it varies."""

    id: str
    role: ArmRole
    units: Annotated[tuple[UnitBinding, ...], AfterValidator(_sorted_units)] = ()
    patch: str | None = None
    parent: str | None = None

    @model_validator(mode="after")
    def _units_are_named_once(self) -> Self:
        names = [each.unit for each in self.units]
        if len(set(names)) != len(names):
            raise ValueError(f"arm {self.id!r} binds a unit twice: {', '.join(names)}")
        return self


class PlannedMetric(Frozen):
    """A metric, its good direction, and the split it is read on."""

    name: str
    direction: Literal["max", "min"]
    primary: bool = False
    split: Literal["val", "test"] = "val"
    noninferiority_margin: float | None = Field(default=None, ge=0)


class Budget(Frozen):
    """What the plan may cost. Seconds of wall time, MiB of memory."""

    wall_s: float = Field(gt=0)
    trial_wall_s: float = Field(gt=0)
    mem_mb: int = Field(gt=0)
    gpus: float = Field(default=0, ge=0)
    gpu_mem_mb: int | None = Field(default=None, gt=0)
    max_trials: int = Field(gt=0)
    artifact_mb: int = Field(default=64, gt=0)


class Family(Frozen):
    """The comparisons that a plan's are corrected together with: those of all plans of one *study*.

    *comparisons* counts them on validation over all plans, arms and metrics, before anything has run.
    """

    study: str
    comparisons: int = Field(ge=1)


def _is_absent(family: Family | None) -> bool:
    return family is None


class Stats(Frozen):
    """How the arms are compared. Without a *family*, the correction is over the arms, for each metric."""

    design: Literal["ofat", "factorial", "fractional"] = "ofat"
    pairing: Literal["seed"] = "seed"
    test: Literal["paired_t", "sign_flip", "bootstrap"] = "paired_t"
    alpha: float = Field(default=0.05, gt=0, lt=1)
    correction: Literal["holm", "bh", "none"] = "holm"
    # Left out of the document where there is none, so that plans from before there were studies keep their ids.
    family: Family | None = Field(default=None, exclude_if=_is_absent)
    min_detectable: float | None = Field(default=None, gt=0)


class Stop(Frozen):
    """When to stop before all seeds are used."""

    rule: Literal["fixed", "group_sequential", "successive_halving"] = "fixed"
    looks: tuple[float, ...] = ()
    eta: int = Field(default=3, ge=2)
    min_seeds: int = Field(default=3, ge=2)


class Gate(Frozen):
    """What an arm must show on validation to be confirmed on test, with how many new seeds."""

    primary_gain_ci_low_gt: float = 0.0
    guard_metrics: tuple[str, ...] = ()
    confirm_seeds: int = Field(default=10, ge=2)


class Risk(Frozen):
    """An objection that reviewers raised to a method of the plan."""

    text: str
    evidence: tuple[str, ...] = ()


class Exclusion(Frozen):
    """A unit that was considered and left out, with the trials that speak against it."""

    unit: str
    reason: str
    trials: tuple[str, ...] = ()


class PlannerNote(Frozen):
    """Who drafted the plan and why; not part of its identity."""

    kind: str
    version: str
    rationale: tuple[str, ...] = ()


class TrialSpec(Frozen):
    """What is run, not why: the identity of a trial."""

    task: TaskRef
    units: tuple[UnitBinding, ...]
    patch: str | None
    seed: int
    split: Literal["val", "test"]
    schema_version: str
    program_version: str

    @property
    def id(self) -> str:
        """``trial:`` and 24 hex digits over the canonical JSON of the spec."""
        return f"trial:{content_hash(self.model_dump(mode='json'))[:24]}"


class PlannedTrial(NamedTuple):
    """A trial and the arm that needs it."""

    arm: str
    spec: TrialSpec


class Plan(Frozen):
    """The whole design. `id` is derived; `planner` does not count for it."""

    schema_version: Literal["1"] = "1"
    intent: str
    snapshot: str
    belief_generation: int = Field(ge=0)
    hypothesis: Hypothesis
    patterns: tuple[PatternRef, ...]
    task: TaskRef
    program_version: str
    arms: tuple[Arm, ...] = Field(min_length=2)
    seeds: tuple[int, ...] = Field(min_length=2)
    metrics: tuple[PlannedMetric, ...] = Field(min_length=1)
    budget: Budget
    stats: Stats = Stats()
    stop: Stop = Stop()
    gate: Gate = Gate()
    risks: tuple[Risk, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    parent_plan: str | None = None
    decision: Literal["propose", "refine", "pivot", "replicate", "ablate"] = "propose"
    planner: PlannerNote = PlannerNote(kind="hand", version="0")

    @model_validator(mode="after")
    def _design_is_consistent(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    @property
    def id(self) -> str:
        """``plan:`` and 24 hex digits over the canonical JSON without `planner`."""
        return f"plan:{content_hash(self.model_dump(mode='json', exclude={'planner'}))[:24]}"

    @property
    def baseline(self) -> Arm:
        """The one baseline arm."""
        return next(arm for arm in self.arms if arm.role is ArmRole.BASELINE)

    @property
    def primary(self) -> PlannedMetric:
        """The one primary metric."""
        return next(metric for metric in self.metrics if metric.primary)

    @property
    def confirm_seeds(self) -> tuple[int, ...]:
        """The new seeds for the confirmation on test: those that follow the largest seed of the plan."""
        first = max(self.seeds) + 1
        return tuple(range(first, first + self.gate.confirm_seeds))

    def trial(self, arm: Arm, seed: int, split: Literal["val", "test"]) -> TrialSpec:
        """Return the spec of *arm* with *seed*, scored on *split*."""
        return TrialSpec(
            task=self.task,
            units=arm.units,
            patch=arm.patch,
            seed=seed,
            split=split,
            schema_version=self.schema_version,
            program_version=self.program_version,
        )

    def trials(self) -> Iterator[PlannedTrial]:
        """Yield the trials of the selection stage, seed by seed, so that an early stop leaves whole pairs."""
        for seed in self.seeds:
            for arm in self.arms:
                yield PlannedTrial(arm.id, self.trial(arm, seed, "val"))

    def document(self) -> dict[str, Any]:
        """Return the published JSON form: ``{id, …plan}``."""
        return {"id": self.id, **self.model_dump(mode="json")}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Plan:
        """Read the published form; an `id` that is there must be right.

        Raises:
            ValueError: a rule is violated, or the id is that of another plan (it was edited: drop the id).
        """
        fields = dict(document)
        claimed = fields.pop("id", None)
        plan = cls.model_validate(fields)
        if claimed is not None and claimed != plan.id:
            raise ValueError(
                f"the plan says it is {claimed} but its content is {plan.id}: remove the id of an edited plan"
            )
        return plan


def _problems(plan: Plan) -> Iterator[str]:
    arms = [arm.id for arm in plan.arms]
    baselines = [arm.id for arm in plan.arms if arm.role is ArmRole.BASELINE]
    metrics = [metric.name for metric in plan.metrics]
    primaries = [metric.name for metric in plan.metrics if metric.primary]
    units = {binding.unit for arm in plan.arms for binding in arm.units}
    if len(set(arms)) != len(arms):
        yield f"arm ids must differ: {', '.join(arms)}"
    if len(baselines) != 1:
        yield f"exactly one arm must be the baseline, not {len(baselines)}: {', '.join(baselines) or 'none'}"
    if len(set(metrics)) != len(metrics):
        yield f"metric names must differ: {', '.join(metrics)}"
    if len(primaries) != 1:
        yield f"exactly one metric must be primary, not {len(primaries)}: {', '.join(primaries) or 'none'}"
    if len(set(plan.seeds)) != len(plan.seeds) or min(plan.seeds) < 0:
        yield "seeds must be non-negative and differ"
    planned = len(plan.arms) * len(plan.seeds)
    if planned > plan.budget.max_trials:
        yield f"{planned} trials (arms × seeds) exceed budget.max_trials = {plan.budget.max_trials}"
    patched = {arm.id for arm in plan.arms if arm.patch is not None}
    if plan.hypothesis.effect_of not in units | patched:
        yield f"hypothesis.effect_of {plan.hypothesis.effect_of!r} is not a unit of any arm, nor an arm with a patch"
    if plan.hypothesis.metric not in metrics:
        yield f"hypothesis.metric {plan.hypothesis.metric!r} is not a metric of the plan"
    if unknown := sorted(set(plan.gate.guard_metrics) - set(metrics)):
        yield f"gate.guard_metrics names metrics that the plan does not measure: {', '.join(unknown)}"
    for arm in plan.arms:
        if arm.role is ArmRole.ABLATION and arm.parent is None:
            yield f"ablation {arm.id!r} needs a parent arm"
        if arm.parent is not None and (arm.parent not in arms or arm.parent == arm.id):
            yield f"arm {arm.id!r} has parent {arm.parent!r}, which is no other arm of the plan"
    recipes = [arm.model_dump_json(include={"units", "patch"}) for arm in plan.arms]
    if len(set(recipes)) != len(recipes):
        yield "two arms have the same recipe; their difference would be exactly zero"
    family, own = plan.stats.family, (len(plan.arms) - 1) * len(plan.metrics)
    if family is not None and family.comparisons < own:
        yield f"the family has {family.comparisons} comparisons, fewer than the {own} of this plan (arms × metrics)"
    if plan.stats.test == "sign_flip":
        smallest = 2 / 2 ** len(plan.seeds)
        comparisons = len(plan.arms) - 1 if family is None else family.comparisons
        level = plan.stats.alpha / (comparisons if plan.stats.correction == "holm" else 1)
        if smallest > level:
            yield (
                f"an exact sign-flip test with {len(plan.seeds)} seeds cannot reach p = {level:.4g}: "
                f"its smallest p is {smallest:.4g}; use more seeds"
            )
