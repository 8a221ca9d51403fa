"""Fixtures: a project in shell that guesses a number, which its evaluator compares with one that is held out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
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
from runtime.projects import Project, open_project
from runtime.sandbox.isolation import Isolation

TRUTH = {"val": 7, "test": 8}
FILES = {
    "guess.sh": 'echo $((PATTERNBOOK_KNOB_GUESS + PATTERNBOOK_SEED % 2)) > "$PATTERNBOOK_OUT/guess.txt"\n',
    "notes/plan.txt": "one\ntwo\nthree\n",
    "data/train.txt": "6\n7\n8\n",
    "held/val.txt": f"{TRUTH['val']}\n",
    "held/test.txt": f"{TRUTH['test']}\n",
    "score.sh": 'read g < "$PATTERNBOOK_LEFT/guess.txt"; read t < "held/$PATTERNBOOK_SPLIT.txt"; d=$((g - t))\n'
    'echo "{\\"error_1\\": ${d#-}}" > "$PATTERNBOOK_METRICS"\n',
}


Outcomes = dict[tuple[str, int], Node]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def as_toml(value: Any) -> str:
    """Inline TOML of plain values; JSON is TOML but for its objects."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value)


@pytest.fixture
def document() -> dict[str, Any]:
    """The contract of the project as plain values."""
    parts = {"data/train.txt": "train", "held/val.txt": "val", "held/test.txt": "test"}
    return {
        "id": "guess",
        "title": "guess a number",
        "data": {
            "name": "numbers",
            "files": [
                {"path": path, "part": part, "sha256": sha256(FILES[path]), "held_out": path.startswith("held/")}
                for path, part in parts.items()
            ],
        },
        "edit": {"allow": ["guess.sh", "notes/**"]},
        "commands": {"train": ["sh", "guess.sh"]},
        "knobs": {"guess": {"type": "int", "default": 1, "low": 0, "high": 100, "proposed": [6]}},
        "outputs": {"keep": ["*.txt"]},
        "metrics": [{"name": "error_1", "direction": "min", "primary": True}],
        "evaluator": {"command": ["sh", "score.sh"], "files": ["score.sh"]},
        "budget": {"trial_wall_s": 30, "mem_mb": 512, "seeds": 2, "confirm_seeds": 2},
    }


@pytest.fixture
def make_project(tmp_path: Path, document: dict[str, Any]) -> Callable[..., Project]:
    """Writes the project with other files (None: without it) or contract fields, and opens it."""

    def make(files: Mapping[str, str | None] | None = None, **changed: Any) -> Project:
        folder = tmp_path / "project"
        for path, text in {**FILES, **(files or {})}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                (folder / path).unlink(missing_ok=True)
            else:
                (folder / path).write_text(text)
        contract = {**document, **changed}
        (folder / "task.toml").write_text("".join(f"{name} = {as_toml(each)}\n" for name, each in contract.items()))
        return open_project(folder)

    return make


@pytest.fixture
def project_engine() -> Engine:
    """An engine that trusts: limits alone, which cost the least."""
    return Engine(workers=2, isolation=Isolation.RLIMIT, allow_untrusted_code=True)


@pytest.fixture
def execute(sqlite_store: GraphStore, home: Home, project_engine: Engine) -> Callable[..., Outcomes]:
    """Runs the selection of a plan for a project; returns the Trial nodes by (arm, seed)."""

    def run(project: Project, plan: Plan, *, limits: Limits | None = None, **engine: Any) -> Outcomes:
        write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")
        made = replace(project_engine, tasks={project.id: project}, limits=limits or Limits(), **engine)
        trials = {(each.arm, each.spec.seed): each.spec.id for each in plan.trials()}
        Executor(sqlite_store, home, made, methods={}).run(list(trials.values()))
        nodes = sqlite_store.get_nodes(Label.TRIAL, list(trials.values()))
        return {place: nodes[key] for place, key in trials.items()}

    return run
