"""Every failure label is produced by a real child that fails in that way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.home import Home
from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.outcome import FailureLabel
from graph.vocabulary.plan import Arm, Plan
from graph.write.plan import write_plan
from runtime.execute import Engine, run_plan
from runtime.execute.executor import Executor
from runtime.execute.process import Limits
from runtime.tasks import RawData, Task

Execute = Callable[..., Mapping[tuple[str, int], Any]]


def labels(outcomes: Mapping[tuple[str, int], Any]) -> Counter[str | None]:
    return Counter(node.properties.get("label") for node in outcomes.values())


def message(outcomes: Mapping[tuple[str, int], Any]) -> str:
    return next(str(n.properties["failure"]["message"]) for n in outcomes.values() if n.properties.get("failure"))


def test_good_trials_have_no_label(execute: Execute) -> None:
    """All are done."""
    outcomes = execute()

    assert labels(outcomes) == {None: 6}
    assert {node.properties["state"] for node in outcomes.values()} == {"done"}


def test_an_exception_is_a_crash_of_its_trial_alone(execute: Execute) -> None:
    """The pack goes on; the message is the exception's, the log has the traceback."""
    outcomes = execute("if trial['seed'] == 1: raise ValueError('no such thing')")

    assert labels(outcomes) == {None: 4, "crash": 2}
    assert message(outcomes) == "ValueError: no such thing"


def test_what_is_put_in_the_place_of_the_log_is_not_read(execute: Execute, home: Home, tmp_path: Path) -> None:
    """A link to a secret would be followed by an executor that opens the log by its name."""
    (tmp_path / "secret").write_text("worth reading")
    body = f"os.unlink('log'); os.symlink({str(tmp_path / 'secret')!r}, 'log'); raise ValueError('seen')"
    node = execute(body)["baseline", 0]

    assert "ValueError: seen" in (home.logs / node.properties["log"]).read_text()
    assert "worth reading" not in (home.logs / node.properties["log"]).read_text()


def test_a_pipe_in_the_place_of_a_message_holds_nobody_up(execute: Execute) -> None:
    """Reading it would wait for ever."""
    body = "os.unlink('current.json'); os.mkfifo('current.json')"

    assert labels(execute(body)) == {None: 6}


def test_a_result_planted_for_another_trial_is_not_taken(execute: Execute, make_plan: Callable[..., Plan]) -> None:
    """Neither under an attempt that was never made, nor in a folder that is a link to another's."""
    plan = make_plan()
    other = next(each.spec.id for each in plan.trials() if each.arm == "weight_decay")
    body = f"""
planted = Path.cwd() / 'out' / {other + ".0"!r}
planted.mkdir(exist_ok=True)
(planted / 'result.json').write_text('{{"error": {{"kind": "memory", "class": "Planted", "message": ""}}}}')
"""

    assert labels(execute(body, plan=plan, workers=1, pack_size=3)) == {None: 6}


def test_the_log_of_a_pack_is_kept(execute: Execute, home: Home) -> None:
    """Under the name that the trial gives."""
    node = execute("raise ValueError('no such thing')")["baseline", 0]

    assert "ValueError: no such thing" in (home.logs / node.properties["log"]).read_text()


def test_a_segmentation_fault_is_native_and_the_rest_of_the_pack_runs(execute: Execute) -> None:
    """The trial that was running answers for it; those after it run in another child."""
    outcomes = execute("if trial['seed'] == 1: import ctypes; ctypes.string_at(0)")

    assert labels(outcomes) == {None: 4, "crash_native": 2}
    assert {outcomes[arm, 1].properties["label"] for arm in ("baseline", "weight_decay")} == {"crash_native"}
    assert "SIGSEGV" in message(outcomes)


def test_too_much_memory_is_oom(execute: Execute) -> None:
    """An allocation beyond the limit, seen by Python."""
    outcomes = execute("if trial['seed'] == 1: bytearray(2 << 30)", limits=Limits(mem_mb=512))

    assert labels(outcomes) == {None: 4, "oom": 2}


def test_too_much_memory_in_native_code_is_oom(execute: Execute) -> None:
    """Where a library aborts because its allocation failed."""
    body = "if trial['seed'] == 1: os.write(2, b'terminate called: std::bad_alloc\\n'); os.abort()"

    assert labels(execute(body)) == {None: 4, "oom": 2}


def test_memory_that_no_process_limit_counts_is_oom(execute: Execute) -> None:
    """Shared pages are no data of a process: the supervisor sees them in use, and nothing of it is read off the log."""
    body = """
import mmap
held = []
while trial['seed'] == 1:
    held.append(mmap.mmap(-1, 16 << 20))
    held[-1].write(b'x' * (16 << 20))
"""
    outcomes = execute(body, limits=Limits(mem_mb=512))

    assert labels(outcomes) == {None: 4, "oom": 2}
    assert "512 MB" in message(outcomes)


