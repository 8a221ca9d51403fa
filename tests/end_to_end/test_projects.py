"""The example projects work from what their README says, and nothing else."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "projects"


def patternbook(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "service.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of the example that the test names, with nothing of Patternbook around."""
    return Path(shutil.copytree(EXAMPLES / request.param, tmp_path / request.param))


@pytest.mark.parametrize(
    ("project", "arms"),
    [
        ("wine-shell", {"baseline", "scale=standard"}),
        pytest.param("digits-torch", {"baseline", "hidden=128", "dropout=0.3"}, marks=pytest.mark.slow),
    ],
    indirect=["project"],
)
def test_a_project_written_in_another_style_runs_from_its_readme_alone(project: Path, arms: set[str]) -> None:
    """The commands of the first block, in order; every trial is done and measured; nothing is left in the folder."""
    before = sorted(path for path in project.rglob("*"))
    block = re.findall(r"^```\n(.*?)^```$", (project / "README.md").read_text(), re.MULTILINE | re.DOTALL)[0]
    for line in block.splitlines():
        words = shlex.split(line)[1:]
        more = ["--allow-untrusted-code", "--json", "--home", "../home"] if words[0] == "run" else []
        done = patternbook(*words, *more, cwd=project)
        assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)

    assert {(trial["state"], trial["label"]) for trial in report["trials"]} == {("done", None)}
    assert {trial["arm"] for trial in report["trials"]} == arms
    assert all("accuracy" in trial["measurements"] for trial in report["trials"])
    assert sorted(path for path in project.rglob("*")) == before


@pytest.mark.parametrize("project", ["wine-shell"], indirect=True)
def test_the_arm_that_helps_is_confirmed_on_test(project: Path) -> None:
    """Distances in standard deviations: the gain of the example is found and confirmed, by shell alone."""
    done = patternbook("run", ".", "--allow-untrusted-code", "--json", "--home", "../home", cwd=project)

    assert json.loads(done.stdout)["confirmed"] == ["scale=standard"]


@pytest.mark.parametrize("project", ["wine-shell"], indirect=True)
def test_a_patch_that_touches_the_evaluator_is_refused_at_the_door(project: Path) -> None:
    """Exit code 2 and a sentence; one that touches a script it may becomes a plan."""
    bad = "--- a/evaluate.sh\n+++ b/evaluate.sh\n@@ -1 +1 @@\n-#!/bin/sh\n+#!/bin/dash\n"
    (project.parent / "bad.diff").write_text(bad)
    (project.parent / "good.diff").write_text(bad.replace("evaluate.sh", "predict.sh"))
    submit = ["task", "submit", ".", "--hypothesis", "another shell", "--home", "../home", "--json", "--patch"]
    refused = patternbook(*submit, "../bad.diff", cwd=project)
    taken = patternbook(*submit, "../good.diff", cwd=project)

    assert refused.returncode == 2
    assert "evaluate.sh, which is part of the evaluator" in refused.stderr
    assert [arm["patch"] is not None for arm in json.loads(taken.stdout)["arms"]] == [False, True]
