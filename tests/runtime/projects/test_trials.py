"""Trials of a project: what they see, what becomes of them, and who measures."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from graph.home import Home
from graph.schema import Label
from graph.store.interface import GraphStore
from runtime.execute import Engine, run_plan
from runtime.plan import PlanRefused
from runtime.projects import ContractError, Project, ProjectMoved
from runtime.projects.design import draft_project_plan
from runtime.projects.source import open_source, remember
from runtime.sandbox.isolation import Isolation

Make = Callable[..., Project]


def message(outcomes: Any) -> str:
    return next(str(n.properties["failure"]["message"]) for n in outcomes.values() if n.properties.get("failure"))


def labels(outcomes: Any) -> set[str | None]:
    return {node.properties.get("label") for node in outcomes.values()}


GUESS = 'echo 1 > "$PATTERNBOOK_OUT/guess.txt"'


def script(text: str) -> dict[str, str]:
    return {"guess.sh": text}


def test_a_plan_for_a_project_runs_from_selection_to_report(
    sqlite_store: GraphStore, home: Home, make_project: Make, project_engine: Engine
) -> None:
    """Arms by seeds, gains of a metric whose name holds a digit, and the report."""
    project = make_project()
    remember(home, project)
    report = run_plan(sqlite_store, home, draft_project_plan(project), engine=project_engine)
    found = {(trial.arm, trial.seed): trial.measurements["error_1"] for trial in report.trials if trial.split == "val"}

    assert found == {("baseline", 0): 6, ("baseline", 1): 5, ("guess=6", 0): 1, ("guess=6", 1): 0}
    assert [(f.arm, f.metric, f.gain) for f in report.findings if f.split == "val"] == [("guess=6", "error_1", 5.0)]
    assert "### error_1 (primary, lower is better)" in report.report


def test_the_confirmation_is_scored_on_test(
    sqlite_store: GraphStore, home: Home, make_project: Make, project_engine: Engine
) -> None:
    """By the evaluator with test labels, new seeds."""
    noisy = 'echo $((g + (g == 1) * (PATTERNBOOK_SEED % 3))) > "$PATTERNBOOK_OUT/guess.txt"'
    project = make_project(script(f"g=$PATTERNBOOK_KNOB_GUESS; {noisy}\n"))
    remember(home, project)
    report = run_plan(sqlite_store, home, draft_project_plan(project, seeds=5), engine=project_engine)
    found = {(trial.arm, trial.seed): trial.measurements["error_1"] for trial in report.trials if trial.split == "test"}

    assert found == {("baseline", 5): 5, ("baseline", 6): 7, ("guess=6", 5): 2, ("guess=6", 6): 2}


def test_running_again_reuses_every_trial(
    sqlite_store: GraphStore, home: Home, make_project: Make, project_engine: Engine
) -> None:
    """The same plan, the same trials."""
    project = make_project()
    remember(home, project)
    first = run_plan(sqlite_store, home, draft_project_plan(project), engine=project_engine)
    again = run_plan(sqlite_store, home, draft_project_plan(project), engine=project_engine)

    assert (again.plan, again.report) == (first.plan, first.report)
    assert all(trial.reused for trial in again.trials)


def test_a_trial_sees_no_held_out_file(make_project: Make, execute: Callable[..., Any], home: Home) -> None:
    """Neither labels nor the evaluator nor the contract."""
    project = make_project(script('find . -type f | sort > "$PATTERNBOOK_OUT/seen.txt"\n' + GUESS))
    node = execute(project, draft_project_plan(project))["baseline", 0]
    left = json.loads(home.get_bytes(node.properties["artefact"]) or b"")
    seen = (home.get_bytes(left["seen.txt"]) or b"").decode().split()

    assert seen == ["./data/train.txt", "./guess.sh", "./notes/plan.txt"]


def test_knobs_and_seed_come_as_arguments_and_variables(
    make_project: Make, execute: Callable[..., Any], home: Home
) -> None:
    """Typed as the contract says."""
    project = make_project(
        script('echo "$@ $PATTERNBOOK_KNOBS $PATTERNBOOK_SPLIT" > "$PATTERNBOOK_OUT/a.txt"\n' + GUESS),
        commands={"train": ["sh", "guess.sh", "{knob.guess}", "{knob.rate}", "{knob.fast}", "{seed}"]},
        knobs={
            "guess": {"type": "int", "default": 1, "low": 0, "high": 9, "proposed": [6]},
            "rate": {"type": "float", "default": 1, "low": 0, "high": 1},
            "fast": {"type": "bool", "default": False},
        },
    )
    node = execute(project, draft_project_plan(project))["guess=6", 1]
    left = json.loads(home.get_bytes(node.properties["artefact"]) or b"")

    assert home.get_bytes(left["a.txt"]) == b'6 1.0 false 1 {"fast": false, "guess": 6, "rate": 1.0} val\n'


@pytest.mark.parametrize(
    ("code", "label", "says"),
    [
        ("echo out of ideas; exit 3", "crash", "train: exit code 3: out of ideas"),
        ("nosuchprogram", "environment", "nosuchprogram"),
        ("true", "no_result", "nothing was left that the task keeps"),
        ("kill -SEGV $$", "crash_native", "SIGSEGV"),
        ("sleep 600", "budget_wall", "limit of a trial"),
        ('ln -s /etc/hostname "$PATTERNBOOK_OUT/guess.txt"', "no_result", "left as a link"),
        ('ln -s /etc "$PATTERNBOOK_OUT/a.txt"; echo 1 > "$PATTERNBOOK_OUT/guess.txt"', "no_result", "left as a link"),
        ('echo 1 > guess; ln guess "$PATTERNBOOK_OUT/guess.txt"', "no_result", "no plain file of its own"),
        ('mkfifo "$PATTERNBOOK_OUT/guess.txt"', "no_result", "no plain file"),
        ('rmdir "$PATTERNBOOK_OUT"; ln -s /etc "$PATTERNBOOK_OUT"', "no_result", "output folder was not left"),
        (
            'for f in a b; do head -c 1500000 /dev/zero > "$PATTERNBOOK_OUT/$f.txt"; done',
            "size",
            "more bytes",
        ),
        ('cd "$PATTERNBOOK_OUT"; for i in $(seq 30); do mkdir d; cd d; done', "size", "deep"),
        ('echo nonsense > "$PATTERNBOOK_OUT/guess.txt"', "no_result", "the evaluator could score nothing"),
    ],
)
def test_every_way_to_fail_has_its_label(
    make_project: Make, execute: Callable[..., Any], code: str, label: str, says: str
) -> None:
    """With a sentence that says what was wrong."""
    from runtime.execute.process import Limits

    project = make_project(script(f"{code}\n"), budget={"seeds": 2})
    outcomes = execute(project, draft_project_plan(project), limits=Limits(trial_wall_s=2.0, file_mb=2))

    assert labels(outcomes) == {label}
    assert says in message(outcomes)


@pytest.mark.parametrize(
    ("evaluator", "label", "says"),
    [
        ("echo '{}' > \"$PATTERNBOOK_METRICS\"", "environment", "wrote no error_1"),
        ('echo \'{"error_1": "low"}\' > "$PATTERNBOOK_METRICS"', "environment", "which is no number"),
        ('echo \'{"error_1": NaN}\' > "$PATTERNBOOK_METRICS"', "non_finite", "not finite"),
        ("true", "environment", "wrote no metrics"),
        ("sleep 600", "environment", "took more than"),
    ],
)
def test_an_evaluator_that_does_not_do_its_work_is_said_to(
    make_project: Make, execute: Callable[..., Any], evaluator: str, label: str, says: str
) -> None:
    """Not the trial's fault, but for a number that is not finite."""
    project = make_project(
        {"score.sh": f"{evaluator}\n"}, evaluator={"command": ["sh", "score.sh"], "files": ["score.sh"], "timeout_s": 1}
    )
    outcomes = execute(project, draft_project_plan(project))

    assert labels(outcomes) == {label}
    assert says in message(outcomes)


