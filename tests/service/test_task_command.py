"""``patternbook task``: lists, shows and checks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "projects" / "wine-shell"
Command = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example in shell."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "wine"))


def test_built_in_tasks_are_listed_with_their_metrics(patternbook: Command) -> None:
    """The primary metric first; no project before one was planned for."""
    rows = patternbook("task", "list", "--json").document["tasks"]

    assert {row["id"]: row["metrics"][0] for row in rows}["digits-mlp"] == "accuracy"
    assert {row["kind"] for row in rows} == {"built-in"}


def test_a_project_is_listed_once_it_was_planned_for(patternbook: Command, project: Path) -> None:
    """With its folder; one that is gone is said to be."""
    assert patternbook("plan", "--task", project).code == 0
    rows = patternbook("task", "list", "--json").document["tasks"]
    shutil.rmtree(project)
    after = patternbook("task", "list", "--json").document

    assert [row["place"] for row in rows if row["kind"] == "project"] == [str(project)]
    assert "wine" in after["lost"][0]


def test_a_task_is_shown_by_id_and_by_folder(patternbook: Command, project: Path) -> None:
    """Its identity, and of a project what a trial sees and what is held out."""
    built_in = patternbook("task", "show", "wine-mlp", "--json").document
    shown = patternbook("task", "show", project, "--json").document

    assert built_in["ref"]["id"] == "wine-mlp"
    assert "train.sh" in shown["seen"]
    assert {"evaluate.sh", "heldout/val.csv"} <= set(shown["held_out"])
    assert patternbook("task", "show", "nothing").code == 2


def test_a_wrong_contract_is_answered_with_the_place(patternbook: Command, project: Path) -> None:
    """Exit code 2, one sentence on stderr."""
    contract = project / "task.toml"
    contract.write_text(contract.read_text().replace('direction = "max"', 'direction = "up"'))
    ran = patternbook("task", "check", project)

    assert ran.code == 2
    assert "metrics.0.direction" in ran.err


def test_hashes_are_printed_as_the_contract_wants_them(patternbook: Command, project: Path) -> None:
    """The lines of the example are among them, but for their part."""
    printed = patternbook("task", "hash", project).out

    assert '{ path = "data/train.csv", part = "other", sha256 = "55f0ba1e' in printed


def test_set_is_for_projects(patternbook: Command) -> None:
    """A built-in task has no knobs of its own."""
    ran = patternbook("plan", "x", "--task", "wine-mlp", "--set", "a=1")

    assert ran.code == 2
    assert "project task" in ran.err


def test_a_plan_of_a_project_takes_settings_and_can_be_edited(
    patternbook: Command, project: Path, tmp_path: Path
) -> None:
    """What was drafted can be handed in again, changed."""
    plan = patternbook("plan", "--task", project, "--set", "scale=standard", "--seeds", "3", "--json").document
    del plan["id"]
    plan["intent"] = "another question"
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    ran = patternbook("plan", "--file", "plan.json", "--json")

    assert [arm["id"] for arm in plan["arms"]] == ["baseline", "scale=standard"]
    assert ran.document["intent"] == "another question"