def test_a_folder_that_grows_too_large_is_size(execute: Execute) -> None:
    """Many files, each within the limit of a file."""
    body = """
number = 0
while trial['seed'] == 1:
    (folder / f'f{number}').write_bytes(bytes(1 << 20))
    number += 1
"""

    assert labels(execute(body, limits=Limits(file_mb=2))) == {None: 4, "size": 2}


def test_too_many_processes_are_a_crash(execute: Execute) -> None:
    """Whether the kernel refuses the fork or the supervisor ends the child for it."""
    body = "while trial['seed'] == 1: os.fork() or time.sleep(600)"

    assert labels(execute(body, limits=Limits(processes=24))) == {None: 4, "crash": 2}


def test_a_trial_that_sleeps_runs_out_of_wall_time(execute: Execute) -> None:
    """It alone is ended, the others of its pack run."""
    outcomes = execute("if trial['seed'] == 1: time.sleep(600)", limits=Limits(trial_wall_s=1.5))

    assert labels(outcomes) == {None: 4, "budget_wall": 2}
    assert "1.5 s" in message(outcomes)


def test_a_trial_that_spins_runs_out_of_cpu_time(execute: Execute) -> None:
    """By the kernel's count, not the clock's."""
    body = "if trial['seed'] == 1:\n    while True: pass"

    assert labels(execute(body, limits=Limits(trial_wall_s=120, trial_cpu_s=1))) == {None: 4, "budget_cpu": 2}


def test_a_file_that_grows_too_large_is_size(execute: Execute) -> None:
    """At the limit writing fails."""
    body = "if trial['seed'] == 1: (folder / 'big').write_bytes(b'0' * (3 << 20))"

    assert labels(execute(body, limits=Limits(file_mb=2))) == {None: 4, "size": 2}


def test_predictions_that_are_not_finite_are_labelled(execute: Execute) -> None:
    """One NaN is enough."""
    body = "if trial['seed'] == 1: logits['val'][3, 2] = np.nan"

    assert labels(execute(body)) == {None: 4, "non_finite": 2}


@pytest.mark.parametrize(
    "body",
    [
        "if trial['seed'] == 1: os._exit(0)",
        "if trial['seed'] == 1: del logits['val']",
        "if trial['seed'] == 1: logits['val'] = logits['val'][:5]",
        "if trial['seed'] == 1: logits['val'] = logits['val'].astype('i8')",
        "if trial['seed'] == 1: (folder / 'val.npy').symlink_to('/dev/zero'); del logits['val']",
        "if trial['seed'] == 1: (folder / 'val.npy').write_bytes(b'no array'); del logits['val']",
    ],
)
def test_predictions_that_are_missing_or_of_another_form_are_no_result(execute: Execute, body: str) -> None:
    """A quiet exit, a missing file, another shape or type, a link, garbage."""
    assert labels(execute(body)) == {None: 4, "no_result": 2}


def test_pickles_are_not_loaded(execute: Execute, tmp_path: Path) -> None:
    """An array of objects would run code in the harness when it is read: it is no result."""
    mark = tmp_path / "ran"
    body = f"""
class Evil:
    def __reduce__(self):
        return (open, ({str(mark)!r}, "w"))
np.save(folder / "val.npy", np.array([Evil()], dtype=object), allow_pickle=True)
del logits["val"]
"""

    assert labels(execute(body)) == {"no_result": 6}
    assert not mark.exists()


def test_a_kill_from_outside_is_killed(execute: Execute) -> None:
    """By a signal that nobody here sent."""
    outcomes = execute("if trial['seed'] == 1: os.kill(os.getpid(), 9)")

    assert labels(outcomes) == {None: 4, "killed": 2}


def test_a_patch_is_refused_without_being_run(execute: Execute, make_plan: Callable[..., Plan]) -> None:
    """Code from outside is not run by this version; the other arm is."""
    plan = make_plan()
    patched = Arm(id="patched", role=plan.arms[1].role, units=plan.arms[1].units, patch="import os; os.abort()")
    outcomes = execute(plan=plan.model_copy(update={"arms": (plan.arms[0], patched)}))

    assert labels(outcomes) == {None: 3, "refused": 3}


def test_guessing_misses_the_accuracy_gate_and_keeps_its_measurements(
    execute: Execute, sqlite_store: GraphStore
) -> None:
    """A trial that learned nothing is not a result of its method."""
    outcomes = execute("logits['val'][:] = 0")

    assert labels(outcomes) == {"accuracy_gate_miss": 6}
    assert sqlite_store.counts().nodes[Label.MEASUREMENT] == 18


