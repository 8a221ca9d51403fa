"""A study: the same recipes over several tasks, as one plan a task, all corrected as one family.

A study is a short TOML file::

    intent = "which regularisers help small networks?"
    metric = "accuracy"
    tasks = ["digits-mlp", "wine-mlp"]
    seeds = 20
    confirm_seeds = 10

    [arms]                              # the bare baseline is added
    label_smoothing = { label_smoothing = { eps = 0.1 } }
    shift = { shift_augmentation = { pixels = 1 } }

    [only]                              # arms that fit some of the tasks alone
    shift = ["digits-mlp"]

Guarantees: the same file gives the same plans, with the same ids, whatever the store holds, so that running it again
goes on where it stopped. All metrics of a task are compared, and all comparisons of all plans are one family, whose
size every plan declares.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from graph.canonical import content_hash
from graph.vocabulary.document import Frozen
from graph.vocabulary.plan import Arm, ArmRole, Family, Hypothesis, Knob, Plan, PlannerNote, Stats, UnitBinding
from runtime.plan import design
from runtime.plan.effects import MIN_EFFECT
from runtime.plan.rules import check_plan
from runtime.tasks import TASKS, Task, UnknownTask
from runtime.units import PROGRAM_VERSION, find_unit

STUDY_VERSION = "1"


class StudyRefused(ValueError):
    """A file that describes no study that can be run here."""


class Study(Frozen):
    """What is compared, on which tasks, with how many seeds; *arms* are units with their knobs."""

    intent: str = Field(min_length=1)
    metric: str
    tasks: tuple[str, ...] = Field(min_length=1)
    seeds: int = Field(default=20, ge=2, le=1000)
    confirm_seeds: int = Field(default=10, ge=2, le=1000)
    arms: dict[str, dict[str, dict[str, Knob]]] = Field(min_length=1)
    only: dict[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        if design.BASELINE in self.arms:
            raise ValueError(f"the arm {design.BASELINE!r} is added by itself: take it out")
        if empty := [arm for arm, units in self.arms.items() if not units]:
            raise ValueError(f"an arm without units is the baseline, which is added by itself: {', '.join(empty)}")
        if len(set(self.tasks)) != len(self.tasks):
            raise ValueError(f"a task is named twice: {', '.join(self.tasks)}")
        for arm, tasks in self.only.items():
            if arm not in self.arms:
                raise ValueError(f"'only' names {arm!r}, which is no arm of the study")
            if unknown := sorted(set(tasks) - set(self.tasks)):
                raise ValueError(f"'only' puts {arm!r} on {', '.join(unknown)}, which the study does not have")
        return self

    @property
    def id(self) -> str:
        """``study:`` and 24 hex digits over its content and the version of the program."""
        return f"study:{content_hash([self.model_dump(mode='json'), PROGRAM_VERSION])[:24]}"

    def arms_on(self, task: str) -> tuple[str, ...]:
        """Return the names of the arms that are tried on *task*, in the order of the file."""
        return tuple(arm for arm in self.arms if task in self.only.get(arm, (task,)))


def read_study(file: Path) -> Study:
    """Return the study that *file* holds.

    Raises:
        StudyRefused: it cannot be read, or what it holds is no study; the message names each field that is wrong.
    """
    try:
        return Study.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise StudyRefused(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyRefused(f"{file} is not valid TOML: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(
            ".".join(str(part) for part in each["loc"]) + (": " if each["loc"] else "") + each["msg"]
            for each in error.errors(include_url=False)
        )
        raise StudyRefused(f"{file} is not a study: {wrong}") from None


def study_plans(study: Study, *, tasks: Mapping[str, Task] | None = None) -> tuple[Plan, ...]:
    """Return the plans of *study*, one a task, in its order.

    Raises:
        UnknownTask: there is no such task.
        StudyRefused: a task does not measure the metric, or has no arm.
        PlanRefused, UnitError: an arm cannot be run on a task.
    """
    known = TASKS if tasks is None else tasks
    if missing := [task for task in study.tasks if task not in known]:
        raise UnknownTask(f"there is no task {', '.join(missing)}; these are: {', '.join(sorted(known))}")
    chosen = [known[task] for task in study.tasks]
    for task in chosen:
        if study.metric not in task.metrics:
            raise StudyRefused(f"{task.id} does not measure {study.metric!r}; it measures {', '.join(task.metrics)}")
        if not study.arms_on(task.id):
            raise StudyRefused(f"no arm of the study is tried on {task.id}")
    family = Family(study=study.id, comparisons=sum(len(study.arms_on(task.id)) * len(task.metrics) for task in chosen))
    try:
        plans = tuple(_plan(study, task, family) for task in chosen)
    except ValidationError as error:
        raise StudyRefused("; ".join(each["msg"] for each in error.errors(include_url=False))) from None
    for plan in plans:
        check_plan(plan, tasks=known)
    return plans


def _plan(study: Study, task: Task, family: Family) -> Plan:
    names = study.arms_on(task.id)
    arms = (
        Arm(id=design.BASELINE, role=ArmRole.BASELINE),
        *(Arm(id=name, role=ArmRole.PROPOSED, units=_bindings(study.arms[name])) for name in names),
    )
    effect, up = MIN_EFFECT[study.metric], task.metrics[study.metric] == "max"
    budget = design.choose_budget(len(arms), max(study.seeds, study.confirm_seeds))
    lead = arms[1]
    return Plan(
        intent=study.intent,
        snapshot="none",
        belief_generation=0,
        hypothesis=Hypothesis(
            statement=f"an arm, such as {lead.id}, {'raises' if up else 'lowers'} {study.metric} on {task.id} by at "
            f"least {effect:g}",
            effect_of=lead.units[0].unit,
            metric=study.metric,
            direction="increase" if up else "decrease",
            min_effect=effect,
            falsifier=f"for every arm the upper end of the interval of the gain in {study.metric} lies below "
            f"{effect:g}",
        ),
        patterns=(),
        task=task.ref,
        program_version=PROGRAM_VERSION,
        arms=arms,
        seeds=tuple(range(study.seeds)),
        metrics=design.choose_metrics(task, study.metric),
        budget=budget,
        stats=Stats(alpha=design.ALPHA, family=family),
        gate=design.choose_gate(study.metric, study.confirm_seeds),
        planner=PlannerNote(kind="study", version=STUDY_VERSION, rationale=(f"part of {family.study}",)),
    )


def _bindings(units: Mapping[str, Mapping[str, Knob]]) -> tuple[UnitBinding, ...]:
    """Bind all knobs, so that what is run is written out."""
    return tuple(UnitBinding(unit=name, knobs=dict(find_unit(name).bind(knobs))) for name, knobs in units.items())