def test_an_evaluator_that_was_changed_scores_nothing(make_project: Make, execute: Callable[..., Any]) -> None:
    """Between planning and scoring: the trial is not judged by another measure."""
    project = make_project()
    plan = draft_project_plan(project)
    (project.folder / "score.sh").write_text('echo \'{"error_1": 0}\' > "$PATTERNBOOK_METRICS"\n')
    outcomes = execute(project, plan)

    assert labels(outcomes) == {"data_mismatch"}
    assert "score.sh has changed" in message(outcomes)


def test_a_file_that_was_changed_is_not_run(make_project: Make, execute: Callable[..., Any]) -> None:
    """A trial's identity covers its files."""
    project = make_project()
    plan = draft_project_plan(project)
    (project.folder / "guess.sh").write_text("echo 7\n")

    assert labels(execute(project, plan)) == {"data_mismatch"}


def test_a_number_that_a_trial_claims_counts_for_nothing(
    make_project: Make, execute: Callable[..., Any], sqlite_store: GraphStore
) -> None:
    """Metrics written into the output folder or the work folder are not read."""
    claim = """for f in . .. "$PATTERNBOOK_OUT"; do echo '{"error_1": 0}' > $f/metrics.json; done"""
    code = f"{GUESS}\n{claim}\n"
    project = make_project(script(code))
    execute(project, draft_project_plan(project, seeds=2))

    assert {node.properties["value"] for node in sqlite_store.scan_nodes(Label.MEASUREMENT)} == {6.0}


