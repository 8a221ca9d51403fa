"""Rules that need the registry: each is enforced, and each refusal is a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from graph.vocabulary.plan import Budget, Gate, Plan, PlannedMetric, Stats, Stop
from runtime.plan import PlanRefused, check_plan, plan_problems
from runtime.tasks import TASKS, Task

MakePlan = Callable[..., Plan]


def test_a_sound_plan_passes(make_plan: MakePlan, quick_tasks: Mapping[str, Task]) -> None:
    """Nothing to say."""
    check_plan(make_plan(), tasks=quick_tasks)


ACCURACY = PlannedMetric(name="accuracy", direction="max", primary=True)


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        ({"base": {}, "x": {"magic": {}}}, "'magic' is not a runnable unit; these are: adamw"),
        ({"base": {}, "x": {"dropout": {"p": 2.0}}}, "dropout.p must lie between 0 and 0.9, not 2"),
        ({"base": {}, "x": {"dropout": {"q": 0.1}}}, "dropout has no knob q"),
        ({"base": {}, "x": {"ema": {}, "swa": {}}}, "ema and swa both fill the slot averaging"),
        ({"base": {}, "x": {"adamw": {}, "weight_decay": {}}}, "adamw and weight_decay do the same work twice"),
    ],
)
def test_arms_are_known_units_with_knobs_in_range(
    make_plan: MakePlan, quick_tasks: Mapping[str, Task], arms: dict[str, Any], said: str
) -> None:
    """The message names arm, unit and knob."""
    with pytest.raises(PlanRefused, match=r"arm 'x': ") as caught:
        check_plan(make_plan(arms), tasks=quick_tasks)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"program_version": "0"}, "program version 0"),
        ({"metrics": (ACCURACY, PlannedMetric(name="bleu", direction="max"))}, "does not measure 'bleu'"),
        ({"metrics": (ACCURACY, PlannedMetric(name="ece", direction="max"))}, "of ece, min is better, not max"),
        (
            {"metrics": (ACCURACY, PlannedMetric(name="ece", direction="min", split="test"))},
            "selection is on val, test is for the confirmation alone",
        ),
        (
            {"metrics": (ACCURACY, PlannedMetric(name="ece", direction="min")), "gate": Gate(guard_metrics=("ece",))},
            "the guard metric 'ece' needs a noninferiority_margin",
        ),
        ({"stop": Stop(rule="group_sequential")}, "stop.rule 'group_sequential' is not run by this version"),
        ({"stats": Stats(design="factorial")}, "stats.design 'factorial' is not analysed"),
        ({"budget": Budget(wall_s=9, trial_wall_s=9, mem_mb=9, max_trials=99, gpus=1)}, "asks for 1 GPUs"),
    ],
)
def test_what_this_version_does_not_do_is_refused_and_not_ignored(
    make_plan: MakePlan, quick_tasks: Mapping[str, Task], changed: dict[str, Any], said: str
) -> None:
    """A plan that says one thing and runs as another would be a lie."""
    with pytest.raises(PlanRefused) as caught:
        check_plan(make_plan(**changed), tasks=quick_tasks)
    assert said in str(caught.value)


def test_a_hypothesis_of_no_change_says_what_counts_as_none(
    make_plan: MakePlan, quick_tasks: Mapping[str, Task]
) -> None:
    """Else it could never be shown."""
    plan = make_plan()
    changed = plan.hypothesis.model_copy(update={"direction": "no_change", "min_effect": 0.0})

    assert any(
        "needs a min_effect" in said
        for said in plan_problems(plan.model_copy(update={"hypothesis": changed}), tasks=quick_tasks)
    )


def test_a_task_that_is_not_here_is_answered_with_those_there_are(make_plan: MakePlan) -> None:
    """By name."""
    with pytest.raises(PlanRefused, match="no task 'digits-mlp'; its tasks: wine-mlp"):
        check_plan(make_plan(), tasks={"wine-mlp": TASKS["wine-mlp"]})


def test_a_task_at_another_version_is_refused(make_plan: MakePlan) -> None:
    """The quick task is not the built-in one."""
    with pytest.raises(PlanRefused, match="here it is"):
        check_plan(make_plan())


def test_other_data_are_named_by_their_hash(make_plan: MakePlan, quick_task: Task) -> None:
    """Both hashes are shown."""
    other = make_plan(task=quick_task.ref.model_copy(update={"dataset_sha256": "f" * 64}))

    with pytest.raises(PlanRefused, match=f"hash {'f' * 12}, here it has {quick_task.ref.dataset_sha256[:12]}"):
        check_plan(other, tasks={quick_task.id: quick_task})


def test_a_unit_for_images_is_refused_on_a_table(make_plan: MakePlan) -> None:
    """By what it needs."""
    plan = make_plan({"base": {}, "x": {"shift_augmentation": {}}}, task=TASKS["wine-mlp"].ref)

    with pytest.raises(PlanRefused, match="shift augmentation needs a task with image"):
        check_plan(plan)


def test_all_problems_are_named_at_once(make_plan: MakePlan, quick_tasks: Mapping[str, Task]) -> None:
    """Not one a time."""
    plan = make_plan({"base": {}, "x": {"magic": {}}, "y": {"dropout": {"p": 5}}}, program_version="0")

    with pytest.raises(PlanRefused) as caught:
        check_plan(plan, tasks=quick_tasks)
    assert len(caught.value.problems) == 3
