"""Running a plan: reuse, confirmation, findings, beliefs and the report, with the real program in real children."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from graph.home import Home
from graph.names import name_properties
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Budget, Gate, Plan
from runtime.execute import Engine, run_plan
from runtime.plan import PlanRefused
from runtime.sandbox.isolation import Isolation
from runtime.sandbox.ladder import Sandbox, SteppedOver
from runtime.tasks import Task

MakePlan = Callable[..., Plan]
SHARPER: dict[str, dict[str, dict[str, Any]]] = {"baseline": {}, "sharper": {"weight_decay": {"decay": 0.5}}}


@pytest.fixture
def confirming(make_plan: MakePlan) -> Plan:
    """A plan whose arm improves nll by construction (the stand-in child sharpens its logits) and so passes the gate."""
    plan = make_plan(SHARPER, seeds=(0, 1, 2, 3, 4), gate=Gate(confirm_seeds=3))
    metrics = tuple(metric.model_copy(update={"primary": metric.name == "nll"}) for metric in plan.metrics)
    return plan.model_copy(update={"metrics": metrics})


def test_the_real_program_runs_a_plan(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_tasks: dict[str, Task]
) -> None:
    """Torch in the child: every trial has its measurements, every arm its findings, and the report says so."""
    plan = make_plan({"baseline": {}, "adamw": {"adamw": {}}, "shifted": {"shift_augmentation": {}}})
    report = run_plan(sqlite_store, home, plan, engine=Engine(tasks=quick_tasks))

    assert {(trial.state, trial.label) for trial in report.trials} == {("done", None)}
    assert all(set(trial.measurements) == {"accuracy", "nll", "ece"} for trial in report.trials)
    assert {(f.arm, f.metric) for f in report.findings} == {
        (arm, metric) for arm in ("adamw", "shifted") for metric in ("accuracy", "nll", "ece")
    }
    assert "| adamw |" in report.report


def test_an_arm_that_passes_is_confirmed_on_test_with_new_seeds(
    sqlite_store: GraphStore, home: Home, confirming: Plan, quick_engine: Engine
) -> None:
    """Arm and baseline, seeds after those of the selection, findings of their own."""
    report = run_plan(sqlite_store, home, confirming, engine=quick_engine)
    on_test = [trial for trial in report.trials if trial.split == "test"]

    assert report.confirmed == ("sharper",)
    assert sorted((trial.arm, trial.seed) for trial in on_test) == [
        (arm, seed) for arm in ("baseline", "sharper") for seed in (5, 6, 7)
    ]
    assert {finding.split for finding in report.findings} == {"val", "test"}
    assert "Confirmation, on test with new seeds" in report.report


def test_a_confirmation_that_the_budget_does_not_hold_is_left_out_and_said(
    sqlite_store: GraphStore, home: Home, confirming: Plan, quick_engine: Engine
) -> None:
    """No trial more than max_trials."""
    tight = confirming.model_copy(update={"budget": Budget(wall_s=600, trial_wall_s=60, mem_mb=1024, max_trials=10)})
    report = run_plan(sqlite_store, home, tight, engine=quick_engine)

    assert {trial.split for trial in report.trials} == {"val"}
    assert "budget.max_trials" in report.notes[0]


def test_a_finished_plan_runs_again_for_nothing(
    sqlite_store: GraphStore, home: Home, confirming: Plan, quick_engine: Engine, child_command: Callable[..., Any]
) -> None:
    """Same report, no node and no edge more, every trial reused; a child that fails is never started."""
    first = run_plan(sqlite_store, home, confirming, engine=quick_engine)
    before = sqlite_store.counts()
    broken = replace(quick_engine, command=child_command("raise ValueError"))
    again = run_plan(sqlite_store, home, confirming, engine=broken)

    assert (again.report, again.findings) == (first.report, first.findings)
    assert sqlite_store.counts() == before
    assert all(trial.reused for trial in again.trials)
    assert not any(trial.reused for trial in first.trials)


def test_what_failed_by_no_fault_of_its_own_is_tried_again(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_engine: Engine, child_command: Callable[..., Any]
) -> None:
    """Killed trials run in the next call; crashed ones keep their label."""
    plan = make_plan()
    body = "if trial['seed'] == 1: os.kill(os.getpid(), 9)\nif trial['seed'] == 2: raise ValueError"
    run_plan(sqlite_store, home, plan, engine=replace(quick_engine, command=child_command(body)))
    again = run_plan(sqlite_store, home, plan, engine=quick_engine)

    assert {(trial.seed, trial.label) for trial in again.trials} == {(0, None), (1, None), (2, "crash")}


def test_failed_trials_stand_in_the_report(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_engine: Engine, child_command: Callable[..., Any]
) -> None:
    """With label and message."""
    engine = replace(quick_engine, command=child_command("if trial['seed'] == 1: raise ValueError('no 7th wonder')"))
    report = run_plan(sqlite_store, home, make_plan(), engine=engine)

    assert report.failed == 2
    assert "crash: ValueError: no 7th wonder" in report.report


def test_a_spent_budget_leaves_the_rest_for_another_run(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_engine: Engine
) -> None:
    """The note says how to go on."""
    ticks = iter(range(0, 10**9, 1000))
    report = run_plan(
        sqlite_store, home, make_plan(), engine=replace(quick_engine, stopwatch=lambda: float(next(ticks)))
    )

    assert report.open == 6
    assert "Run it again" in report.report


def test_a_plan_that_cannot_run_here_is_refused_before_anything_is_written(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_engine: Engine
) -> None:
    """By the rules of runtime.plan."""
    with pytest.raises(PlanRefused, match="program version 0"):
        run_plan(sqlite_store, home, make_plan(program_version="0"), engine=quick_engine)
    assert Label.PLAN not in sqlite_store.counts().nodes


def test_start_and_end_are_decisions_on_the_plan(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_engine: Engine
) -> None:
    """The plan itself never changes."""
    run_plan(sqlite_store, home, make_plan(), engine=quick_engine)

    assert sorted(n.properties["kind"] for n in sqlite_store.scan_nodes(Label.DECISION)) == ["finished", "started"]


def test_trials_lead_to_the_methods_of_their_units(
    sqlite_store: GraphStore, home: Home, make_plan: MakePlan, quick_engine: Engine
) -> None:
    """Through resolution: the Method is spelled otherwise."""
    sqlite_store.upsert_nodes(Label.METHOD, [{"key": "weight-decays", **name_properties("Weight-Decays")}])
    run_plan(sqlite_store, home, make_plan(), engine=quick_engine)
    counts = sqlite_store.counts()

    assert counts.edges[EdgeType.RUNS] == 3
    assert counts.edges[EdgeType.TESTS] == 1
    assert counts.nodes[Label.BELIEF] == 3


def test_a_sandbox_that_was_stepped_over_is_quoted_with_the_numbers_of_the_system(
    sqlite_store: GraphStore,
    home: Home,
    make_plan: MakePlan,
    quick_engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error number is in the words of the system, and no figure of the report."""
    reason = "bwrap cannot start: [Errno 11] Resource temporarily unavailable"
    sandbox = Sandbox(Isolation.RLIMIT, stepped_over=(SteppedOver(Isolation.BWRAP, reason),))
    monkeypatch.setattr("runtime.execute.engine.choose", lambda _: sandbox)
    report = run_plan(sqlite_store, home, make_plan(), engine=quick_engine)

    assert report.failed == 0
    assert reason in report.notes[0]
    assert reason in report.report