def test_without_walls_code_from_outside_is_refused(
    sqlite_store: GraphStore, home: Home, make_project: Make, execute: Callable[..., Any]
) -> None:
    """Before anything is written; and by label where a trial is in the queue all the same."""
    project = make_project()
    remember(home, project)
    with pytest.raises(PlanRefused, match="code from outside"):
        run_plan(sqlite_store, home, draft_project_plan(project), engine=Engine(isolation=Isolation.RLIMIT))
    assert Label.PLAN not in sqlite_store.counts().nodes
    outcomes = execute(project, draft_project_plan(project), allow_untrusted_code=False)
    assert labels(outcomes) == {"refused"}


def test_a_project_that_moved_is_missed_with_a_sentence(
    sqlite_store: GraphStore, home: Home, make_project: Make, project_engine: Engine
) -> None:
    """It says which version is there now."""
    project = make_project()
    remember(home, project)
    plan = draft_project_plan(project)
    make_project(script("true\n"))
    with pytest.raises(ProjectMoved, match=r"planned|made for the project task guess"):
        run_plan(sqlite_store, home, plan, engine=project_engine)


def test_a_commit_is_run_as_it_was(home: Home, make_project: Make) -> None:
    """Whatever becomes of the working tree."""
    import subprocess

    project = make_project()
    git = ["git", "-C", str(project.folder), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "init", "-q", str(project.folder)], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "x"], check=True)
    make_project(script("true\n"))
    found = open_source(home, project.folder, commit="HEAD")

    assert found.ref == project.ref
    assert (found.folder / "guess.sh").read_text() != (project.folder / "guess.sh").read_text()
    with pytest.raises(ContractError, match="no such commit"):
        open_source(home, project.folder, commit="nothing")


def test_there_must_be_something_to_compare(make_project: Make) -> None:
    """Neither proposed values nor settings."""
    project = make_project(knobs={"guess": {"type": "int", "default": 1, "low": 0, "high": 9}})
    with pytest.raises(ContractError, match="--set KNOB=VALUE"):
        draft_project_plan(project)
    with pytest.raises(ContractError, match="nothing to compare"):
        draft_project_plan(project, settings=[{"guess": 1}])
    with pytest.raises(ContractError, match="has no knob 'other'"):
        draft_project_plan(project, settings=[{"other": 1}])


def test_a_project_whose_baseline_cannot_be_measured_spends_nothing_more(
    sqlite_store: GraphStore, home: Home, make_project: Make, project_engine: Engine
) -> None:
    """One trial fails, the others wait, and the report says so; a failure that depends on the arm stops nothing."""
    broken = make_project(script("echo no luck; exit 3\n"))
    remember(home, broken)
    report = run_plan(sqlite_store, home, draft_project_plan(broken), engine=project_engine)
    fragile = make_project(script(f"[ $PATTERNBOOK_KNOB_GUESS = 1 ] || exit 3\n{GUESS}\n"))
    remember(home, fragile)
    other = run_plan(sqlite_store, home, draft_project_plan(fragile), engine=project_engine)

    assert [(trial.state, trial.label) for trial in report.trials][:1] == [("failed", "crash")]
    assert (report.failed, report.open) == (1, 3)
    assert "nothing else was run" in report.report
    assert (other.failed, other.open) == (2, 0)
