"""Rules of a plan that need the registry of units and tasks, or say what this version can run. Each is a sentence.

What a plan can check of itself (ids, arms, seeds, budget) is checked where it is constructed, in
`graph.vocabulary.plan`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.vocabulary.plan import Arm, Plan
from runtime.projects import Project
from runtime.tasks import TASKS, Task
from runtime.tasks.interface import AnyTask
from runtime.units import PROGRAM_VERSION, UNITS, Unit, UnitError, clashes


class PlanRefused(ValueError):
    """A plan that cannot be run here; *problems* are sentences, all of them."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def check_plan(plan: Plan, *, tasks: Mapping[str, AnyTask] = TASKS, units: Mapping[str, Unit] = UNITS) -> None:
    """Return if *plan* can be run here.

    Raises:
        PlanRefused: it cannot; all problems are named.
    """
    if problems := tuple(plan_problems(plan, tasks=tasks, units=units)):
        raise PlanRefused(problems)


def plan_problems(
    plan: Plan, *, tasks: Mapping[str, AnyTask] = TASKS, units: Mapping[str, Unit] = UNITS
) -> Iterator[str]:
    """Yield a sentence for each rule that *plan* breaks."""
    task = tasks.get(plan.task.id)
    if task is None:
        yield f"this installation has no task {plan.task.id!r}; its tasks: {', '.join(sorted(tasks))}"
        return
    yield from _task_problems(plan, task)
    yield from _metric_problems(plan, task)
    yield from _design_problems(plan)
    for arm in plan.arms:
        yield from task.arm_problems(arm) if isinstance(task, Project) else _arm_problems(arm, task, units)


def _task_problems(plan: Plan, task: AnyTask) -> Iterator[str]:
    if plan.task.dataset_sha256 != task.ref.dataset_sha256:
        yield (
            f"the plan was made on {plan.task.dataset} with the hash {plan.task.dataset_sha256[:12]}, here it has "
            f"{task.ref.dataset_sha256[:12]}"
        )
    elif plan.task != task.ref:
        yield (
            f"the plan was made for {plan.task.id} version {plan.task.version}, here it is {task.ref.version}, or its "
            "split or evaluator changed: plan again"
        )
    here = task.program_version if isinstance(task, Project) else PROGRAM_VERSION
    if plan.program_version != here:
        yield (
            f"the plan was made for program version {plan.program_version}, this is {here}, whose units may "
            "behave otherwise: plan again"
        )


def _metric_problems(plan: Plan, task: AnyTask) -> Iterator[str]:
    for metric in plan.metrics:
        if metric.name not in task.metrics:
            yield f"{task.id} does not measure {metric.name!r}; it measures {', '.join(task.metrics)}"
        elif metric.direction != task.metrics[metric.name]:
            yield f"of {metric.name}, {task.metrics[metric.name]} is better, not {metric.direction}"
        if metric.split != "val":
            yield f"{metric.name} is read on {metric.split!r}: selection is on val, test is for the confirmation alone"
    named = {metric.name: metric for metric in plan.metrics}
    for guard in plan.gate.guard_metrics:
        if guard in named and named[guard].noninferiority_margin is None:
            yield f"the guard metric {guard!r} needs a noninferiority_margin, else no arm can be shown to keep it"


def _design_problems(plan: Plan) -> Iterator[str]:
    if plan.stop.rule != "fixed":
        yield f"stop.rule {plan.stop.rule!r} is not run by this version: use 'fixed'"
    if plan.stats.design != "ofat":
        yield f"stats.design {plan.stats.design!r} is not analysed by this version: use 'ofat'"
    if plan.budget.gpus > 0:
        yield f"the plan asks for {plan.budget.gpus:g} GPUs; the built-in tasks run on the CPU"
    if plan.hypothesis.direction == "no_change" and plan.hypothesis.min_effect == 0:
        yield "a hypothesis of no change needs a min_effect: below which difference counts as none"


def _arm_problems(arm: Arm, task: Task, units: Mapping[str, Unit]) -> Iterator[str]:
    for binding in arm.units:
        unit = units.get(binding.unit)
        if unit is None:
            yield f"arm {arm.id!r}: {binding.unit!r} is not a runnable unit; these are: {', '.join(sorted(units))}"
            continue
        try:
            unit.bind(binding.knobs)
        except UnitError as error:
            yield f"arm {arm.id!r}: {error}"
        if misfit := unit.misfit(shape=task.shape, features=task.features):
            yield f"arm {arm.id!r}: {misfit}"
    yield from (f"arm {arm.id!r}: {clash}" for clash in clashes([binding.unit for binding in arm.units]))
