"""Running a study: selections first, gates when all have ended, confirmations, one report over all plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from graph.home import Home
from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from runtime.execute import Engine, Progress, run_study
from runtime.plan.study import Study, study_plans
from runtime.tasks import TASKS, Task
from runtime.units.settings import Settings


@pytest.fixture
def two_tasks(quick_task: Task) -> dict[str, Task]:
    """Digits and wine, with few steps."""
    wine = replace(TASKS["wine-mlp"], settings=Settings(steps=10))
    return {quick_task.id: quick_task, wine.id: wine}


@pytest.fixture
def plans(two_tasks: dict[str, Task]) -> tuple[Plan, ...]:
    """Two arms, the baseline and one that sharpens the stand-in child's logits, three seeds, two tasks."""
    study = Study(
        intent="what helps?",
        metric="nll",
        tasks=tuple(two_tasks),
        seeds=3,
        confirm_seeds=2,
        arms={"sharper": {"weight_decay": {"decay": 0.5}}},
    )
    return study_plans(study, tasks=two_tasks)


@pytest.fixture
def engine(quick_engine: Engine, two_tasks: dict[str, Task]) -> Engine:
    return replace(quick_engine, tasks=two_tasks)


def test_a_study_brings_all_its_plans_to_their_end(
    sqlite_store: GraphStore, home: Home, plans: Sequence[Plan], engine: Engine
) -> None:
    """Each trial has ended, and each plan has findings on validation."""
    report = run_study(sqlite_store, home, plans, engine=engine)

    assert (report.failed, report.open, report.comparisons) == (0, 0, 6)
    assert [each.plan for each in report.plans] == [plan.id for plan in plans]
    assert [sum(trial.split == "val" for trial in each.trials) for each in report.plans] == [6, 6]


def test_no_confirmation_starts_before_all_selections_have_ended(
    sqlite_store: GraphStore, home: Home, plans: Sequence[Plan], engine: Engine
) -> None:
    """The correction that opens the gates is over all plans."""
    told: list[Progress] = []
    report = run_study(sqlite_store, home, plans, engine=engine, progress=told.append)
    split = {trial.id: trial.split for each in report.plans for trial in each.trials}
    order = [split[each.trial] for each in told if each.event == "finished"]

    assert report.confirmed
    assert order == sorted(order, key=["val", "test"].index)


def test_what_is_confirmed_is_tried_once_with_new_seeds(
    sqlite_store: GraphStore, home: Home, plans: Sequence[Plan], engine: Engine
) -> None:
    """Arm and baseline, with the seeds that follow those of the selection."""
    report = run_study(sqlite_store, home, plans, engine=engine)
    by_plan = {each.plan: each for each in report.plans}

    for plan, arm in report.confirmed:
        on_test = sorted((each.arm, each.seed) for each in by_plan[plan].trials if each.split == "test")
        assert on_test == sorted((name, seed) for name in ("baseline", arm) for seed in (3, 4))


def test_findings_in_the_graph_are_corrected_over_the_study(
    sqlite_store: GraphStore, home: Home, plans: Sequence[Plan], engine: Engine
) -> None:
    """What the first plan's findings say was said again when the second had run: both are Holm over all six."""
    from runtime.learn.statistics import correct

    run_study(sqlite_store, home, plans, engine=engine)
    found = [node.properties for node in sqlite_store.scan_nodes(Label.FINDING)]
    on_val = [each for each in found if each["split"] == "val"]

    assert [each["p_corrected"] for each in on_val] == pytest.approx(correct([each["p"] for each in on_val], "holm"))


def test_running_a_study_again_runs_nothing(
    sqlite_store: GraphStore, home: Home, plans: Sequence[Plan], engine: Engine
) -> None:
    """All trials are reused, and the report is the same."""
    first = run_study(sqlite_store, home, plans, engine=engine)
    again = run_study(sqlite_store, home, plans, engine=engine)

    assert not any(trial.reused for each in first.plans for trial in each.trials)
    assert all(trial.reused for each in again.plans for trial in each.trials)
    assert again.report == first.report


def test_gates_stay_shut_while_a_selection_is_open(
    sqlite_store: GraphStore, home: Home, plans: Sequence[Plan], engine: Engine
) -> None:
    """Time that is spent leaves trials for another call, and nothing is confirmed on half a family."""
    ticks = iter(range(0, 10**9, 10_000))
    report = run_study(sqlite_store, home, plans, engine=replace(engine, stopwatch=lambda: float(next(ticks))))

    assert report.open > 0
    assert report.confirmed == ()
    assert "not all of the selection has run" in report.report


def test_the_report_has_a_table_a_metric_with_arms_by_tasks(
    sqlite_store: GraphStore, home: Home, plans: Sequence[Plan], engine: Engine
) -> None:
    """And says over how many comparisons it is corrected, and what it cost."""
    report = run_study(sqlite_store, home, plans, engine=engine).report

    assert "| arm | digits-mlp | wine-mlp |" in report
    assert all(f"### {metric}" in report for metric in ("nll", "accuracy", "ece"))
    assert "over all 6 comparisons" in report
    assert "CPU-seconds" in report


def test_plans_of_no_study_are_refused(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, plans: Sequence[Plan]
) -> None:
    """They declare no family, or not the same."""
    stranger = plans[0].model_copy(update={"stats": plans[0].stats.model_copy(update={"family": None})})

    with pytest.raises(ValueError, match="same family"):
        run_study(sqlite_store, home, [stranger, plans[1]], engine=quick_engine)
