"""Fixtures: one trial in a real child, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from graph.home import Home
from graph.schema import Label
from graph.store.interface import GraphStore, Node
from graph.vocabulary.plan import Plan
from graph.write.plan import write_plan
from runtime.execute import Engine
from runtime.execute.executor import Executor
from runtime.execute.process import Limits

Outcomes = Mapping[tuple[str, int], Node]


@pytest.fixture
def execute(
    sqlite_store: GraphStore,
    home: Home,
    quick_engine: Engine,
    child_command: Callable[..., Any],
    make_plan: Callable[..., Plan],
) -> Callable[..., Outcomes]:
    """Runs the trials of a plan with children that run *body* first; returns the Trial nodes by (arm, seed)."""

    def run(body: str = "pass", *, plan: Plan | None = None, limits: Limits | None = None, **engine: Any) -> Outcomes:
        plan = plan or make_plan()
        write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")
        made = replace(quick_engine, **{"command": child_command(body), "limits": limits or Limits(), **engine})
        trials = {(each.arm, each.spec.seed): each.spec.id for each in plan.trials()}
        Executor(sqlite_store, home, made, methods={}).run(list(trials.values()))
        nodes = sqlite_store.get_nodes(Label.TRIAL, list(trials.values()))
        return {place: nodes[key] for place, key in trials.items()}

    return run
