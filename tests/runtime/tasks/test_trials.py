"""Trials of every kind of built-in task, through a real child to measurements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from graph.home import Home
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Hypothesis, Plan, PlannedMetric
from runtime.execute import Engine, run_plan
from runtime.tasks import TASKS


@pytest.mark.parametrize(
    ("task", "steps"),
    [("digits-cnn", 20), ("breast-cancer-imbalanced", 50), ("diabetes-mlp", 50), ("pydoc-charlm", 40)],
)
def test_a_trial_is_measured_by_the_evaluator_of_its_kind(
    sqlite_store: GraphStore, home: Home, make_plan: Callable[..., Plan], task: str, steps: int
) -> None:
    """All metrics of the task, better than guessing, for two arms and two seeds."""
    found = replace(TASKS[task], settings=replace(TASKS[task].settings, steps=steps))
    metrics = tuple(
        PlannedMetric(name=name, direction=direction, primary=name == found.primary)  # type: ignore[arg-type]
        for name, direction in found.metrics.items()
    )
    plan = make_plan(
        {"baseline": {}, "weight_decay": {"weight_decay": {}}},
        task=found.ref,
        seeds=(0, 1),
        metrics=metrics,
        hypothesis=Hypothesis(
            statement="x", effect_of="weight_decay", metric=found.primary, direction="increase", falsifier="y"
        ),
    )
    report = run_plan(sqlite_store, home, plan, engine=Engine(tasks={task: found}))

    assert {(trial.state, trial.label) for trial in report.trials} == {("done", None)}
    assert all(set(trial.measurements) == set(found.metrics) for trial in report.trials)
