"""Executors that are killed with -9 at any moment: no trial is lost, none is recorded twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from graph.write.plan import write_plan

# A process that runs a plan whose children need no torch and take a moment; leases are short, so the loop is.
EXECUTOR = """
import json, sys
from dataclasses import replace
from pathlib import Path
from graph.home import Home
from graph.store import open_store
from graph.vocabulary.plan import Plan
from runtime.execute import Engine
from runtime.execute.executor import Executor
from runtime.sandbox.isolation import Isolation

folder, child, url = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
plan = Plan.from_document(json.loads((folder / "plan.json").read_text()))
# Kills are aimed at whoever holds trials, so some trials meet more of them than a trial is given up after.
command = [sys.executable, "-P", "-s", child]
engine = Engine(workers=2, pack_size=4, lease_s=1.5, beat_s=0.3, max_attempts=50, command=lambda: command,
                isolation=Isolation.RLIMIT)
store = open_store(url)
Executor(store, Home(folder / "home"), engine, methods={}).run([each.spec.id for each in plan.trials()])
"""

CHILD = """
import importlib.util, json, os, sys, time
from pathlib import Path
import numpy as np
found = importlib.util.spec_from_file_location("child", {program!r})
child = importlib.util.module_from_spec(found)
found.loader.exec_module(child)

def predict(spec, trial):
    (Path({runs!r}) / f"{{trial['id']}}.{{trial['attempt']}}").touch()
    with np.load(Path("data") / f"{{trial['seed']}}.npz", allow_pickle=False) as arrays:
        inputs, labels = arrays["train_inputs"], arrays["train_labels"]
        rows = {{"val": arrays["val_inputs"], "test": arrays["test_inputs"]}}
    means = np.stack([inputs[labels == each].mean(0) for each in range(spec["classes"])])
    time.sleep(0.1)
    logits = {{name: -((r[:, None] - means) ** 2).sum(-1).astype("f4") for name, r in rows.items()}}
    return {{"arrays": logits, "loss": 0.0, "steps": 1}}

child._train = lambda spec, trials, workdir: [predict(spec, trial) for trial in trials]
sys.exit(child.execute_pack(json.loads(Path("pack.json").read_bytes()), Path.cwd()))
"""

ARMS, SEEDS, KILLS, EXECUTORS = 5, 40, 12, 3
WITHIN_S = 240


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the plan and both programs."""
    import runtime.execute.executor
    from runtime.tasks import find_task
    from runtime.units import PROGRAM_VERSION

    arms = [{"id": "baseline", "role": "baseline"}] + [
        {"id": f"dropout-{n}", "role": "proposed", "units": [{"unit": "dropout", "knobs": {"p": n / 10}}]}
        for n in range(1, ARMS)
    ]
    plan = Plan.model_validate(
        {
            "intent": "survive",
            "snapshot": "none",
            "belief_generation": 0,
            "hypothesis": {
                "statement": "",
                "effect_of": "dropout",
                "metric": "accuracy",
                "direction": "increase",
                "falsifier": "",
            },
            "patterns": [],
            "task": find_task("wine-mlp").ref.model_dump(),
            "program_version": PROGRAM_VERSION,
            "arms": arms,
            "seeds": list(range(SEEDS)),
            "metrics": [{"name": "accuracy", "direction": "max", "primary": True}],
            "budget": {"wall_s": 600, "trial_wall_s": 60, "mem_mb": 1024, "max_trials": 400},
        }
    )
    (tmp_path / "plan.json").write_text(json.dumps(plan.document()))
    (tmp_path / "executor.py").write_text(EXECUTOR)
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs").chmod(0o777)  # as root, each child is a user of its own
    program = Path(runtime.execute.executor.__file__).with_name("child.py")
    (tmp_path / "child.py").write_text(CHILD.format(program=str(program), runs=str(tmp_path / "runs")))
    return tmp_path


def start(folder: Path, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, folder / "executor.py", folder, folder / "child.py", url])


def holders(store: GraphStore) -> set[str]:
    """Return the process ids of the executors that hold trials: whom a kill hurts most."""
    running = store.find_nodes(Label.TRIAL, {"state": "running"})
    return {str(node.properties["owner"]).split(":")[1] for node in running}


@pytest.mark.slow
def test_no_trial_is_lost_or_recorded_twice(store: GraphStore, store_url: str, folder: Path) -> None:
    """Three executors, twelve kills, 200 trials submitted twice: each is done with one set of measurements."""
    plan = Plan.from_document(json.loads((folder / "plan.json").read_text()))
    for _ in range(2):
        write_plan(store, plan, at="2026-01-01T00:00:00Z")
    moments = random.Random(0)
    executors = [start(folder, store_url) for _ in range(EXECUTORS)]
    kills, ran, until = 0, 0, time.monotonic() + WITHIN_S
    try:
        while any(executor.poll() is None for executor in executors) and time.monotonic() < until:
            time.sleep(moments.uniform(0.0, 0.2))
            busy = [place for place in range(EXECUTORS) if str(executors[place].pid) in holders(store)]
            runs = sum(1 for _ in (folder / "runs").iterdir())
            if kills < KILLS and busy and runs > ran:
                place = moments.choice(busy)
                os.kill(executors[place].pid, signal.SIGKILL)
                executors[place].wait()
                executors[place] = start(folder, store_url)
                kills, ran = kills + 1, runs
    finally:
        for executor in executors:
            executor.kill()
            executor.wait()
    trials = list(store.scan_nodes(Label.TRIAL))
    measured = Counter(node.properties["trial"] for node in store.scan_nodes(Label.MEASUREMENT))
    started = Counter(file.name.rpartition(".")[0] for file in (folder / "runs").iterdir())

    assert kills == KILLS
    assert Counter(node.properties["state"] for node in trials) == {"done": ARMS * SEEDS}
    assert measured == {node.key: 3 for node in trials}
    assert set(started) == {node.key for node in trials}
    assert sum(started.values()) > len(trials)  # some work was done again: the kills did hit running trials
    assert list((folder / "home" / "work").iterdir()) == []
