"""MLAgentBench: a folder with ``env/``, which an agent sees, and ``scripts/``, which it does not.

The form (https://github.com/snap-stanford/MLAgentBench): ``env/`` holds ``train.py`` and, once ``scripts/prepare.py``
was run, the data; ``scripts/research_problem.txt`` says what is wanted, ``read_only_files.txt`` lists globs of files
that may not change, ``eval.py`` has ``get_score(submission_folder)``, one number.

``env/`` becomes the project, ``scripts/`` the evaluator's. There is one held-out set, so selection and confirmation are
scored on the same rows; the notices say so.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Literal

from runtime.projects.errors import ImportRefused
from runtime.projects.imports.imported import Imported, data_files, slug, write_task

_CODE = {".py", ".txt", ".md", ".sh", ".yml", ".yaml", ".toml", ".cfg", ".json"}
_RUN = """#!/bin/sh
# The task's own script, in its own folder; what it leaves there as a submission becomes the trial's output.
set -eu
touch .started
"$1" train.py
find . -newer .started -type f -name 'submission*' ! -path './scripts/*' -exec cp {} "$PATTERNBOOK_OUT" \\;
"""
_EVALUATE = '''"""The score of the task's own eval.py on what a trial left."""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, "scripts")
from eval import get_score

score = float(get_score(os.environ["PATTERNBOOK_LEFT"]))
Path(os.environ["PATTERNBOOK_METRICS"]).write_text(json.dumps({"score": score}))
'''


def import_mlagentbench(path: Path, out: Path, direction: Literal["max", "min"] | None) -> Imported:
    """Import the task folder *path*."""
    env, scripts = path / "env", path / "scripts"
    for needed in (env / "train.py", scripts / "eval.py"):
        if not needed.is_file():
            raise ImportRefused(f"{needed} is missing: a task has env/train.py and scripts/eval.py")
    if direction is None:
        raise ImportRefused("eval.py returns a number and does not say which direction is better: name one")
    ignore = shutil.ignore_patterns(".git", "__pycache__")
    shutil.copytree(env, out, ignore=ignore, dirs_exist_ok=True)
    if (out / "scripts").exists():
        shutil.rmtree(out)
        raise ImportRefused(f"{env} holds a folder scripts of its own, which would hide the evaluator's")
    shutil.copytree(scripts, out / "scripts", ignore=ignore)
    (out / "scripts" / "evaluate.py").write_text(_EVALUATE)
    (out / "run.sh").write_text(_RUN)
    files = sorted(file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file())
    secret = [each for each in files if each.startswith("scripts/")]
    code = [each for each in secret if Path(each).suffix in _CODE]
    seen_data = [each for each in files if each not in secret and Path(each).suffix not in _CODE and each != "run.sh"]
    problem = scripts / "research_problem.txt"
    read_only = _read_only(scripts / "read_only_files.txt")
    editable = [
        each
        for each in files
        if each.endswith(".py") and each not in secret and not any(_covers(glob, each) for glob in read_only)
    ]
    contract: dict[str, Any] = {
        "id": slug(path.name),
        "title": f"{path.name} of MLAgentBench",
        "goal": " ".join(problem.read_text("utf-8").split()) if problem.is_file() else "",
        "data": {
            "name": path.name,
            "split": "one held-out set, used for validation and test alike",
            "files": [
                *data_files(out, seen_data, held_out=False, part="other"),
                *data_files(out, [each for each in secret if each not in code], held_out=True, part="test"),
            ],
        },
        "edit": {"allow": editable},
        "commands": {"train": ["sh", "run.sh", "{python}"]},
        "outputs": {"keep": ["submission*"]},
        "evaluator": {"command": ["{python}", "scripts/evaluate.py"], "files": code, "timeout_s": 600.0},
        "budget": {"trial_wall_s": 7200.0, "mem_mb": 16384, "seeds": 3, "confirm_seeds": 3},
        "metrics": [{"name": "score", "direction": direction, "primary": True}],
    }
    notices = [
        "there is one held-out set: selection and confirmation are scored on the same rows",
        "train.py takes no seed: what it draws, it draws alike or by chance (PATTERNBOOK_SEED is set)",
    ]
    if (scripts / "prepare.py").is_file() and not (scripts / "prepared").exists():
        notices.append("scripts/prepare.py makes the data and was not run: run it, then import again")
    return write_task(out, contract, tuple(notices))


def _read_only(file: Path) -> list[str]:
    return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()] if file.is_file() else []


def _covers(glob: str, path: str) -> bool:
    return Path(path).match(glob) or path.startswith(glob.rstrip("/*") + "/")