def test_trials_that_no_executor_ever_finishes_are_given_up(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """After five leases that ran out: lost_executor; the next run of the plan tries once more."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")
    for now in range(0, 50, 10):
        sqlite_store.claim(Label.TRIAL, 100, "gone", 1.0, now=float(now))
    trials = [each.spec.id for each in plan.trials()]
    Executor(sqlite_store, home, replace(quick_engine, clock=lambda: 100.0), methods={}).run(trials)
    nodes = sqlite_store.get_nodes(Label.TRIAL, trials).values()

    assert {(n.properties["state"], n.properties["failure"]["class"]) for n in nodes} == {
        ("dead", FailureLabel.LOST_EXECUTOR.value)
    }
    assert {trial.state for trial in run_plan(sqlite_store, home, plan, engine=quick_engine).trials} == {"done"}


def test_a_trial_that_predicts_something_else_when_run_again_is_flaky(
    sqlite_store: GraphStore,
    home: Home,
    quick_engine: Engine,
    make_plan: Callable[..., Plan],
    child_command: Callable[..., Any],
) -> None:
    """A recheck runs what is done once more; what differs is labelled and counts no longer."""
    plan = make_plan()
    body = "if trial['seed'] == 1: logits['val'] += np.frombuffer(os.urandom(1), 'u1') / 7 + 1"
    engine = replace(quick_engine, command=child_command(body))
    first = run_plan(sqlite_store, home, plan, engine=engine)
    again = run_plan(sqlite_store, home, plan, engine=engine, recheck=True)

    assert {trial.label for trial in first.trials} == {None}
    assert Counter(trial.label for trial in again.trials) == {None: 4, "flaky": 2}
    assert {finding.n for finding in again.findings} == {2}


def test_a_recheck_of_sound_trials_changes_nothing(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """Same predictions, same measurements, same findings."""
    plan = make_plan()
    first = run_plan(sqlite_store, home, plan, engine=quick_engine)
    again = run_plan(sqlite_store, home, plan, engine=quick_engine, recheck=True)

    assert [trial.measurements for trial in again.trials] == [trial.measurements for trial in first.trials]
    assert {trial.state for trial in again.trials} == {"done"}


def test_other_data_under_the_same_name_is_a_data_mismatch(execute: Execute, quick_task: Task) -> None:
    """A trial is not run on data it was not planned on."""
    inputs, labels_ = quick_task.data.inputs.copy(), quick_task.data.labels
    inputs[0, 0] += 1
    other = replace(quick_task, load=lambda: RawData(inputs, labels_))

    assert labels(execute(tasks={other.id: other})) == {"data_mismatch": 6}


@pytest.mark.parametrize(
    "engine",
    [
        {"tasks": {}},
        {"command": lambda: ["/nowhere/python"]},
        {"command": lambda: ["/bin/sh", "-c", "exit 78"]},
    ],
)
def test_what_is_missing_here_is_the_environment(execute: Execute, engine: dict[str, Any]) -> None:
    """No such task, a program that cannot be started, a child that finds its libraries missing."""
    assert labels(execute(**engine)) == {"environment": 6}


def test_another_version_of_task_or_program_is_the_environment(
    execute: Execute, quick_task: Task, make_plan: Callable[..., Plan]
) -> None:
    """The message says to plan again."""
    other = replace(quick_task, n_train=200)
    outcomes = execute(tasks={other.id: other})

    assert labels(outcomes) == {"environment": 6}
    outcomes = execute(plan=make_plan(program_version="0"))
    assert "plan again" in message(outcomes)


def test_a_library_that_is_missing_in_one_trial_is_the_environment(execute: Execute) -> None:
    """ImportError is not the method's fault."""
    outcomes = execute("if trial['seed'] == 1: import no_such_library")

    assert labels(outcomes) == {None: 4, "environment": 2}


def test_a_child_that_never_reaches_a_trial_is_started_again_and_then_answered_for(execute: Execute) -> None:
    """It gets the label of its exit: nothing loops."""
    assert labels(execute(command=lambda: ["/bin/sh", "-c", "kill -SEGV $$"])) == {"crash_native": 6}


def test_a_child_that_hangs_before_its_first_trial_is_ended(execute: Execute) -> None:
    """By the limit of the start."""
    outcomes = execute(command=lambda: ["/bin/sleep", "600"], limits=Limits(start_wall_s=0.5))

    assert labels(outcomes) == {"environment": 6}
    assert "reached no trial within 0.5 s" in message(outcomes)


def test_every_label_has_its_test() -> None:
    """The table is complete: a new label needs a test that produces it."""
    text = Path(__file__).read_text()

    assert [label for label in FailureLabel if f'"{label.value}"' not in text and f".{label.name}" not in text] == []
