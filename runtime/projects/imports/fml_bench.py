"""FML-bench: ``ml_tasks/NAME/config.json`` with commands that run inside a checked-out repository.

The form (https://github.com/qrzou/FML-bench): ``repo_dir`` and shell commands relative to the benchmark's root,
``target_files`` that an agent may edit, ``val_command``, ``test_command``, ``metric`` and ``metric_direction``;
``baseline_results/{val,test}_info.json`` hold ``{data set: {"means": {metric: value}}}``, as the commands leave them.

The folder keeps the layout of the benchmark, so that the commands' relative paths hold. Their metric is computed by
the task's own script inside the trial: the contract says so (``self_reported``), and so does every run.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Literal

from runtime.projects.errors import ImportRefused
from runtime.projects.imports.imported import Imported, metric_name, slug, write_task

_DIRECTIONS = {"lower": "min", "higher": "max"}
_RUN = """#!/bin/sh
# What config.json says for the split $1, in its repository; the figures it leaves become the trial's output.
set -eu
cd {repo}
touch .started
sh -c {command}
found=$(find . -name "$1_info.json" -newer .started | head -n 1)
[ -n "$found" ] || {{ echo "the command left no $1_info.json"; exit 1; }}
cp "$found" "$PATTERNBOOK_OUT/$1_info.json"
"""
_EVALUATE = '''"""Read the metric out of what the task's own script reported: the mean over its data sets."""

import json
import os
import sys
from pathlib import Path

METRIC, NAME = {metric!r}, {name!r}
said = json.loads((Path(os.environ["PATTERNBOOK_LEFT"]) / (os.environ["PATTERNBOOK_SPLIT"] + "_info.json")).read_text())
values = [each["means"][METRIC] for each in said.values() if METRIC in each.get("means", {{}})]
if not values:
    sys.exit(f"no data set reports {{METRIC}}")
Path(os.environ["PATTERNBOOK_METRICS"]).write_text(json.dumps({{NAME: sum(values) / len(values)}}))
'''


def import_fml_bench(path: Path, out: Path, direction: Literal["max", "min"] | None) -> Imported:
    """Import the task of *path*: its ``config.json`` or the folder of it."""
    file = path / "config.json" if path.is_dir() else path
    config = _read(file)
    task, root = file.parent, file.parent.parent.parent
    for name in ("repo_dir", "target_files", "val_command", "test_command", "metric"):
        if not config.get(name):
            raise ImportRefused(
                f"{file} has no {name}: it is not of the form with val_command, test_command and metric"
            )
    repo = root / str(config["repo_dir"])
    if not repo.is_dir():
        pinned = config.get("pinned_commit")
        at = f" at commit {pinned}" if pinned else ""
        raise ImportRefused(f"the repository of the task is not at {repo}: check it out there{at} first")
    metric = metric_name(str(config["metric"]))
    better = direction or _DIRECTIONS.get(str(config.get("metric_direction")))
    if better is None:
        raise ImportRefused(f"{file} does not say which direction of {config['metric']} is better: name one")
    _copy(task, out / "ml_tasks" / task.name)
    _copy(repo, out / str(config["repo_dir"]))
    for split in ("val", "test"):
        text = _RUN.format(repo=_quoted(str(config["repo_dir"])), command=_quoted(str(config[f"{split}_command"])))
        (out / f"{split}.sh").write_text(text)
    (out / "evaluate.py").write_text(_EVALUATE.format(metric=str(config["metric"]), name=metric))
    contract: dict[str, Any] = {
        "id": slug(task.name),
        "title": task.name.replace("_", " "),
        "names": [],
        "data": {"name": task.name, "split": "as the task's own script says"},
        "edit": {"allow": [f"{config['repo_dir']}/{target}" for target in config["target_files"]]},
        "commands": {"train": ["sh", "val.sh", "val"], "test": ["sh", "test.sh", "test"]},
        "outputs": {"keep": ["val_info.json", "test_info.json"]},
        "evaluator": {"command": ["{python}", "evaluate.py"], "files": ["evaluate.py"], "self_reported": True},
        "budget": {"trial_wall_s": 14400.0, "mem_mb": 32768, "seeds": 3, "confirm_seeds": 3},
        "metrics": [{"name": metric, "direction": better, "primary": True}],
        "baselines": [
            {
                "id": "baseline",
                "reported": _reported(task, str(config["metric"]), metric),
                "source": "FML-bench, baseline_results/val_info.json",
            }
        ],
    }
    notices = [
        "the metric is what the task's own script reports from inside the trial: a patch could claim any number",
        "the commands take no seed: what they draw, they draw alike or by chance (PATTERNBOOK_SEED is set)",
        "the data come with the repository or are found by its commands: nothing is declared as held out",
    ]
    if config.get("conda_env"):
        notices.append(f"the commands were made for the conda environment {config['conda_env']}, which is not set up")
    if config.get("pinned_commit"):
        notices.append(f"the repository should stand at commit {config['pinned_commit']}; that was not checked")
    return write_task(out, contract, tuple(notices))


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except OSError as error:
        raise ImportRefused(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ImportRefused(f"{file} is not valid JSON: {error}") from None
    if not isinstance(found, dict):
        raise ImportRefused(f"{file} holds no JSON object")
    return found


def _copy(folder: Path, target: Path) -> None:
    if any(part == ".." for part in target.parts):
        raise ImportRefused(f"{target} leads out of the new folder")
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns(".git", "__pycache__"), dirs_exist_ok=True)


def _reported(task: Path, metric: str, name: str) -> dict[str, float]:
    file = task / "baseline_results" / "val_info.json"
    if not file.is_file():
        return {}
    sets = [each for each in _read(file).values() if isinstance(each, dict)]
    values = [float(each["means"][metric]) for each in sets if metric in each.get("means", {})]
    return {name: sum(values) / len(values)} if values else {}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
