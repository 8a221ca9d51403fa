"""Fixtures of the online rooms: a task that trains in milliseconds, plans over it, and children that need no torch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.home import Home
from graph.vocabulary.plan import (
    Arm,
    ArmRole,
    Budget,
    Gate,
    Hypothesis,
    Plan,
    PlannedMetric,
    UnitBinding,
)
from runtime.execute import Engine
from runtime.sandbox.isolation import Isolation
from runtime.tasks import TASKS, Task
from runtime.units import PROGRAM_VERSION
from runtime.units.settings import Settings

# The real child with another way to make predictions: the class of the nearest mean of the training rows, which needs
# numpy alone. `BODY` may change predictions or fail in any way (`spec`, `trial`, `folder`, `logits` at hand), and then
# fails the whole program that its trial is a lane of.
CHILD = """
import importlib.util, json, os, sys, time
from pathlib import Path
import numpy as np
spec_ = importlib.util.spec_from_file_location("child", {child!r})
child = importlib.util.module_from_spec(spec_)
spec_.loader.exec_module(child)

def nearest_mean(spec, trial, folder):
    with np.load(Path("data") / f"{{trial['seed']}}.npz", allow_pickle=False) as arrays:
        inputs, labels = arrays["train_inputs"], arrays["train_labels"]
        rows = {{"val": arrays["val_inputs"], "test": arrays["test_inputs"]}}
    means = np.stack([inputs[labels == each].mean(0) for each in range(spec["classes"])])
    strength = 1.0 + sum(value for unit in trial["units"] for value in unit["knobs"].values())
    logits = {{name: -strength * ((r[:, None] - means) ** 2).sum(-1).astype("f4") for name, r in rows.items()}}
{body}
    return {{"arrays": logits, "loss": 0.0, "steps": 1}}

def train(spec, trials, workdir):
    folders = [workdir / "out" / f"{{trial['id']}}.{{trial['attempt']}}.tmp" for trial in trials]
    return [nearest_mean(spec, trial, folder) for trial, folder in zip(trials, folders)]

child._train = train
sys.exit(child.execute_pack(json.loads(Path("pack.json").read_bytes()), Path.cwd()))
"""


@pytest.fixture
def child_command(tmp_path: Path) -> Callable[[str], Callable[[], Sequence[str]]]:
    """Makes a command for `Engine.command`: a real child whose trials run the given lines first."""
    import runtime.execute.executor

    program = Path(runtime.execute.executor.__file__).with_name("child.py")

    def make(body: str = "pass") -> Callable[[], Sequence[str]]:
        script = tmp_path / f"child-{abs(hash(body))}.py"
        indented = "\n".join(f"    {line}" for line in body.splitlines())
        script.write_text(CHILD.format(child=str(program), body=indented))
        return lambda: [sys.executable, "-P", "-s", str(script)]

    return make


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def quick_task() -> Task:
    """Digits with ten steps instead of four hundred: another version of the task, as it must be."""
    return replace(TASKS["digits-mlp"], settings=Settings(steps=10))


@pytest.fixture
def quick_tasks(quick_task: Task) -> Mapping[str, Task]:
    """The quick task under its id."""
    return {quick_task.id: quick_task}


@pytest.fixture
def make_plan(quick_task: Task) -> Callable[..., Plan]:
    """Makes a plan over the quick task; arms are ``{id: {unit: knobs}}``, the first one is the baseline."""

    def make(arms: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None, **changed: Any) -> Plan:
        arms = arms or {"baseline": {}, "weight_decay": {"weight_decay": {"decay": 0.5}}}
        made = [
            Arm(
                id=name,
                role=ArmRole.PROPOSED if place else ArmRole.BASELINE,
                units=tuple(UnitBinding(unit=unit, knobs=dict(knobs)) for unit, knobs in units.items()),
            )
            for place, (name, units) in enumerate(arms.items())
        ]
        unit = next((binding.unit for arm in made for binding in arm.units), "")
        fields: dict[str, Any] = {
            "intent": "raise accuracy",
            "snapshot": "none",
            "belief_generation": 0,
            "hypothesis": Hypothesis(
                statement=f"{unit} raises accuracy",
                effect_of=unit,
                metric="accuracy",
                direction="increase",
                min_effect=0.01,
                falsifier="the interval lies below",
            ),
            "patterns": (),
            "task": quick_task.ref,
            "program_version": PROGRAM_VERSION,
            "arms": tuple(made),
            "seeds": (0, 1, 2),
            "metrics": (
                PlannedMetric(name="accuracy", direction="max", primary=True),
                PlannedMetric(name="nll", direction="min"),
                PlannedMetric(name="ece", direction="min"),
            ),
            "budget": Budget(wall_s=600, trial_wall_s=60, mem_mb=1024, max_trials=100),
            # Nothing passes: a test that wants the confirmation says so.
            "gate": Gate(primary_gain_ci_low_gt=2.0, confirm_seeds=2),
        }
        return Plan(**{**fields, **changed})

    return make


@pytest.fixture
def quick_engine(quick_tasks: Mapping[str, Task], child_command: Callable[..., Any]) -> Engine:
    """An engine whose children predict without torch; on the last rung, since their program lies outside every view."""
    return Engine(tasks=quick_tasks, command=child_command(), isolation=Isolation.RLIMIT)
