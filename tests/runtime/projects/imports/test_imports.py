"""Foreign task contracts, on small tasks written here in the forms of the three benchmarks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.home import Home
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Arm, ArmRole
from runtime.execute import Engine, run_plan
from runtime.projects import ContractError, open_project
from runtime.projects.design import draft_project_plan, plan_arms
from runtime.projects.errors import ImportRefused
from runtime.projects.imports import import_task
from runtime.projects.imports.imported import toml_text
from runtime.projects.source import remember

MANIFEST = """
id: X1
title: "Which hammer drives nails?"
synthesis: |
  Nails are driven by hammers.
hypotheses:
  - id: H1
    statement: "The heavy one needs fewer blows."
experiment_design:
  research_question: "Which hammer needs
    fewer blows?"
  conditions:
    - {name: heavy, description: "2 kg"}
    - {name: heavy_long, description: "2 kg, long"}
    - {name: light, description: "a baseline"}
  baselines: ["light is the usual one"]
  metrics:
    - {name: "blows@oak", direction: minimize, description: "until it is in"}
    - {name: straight, direction: maximize}
  datasets: [{name: oak, source: "a wood"}]
  compute_requirements: {gpu_required: true, estimated_wall_clock_sec: 90}
"""


def fml_task(root: Path, **config: Any) -> Path:
    """A benchmark root with one task, whose command writes a figure that the edited file decides."""
    task, repo = root / "ml_tasks" / "Nails_oak", root / "workspace" / "Nails_oak" / "hammers"
    for folder in (task / "baseline_results", repo):
        folder.mkdir(parents=True)
    (repo / "weight.txt").write_text("2\n")
    (task / "measure.sh").write_text(
        'w=$(cat weight.txt); printf \'{"oak": {"means": {"blows_mean": %d}}}\' $((10 - w)) > "$1_info.json"\n'
    )
    (task / "baseline_results" / "val_info.json").write_text('{"oak": {"means": {"blows_mean": 8.0}}}')
    document = {
        "repo_dir": "workspace/Nails_oak/hammers",
        "pinned_commit": "abc1234",
        "conda_env": "nails",
        "target_files": ["weight.txt"],
        "val_command": "cp ../../../ml_tasks/Nails_oak/measure.sh ./ && sh measure.sh val",
        "test_command": "cp ../../../ml_tasks/Nails_oak/measure.sh ./ && sh measure.sh test",
        "metric": "blows_mean",
        "metric_direction": "lower",
        **config,
    }
    (task / "config.json").write_text(json.dumps(document))
    return task


def mla_task(root: Path) -> Path:
    """A task folder: train.py copies a file into a submission, eval.py compares it with an answer in scripts."""
    task = root / "nails"
    (task / "env" / "data").mkdir(parents=True)
    (task / "scripts").mkdir()
    (task / "env" / "train.py").write_text("open('submission.csv', 'w').write(open('data/guess.csv').read())\n")
    (task / "env" / "fixed.py").write_text("pass\n")
    (task / "env" / "data" / "guess.csv").write_text("4\n")
    (task / "scripts" / "answer.csv").write_text("7\n")
    (task / "scripts" / "research_problem.txt").write_text("Guess\n how many nails.\n")
    (task / "scripts" / "read_only_files.txt").write_text("fixed.py\n./data/*\n")
    (task / "scripts" / "prepare.py").write_text("pass\n")
    (task / "scripts" / "eval.py").write_text(
        "import os\n"
        "def get_score(folder):\n"
        "    here = os.path.dirname(__file__)\n"
        "    guess = open(os.path.join(folder, 'submission.csv')).read()\n"
        "    return abs(int(guess) - int(open(os.path.join(here, 'answer.csv')).read()))\n"
    )
    return task


def diff_of(path: str, before: str, after: str) -> str:
    return f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-{before}\n+{after}\n"


def test_an_fml_task_runs_and_its_patches_are_measured(
    tmp_path: Path, sqlite_store: GraphStore, home: Home, project_engine: Engine
) -> None:
    """In the layout that its commands expect; only its target files may be edited; the run says who measured."""
    imported = import_task("fml-bench", fml_task(tmp_path / "bench"), tmp_path / "out")
    project = open_project(tmp_path / "out")
    remember(home, project)
    target = "workspace/Nails_oak/hammers/weight.txt"
    patched = Arm(id="heavier", role=ArmRole.PROPOSED, patch=diff_of(target, "2", "5"))
    report = run_plan(sqlite_store, home, plan_arms(project, [patched], seeds=2), engine=project_engine)
    found = {(trial.arm, trial.split): trial.measurements["blows_mean"] for trial in report.trials}

    assert (found["baseline", "val"], found["heavier", "val"]) == (8, 5)
    assert project.contract.edit.allow == (target,)
    assert project.metrics == {"blows_mean": "min"}
    assert project.contract.baselines[0].reported == {"blows_mean": 8.0}
    assert any("report of themselves" in note for note in report.notes)
    assert {each.split(" ")[0] for each in imported.notices} >= {"the"}
    assert any("abc1234" in each for each in imported.notices)
    assert any("nails" in each for each in imported.notices)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"val_command": ""}, "has no val_command"),
        ({"repo_dir": "workspace/elsewhere"}, "check it out there at commit abc1234 first"),
        ({"metric_direction": "sideways"}, "which direction"),
        ({"repo_dir": "workspace/../../bench/workspace/Nails_oak/hammers"}, "leads out of the new folder"),
    ],
)
def test_an_fml_task_that_cannot_be_taken_is_refused(tmp_path: Path, config: dict[str, Any], says: str) -> None:
    """With what is missing."""
    with pytest.raises(ImportRefused, match=says):
        import_task("fml-bench", fml_task(tmp_path / "bench", **config) / "config.json", tmp_path / "out")


def test_an_mlagentbench_task_is_scored_by_its_own_eval(
    tmp_path: Path, sqlite_store: GraphStore, home: Home, project_engine: Engine
) -> None:
    """Outside the trial, which sees nothing of scripts/; read-only files stay so."""
    imported = import_task("mlagentbench", mla_task(tmp_path), tmp_path / "out", direction="min")
    project = open_project(tmp_path / "out")
    remember(home, project)
    better = diff_of(
        "train.py", (tmp_path / "nails/env/train.py").read_text().strip(), "open('submission.csv','w').write('6')"
    )
    patched = Arm(id="six", role=ArmRole.PROPOSED, patch=better)
    report = run_plan(sqlite_store, home, plan_arms(project, [patched], seeds=2), engine=project_engine)

    assert {(trial.arm, trial.measurements["score"]) for trial in report.trials if trial.split == "val"} == {
        ("baseline", 3.0),
        ("six", 1.0),
    }
    assert not [path for path in project.visible if path.startswith("scripts/")]
    assert project.contract.edit.allow == ("train.py",)
    assert project.contract.goal == "Guess how many nails."
    assert any("prepare.py" in each for each in imported.notices)
    assert any("same rows" in each for each in imported.notices)


def test_an_mlagentbench_score_needs_a_direction(tmp_path: Path) -> None:
    """Its form does not say."""
    with pytest.raises(ImportRefused, match="which direction is better"):
        import_task("mlagentbench", mla_task(tmp_path), tmp_path / "out")
    with pytest.raises(ImportRefused, match=r"scripts/eval.py is missing|env/train.py is missing"):
        import_task("mlagentbench", tmp_path, tmp_path / "out", direction="max")


def test_a_manifest_becomes_a_contract_that_asks_for_its_code(tmp_path: Path) -> None:
    """Conditions are the values of one knob, the named baseline its default; what is missing is named by the check."""
    (tmp_path / "x1.yaml").write_text(MANIFEST)
    imported = import_task("arc-bench", tmp_path / "x1.yaml", tmp_path / "out")
    with pytest.raises(ContractError, match=r"evaluate.py: declared, and not in"):
        open_project(tmp_path / "out")
    for name in ("run.py", "evaluate.py"):
        (tmp_path / "out" / name).write_text("pass\n")
    project = open_project(tmp_path / "out")
    plan = draft_project_plan(project, seeds=2)

    assert imported.id == "x1"
    assert [arm.id for arm in plan.arms] == ["baseline", "condition=heavy", "condition=heavy_long"]
    assert project.contract.knobs["condition"].default == "light"
    assert project.metrics == {"blows@oak": "min", "straight": "max"}
    assert (plan.intent, plan.primary.name) == ("Which hammer needs fewer blows?", "blows@oak")
    assert (project.contract.budget.gpus, project.contract.budget.trial_wall_s) == (1.0, 90.0)
    assert "The heavy one needs fewer blows." in (tmp_path / "out" / "README.md").read_text()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("minimize", "sideways"), "has direction 'sideways'"),
        (lambda text: text.replace("experiment_design", "design"), "no manifest of ARC-Bench"),
        (lambda text: text.replace("{name: oak, ", "{"), "must be a list of mappings with a name"),
        (lambda text: text + "\n\t:", "is not valid YAML"),
    ],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, change: Callable[[str], str], says: str) -> None:
    """With the place."""
    (tmp_path / "x1.yaml").write_text(change(MANIFEST))
    with pytest.raises(ImportRefused, match=says):
        import_task("arc-bench", tmp_path / "x1.yaml", tmp_path / "out")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder that holds something is left alone; a kind that does not exist is answered with those that do."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    with pytest.raises(ImportRefused, match="holds something"):
        import_task("arc-bench", tmp_path / "x1.yaml", tmp_path / "out")
    with pytest.raises(ImportRefused, match="arc-bench, fml-bench, mlagentbench"):
        import_task("kaggle", tmp_path, tmp_path / "new")


def test_toml_is_read_back_as_it_was() -> None:
    """Quotes, newlines, signs of other scripts and control characters included."""
    import tomllib

    document = {
        "text": 'a "b"\n\\ é 漢 \x7f \x01 🔨',
        "number": 1.5,
        "flag": True,
        "list": ["x", "y"],
        "table": {"inner": {"deep": [1, 2]}, "a key": "v"},
        "tables": [{"x": 1}, {"x": 2}],
    }

    assert tomllib.loads(toml_text(document)) == document
