"""What trials cost: sums that are right whatever children say, and what was estimated beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.home import Home
from graph.store.interface import GraphStore
from graph.vocabulary.outcome import Outcome
from graph.vocabulary.plan import Budget, Plan
from graph.write.plan import write_plan
from runtime.execute import Engine, estimate, run_plan
from runtime.execute.cost import charge, with_cost
from runtime.execute.estimate import START_CPU_S
from runtime.execute.process import Exit
from runtime.tasks import Task

MakePlan = Callable[..., Plan]
ROOMY = Budget(wall_s=600, trial_wall_s=60, mem_mb=1024, max_trials=1000)


def ended(cpu_s: float) -> Exit:
    return Exit(0, None, wall_s=10.0, cpu_s=cpu_s, cpu_limit_s=60.0, peak_mb=300.0)


def test_a_trial_is_charged_its_own_time_and_a_share_of_the_start() -> None:
    """One and three seconds of training in a child of six: a second of start each."""
    costs = charge([{"cpu_s": 1.0, "pack_size": 2}, {"cpu_s": 3.0, "pack_size": 2}], ended(6.0))

    assert [(each.cpu_s, each.train_cpu_s, each.pack_size) for each in costs] == [(2.0, 1.0, 2), (4.0, 3.0, 2)]


@pytest.mark.parametrize(
    "said",
    [
        [{"cpu_s": 5.0}, {"cpu_s": 5.0}],
        [{"cpu_s": -1.0}, {"cpu_s": "much"}],
        [{"cpu_s": float("nan")}, {"cpu_s": 1e9}],
        [{}, {"pack_size": -3, "gpu_s": float("inf")}],
    ],
)
def test_charges_add_up_to_what_was_seen_whatever_a_child_says(said: list[dict[str, Any]]) -> None:
    """No claim makes the sum larger or smaller."""
    costs = charge(said, ended(6.0))

    assert sum(each.cpu_s or 0.0 for each in costs) == pytest.approx(6.0)
    assert all(each.gpu_s == 0.0 and each.pack_size == 1 for each in costs)


def test_the_surroundings_a_child_names_are_recorded_if_they_are_what_they_should_be() -> None:
    """Threads are a number, names are short and printable; nothing else is taken over."""
    outcome = Outcome(trial="t", wall_s=1.0, at="", environment={"threads": 1, "torch": "x"})
    said = {"threads": "many", "torch": "2.13.0", "cpu": "AVX2" * 100, "labels": "secret"}
    recorded = with_cost(outcome, outcome.cost, said).environment

    assert recorded["threads"] == 1
    assert recorded["torch"] == "2.13.0"
    assert recorded["cpu"] == "AVX2" * 15
    assert "labels" not in recorded


def test_each_trial_records_what_it_used(execute: Callable[..., Any]) -> None:
    """CPU and accelerator seconds, memory of its child, and how many trained together."""
    for node in execute().values():
        assert node.properties["cpu_s"] >= node.properties["train_cpu_s"] >= 0
        assert node.properties["cpu_s"] > 0
        assert node.properties["peak_mb"] > 0
        assert (node.properties["gpu_s"], node.properties["pack_size"]) == (0.0, 3)


def test_without_history_the_shape_of_the_task_says_what_a_plan_costs(
    sqlite_store: GraphStore, make_plan: MakePlan, quick_task: Task
) -> None:
    """Starts of children included."""
    expected = estimate(sqlite_store, make_plan(), quick_task)

    assert (expected.trials, expected.basis) == (6, "the shape of the task")
    assert expected.cpu_s is not None
    assert expected.cpu_s > START_CPU_S


def test_with_history_recipes_cost_what_they_did(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_task: Task, quick_engine: Engine
) -> None:
    """More seeds of the same recipes; one that is new costs what the others of its task do."""
    run_plan(sqlite_store, home, make_plan(), engine=quick_engine)
    more = make_plan(seeds=(0, 1, 2, 3))
    new = make_plan({"baseline": {}, "dropout": {"dropout": {}}})

    assert estimate(sqlite_store, more, quick_task).basis == "trials of these recipes"
    assert estimate(sqlite_store, more, quick_task).trials == 2
    assert estimate(sqlite_store, new, quick_task).basis == "trials of the task"


def test_a_plan_whose_trials_are_final_costs_nothing(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_task: Task, quick_engine: Engine
) -> None:
    """Nothing is to be run."""
    run_plan(sqlite_store, home, make_plan(), engine=quick_engine)

    assert estimate(sqlite_store, make_plan(), quick_task).cpu_s == 0.0


def test_the_report_sets_what_a_plan_took_beside_its_estimate(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_engine: Engine
) -> None:
    """The estimate is the one recorded before the run; running again changes neither."""
    report = run_plan(sqlite_store, home, make_plan(), engine=quick_engine).report
    again = run_plan(sqlite_store, home, make_plan(), engine=quick_engine).report

    assert "CPU-seconds for the 6 trials of the selection" in report
    assert "The 6 that have ended since took" in report
    assert again == report


def test_trials_that_another_plan_ran_are_not_in_the_estimate(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_engine: Engine
) -> None:
    """They cost this plan nothing."""
    run_plan(sqlite_store, home, make_plan(), engine=quick_engine)
    report = run_plan(
        sqlite_store, home, make_plan({"baseline": {}, "dropout": {"dropout": {}}}), engine=quick_engine
    ).report

    assert "CPU-seconds for the 3 trials of the selection" in report
    assert "The 3 that have ended since took" in report


def test_a_plan_that_was_only_written_is_estimated(
    sqlite_store: GraphStore, make_plan: MakePlan, quick_task: Task
) -> None:
    """Pending trials are to be run."""
    write_plan(sqlite_store, make_plan(), at="2026-01-01T00:00:00Z")

    assert estimate(sqlite_store, make_plan(), quick_task).trials == 6


def test_an_arm_of_several_networks_is_estimated_as_such(
    sqlite_store: GraphStore, make_plan: MakePlan, quick_task: Task
) -> None:
    """Four networks an ensemble, and one with three teachers, cost as much as each other and more than one."""
    arms = ({"deep_ensemble": {"members": 4}}, {"distillation": {"teachers": 3}}, {"dropout": {}})
    ensemble, taught, single = (
        estimate(sqlite_store, make_plan({"baseline": {}, "arm": arm}, seeds=range(100), budget=ROOMY), quick_task)
        for arm in arms
    )

    assert ensemble.cpu_s == taught.cpu_s
    assert ensemble.cpu_s is not None
    assert single.cpu_s is not None
    assert ensemble.cpu_s > single.cpu_s
