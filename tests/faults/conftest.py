"""Executors as processes of their own, for tests that kill, stop and starve them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan

# A process that runs a plan whose children need no torch and take a moment; leases are short, so the loop is.
EXECUTOR = """
import json, sys
from dataclasses import replace
from pathlib import Path
from graph.errors import GraphError
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
try:
    Executor(store, Home(folder / "home"), engine, methods={}).run([each.spec.id for each in plan.trials()])
except GraphError as error:
    sys.exit(f"let go: {error}")
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
    time.sleep({pause_s})
    logits = {{name: -((r[:, None] - means) ** 2).sum(-1).astype("f4") for name, r in rows.items()}}
    return {{"arrays": logits, "loss": 0.0, "steps": 1}}

child._train = lambda spec, trials, workdir: [predict(spec, trial) for trial in trials]
sys.exit(child.execute_pack(json.loads(Path("pack.json").read_bytes()), Path.cwd()))
"""


@dataclass(frozen=True)
class Trials:
    """A plan and a folder for the processes that run it."""

    folder: Path
    plan: Plan

    def start(self, url: str) -> subprocess.Popen[bytes]:
        """Start an executor on the store at *url*; its stderr goes to a file."""
        with (self.folder / "stderr.txt").open("ab") as err:
            return subprocess.Popen(
                [sys.executable, self.folder / "executor.py", self.folder, self.folder / "child.py", url], stderr=err
            )

    @property
    def errors(self) -> str:
        """What the executors wrote to stderr."""
        return (self.folder / "stderr.txt").read_text("utf-8")

    @property
    def runs(self) -> list[str]:
        """The trials that children came to, once for each time."""
        return [file.name.rpartition(".")[0] for file in sorted((self.folder / "runs").iterdir())]

    def states(self, store: GraphStore) -> Counter[str]:
        """Count the trials by state."""
        return Counter(str(node.properties["state"]) for node in store.scan_nodes(Label.TRIAL))

    def measured(self, store: GraphStore) -> Counter[str]:
        """Count the measurements by trial."""
        return Counter(str(node.properties["trial"]) for node in store.scan_nodes(Label.MEASUREMENT))


@pytest.fixture
def make_trials(tmp_path: Path) -> Callable[..., Trials]:
    """Makes a plan of so many arms and seeds, whose trials take *pause_s* and need no torch, and both programs."""
    import runtime.execute.executor
    from runtime.tasks import find_task
    from runtime.units import PROGRAM_VERSION

    def make(*, arms: int, seeds: int, pause_s: float) -> Trials:
        varied = [
            {"id": f"dropout-{n}", "role": "proposed", "units": [{"unit": "dropout", "knobs": {"p": n / 10}}]}
            for n in range(1, arms)
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
                "arms": [{"id": "baseline", "role": "baseline"}, *varied],
                "seeds": list(range(seeds)),
                "metrics": [{"name": "accuracy", "direction": "max", "primary": True}],
                "budget": {"wall_s": 600, "trial_wall_s": 60, "mem_mb": 1024, "max_trials": 400},
            }
        )
        (tmp_path / "plan.json").write_text(json.dumps(plan.document()))
        (tmp_path / "executor.py").write_text(EXECUTOR)
        (tmp_path / "runs").mkdir()
        (tmp_path / "runs").chmod(0o777)  # as root, each child is a user of its own
        program = Path(runtime.execute.executor.__file__).with_name("child.py")
        child = CHILD.format(program=str(program), runs=str(tmp_path / "runs"), pause_s=pause_s)
        (tmp_path / "child.py").write_text(child)
        return Trials(tmp_path, plan)

    return make
