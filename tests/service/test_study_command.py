"""``patternbook run STUDY.toml``: one command from a file to findings in the graph."""

from __future__ import annotations

from pathlib import Path

import pytest

STUDY = """
intent = "does label smoothing help?"
metric = "accuracy"
tasks = ["digits-mlp", "wine-mlp"]
seeds = 3
confirm_seeds = 2

[arms]
label_smoothing = { label_smoothing = { eps = 0.1 } }
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of two arms, two tasks and three seeds, and an empty home."""
    monkeypatch.setenv("PATTERNBOOK_HOME", str(tmp_path / "home"))
    file = tmp_path / "study.toml"
    file.write_text(STUDY)
    return file


@pytest.mark.slow
def test_a_study_is_run_by_one_command_and_can_be_traced(patternbook, study: Path) -> None:
    """In an empty home; each plan leads to its trials; again, all is reused."""
    ran = patternbook("run", study, "--json")
    trials = [trial for plan in ran.document["plans"] for trial in plan["trials"]]

    assert ran.code == 0
    assert ran.document["comparisons"] == 6
    assert sum(trial["split"] == "val" for trial in trials) == 12
    assert {trial["state"] for trial in trials} == {"done"}
    for plan in ran.document["plans"]:
        traced = patternbook("trace", f"Plan/{plan['plan']}", "--json").document
        assert {path[-1]["label"] for path in traced["paths"]} == {"Trial"}
    again = patternbook("run", study)
    assert f"{len(trials)} trials, {len(trials)} of them reused" in again.out


def test_a_study_that_is_none_is_wrong_use(patternbook, study: Path) -> None:
    """Exit 2, and the sentence says what is wrong."""
    study.write_text(STUDY.replace("accuracy", "rmse"))
    refused = patternbook("run", study)

    assert refused.code == 2
    assert "does not measure 'rmse'" in refused.err


def test_a_study_that_is_not_there_is_wrong_use(patternbook, study: Path) -> None:
    """As any file that cannot be read."""
    refused = patternbook("run", study.with_name("other.toml"))

    assert refused.code == 2
    assert "cannot be read" in refused.err
