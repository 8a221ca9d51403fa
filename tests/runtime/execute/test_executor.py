"""The executor: what a child may see, reuse, adoption, stopping, and several executors at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph.home import Home
from graph.schema import EdgeType, Label
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from graph.write.plan import write_plan
from runtime.execute import Engine
from runtime.execute.engine import Progress
from runtime.execute.executor import Executor, UnknownTrial
from runtime.execute.pack import ClaimedTrial, make_pack
from runtime.tasks import Task

Execute = Callable[..., Mapping[tuple[str, int], Any]]


def ids(plan: Plan) -> list[str]:
    return [each.spec.id for each in plan.trials()]


def test_the_work_folder_holds_no_label_of_a_held_out_row(
    sqlite_store: GraphStore, tmp_path: Path, make_plan: Callable[..., Plan], quick_task: Task
) -> None:
    """Training inputs and labels, validation and test inputs; no held-out label in any array, and no data set."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")
    spec = next(plan.trials()).spec
    claim = sqlite_store.claim(Label.TRIAL, 1, "test", 60.0, now=0.0, keys=[spec.id])[0]
    pack = make_pack(tmp_path, quick_task, [ClaimedTrial(claim, spec)], limit_cpu_s=10)
    files = sorted(str(file.relative_to(pack.folder)) for file in pack.folder.rglob("*") if file.is_file())
    split = quick_task.split(spec.seed)
    with np.load(pack.folder / "data" / "0.npz") as arrays:
        held = dict(arrays)

    assert files == ["data/0.npz", "pack.json"]
    assert sorted(held) == ["test_inputs", "train_inputs", "train_labels", "val_inputs"]
    assert np.array_equal(held["train_labels"], split.train_labels)
    assert {array.shape for name, array in held.items() if name != "train_labels"} == {
        split.train_inputs.shape,
        split.val_inputs.shape,
        split.test_inputs.shape,
    }


def test_only_trials_of_the_test_split_are_scored_on_test(execute: Execute, sqlite_store: GraphStore) -> None:
    """A selection trial leaves no measurement of a test row."""
    execute()

    assert {node.properties["split"] for node in sqlite_store.scan_nodes(Label.MEASUREMENT)} == {"val"}


def test_the_environment_of_a_trial_is_recorded(execute: Execute) -> None:
    """Versions, threads and isolation, as the harness knows them."""
    environment = execute()["baseline", 0].properties["environment"]

    assert (environment["isolation"], environment["threads"]) == ("rlimit", 1)
    assert {"python", "torch", "numpy", "program"} <= set(environment)


def test_predictions_are_kept_by_content(execute: Execute, home: Home) -> None:
    """The artefact is the array of logits, validation rows first."""
    node = execute()["baseline", 0]
    content = home.get_bytes(node.properties["artefact"])

    assert content is not None
    assert content[:6] == b"\x93NUMPY"


def test_final_trials_are_not_run_again(execute: Execute) -> None:
    """Asked a second time, no attempt is made."""
    execute()
    outcomes = execute("raise ValueError")

    assert {node.properties["attempt"] for node in outcomes.values()} == {1}
    assert {node.properties["state"] for node in outcomes.values()} == {"done"}


def test_another_plan_reuses_the_trials_they_share(execute: Execute, make_plan: Callable[..., Plan]) -> None:
    """The baseline of the second plan is that of the first."""
    first = execute()
    second = execute(plan=make_plan({"baseline": {}, "dropout": {"dropout": {"p": 0.4}}}, intent="another"))

    assert second["baseline", 0].ref == first["baseline", 0].ref
    assert second["baseline", 0].properties["at"] == first["baseline", 0].properties["at"]


def test_work_folders_are_gone_afterwards(execute: Execute, home: Home) -> None:
    """Nothing is left of packs that were recorded."""
    execute()

    assert list(home.work.iterdir()) == []


def test_a_finished_result_of_a_killed_executor_is_recorded_and_not_run_again(
    execute: Execute, sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """Whoever claims the trial after the lease adopts what the earlier attempt left, and says so."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")

    class Killed(Executor):
        def _record(self, results: Any) -> None:
            raise SystemExit(len(results))

        def _let_go(self) -> None:
            self.running.clear()  # as after a kill -9: claims stay, folders stay

    engine = replace(quick_engine, workers=1, pack_size=3, clock=lambda: 0.0)
    with pytest.raises(SystemExit):
        Killed(sqlite_store, home, engine, methods={}).run(ids(plan))
    outcomes = execute("raise ValueError('must not run')", clock=lambda: 1000.0, plan=plan)
    adopted = [node for node in outcomes.values() if node.properties["environment"].get("adopted")]

    assert len(adopted) == 3
    assert {(node.properties["state"], node.properties["attempt"]) for node in adopted} == {("done", 2)}


def test_stopping_puts_claims_back_and_ends_the_children(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan], child_command: Any
) -> None:
    """Ctrl-C in the middle: no trial is left running, and the next run finishes the plan."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")

    def stop(progress: Progress) -> None:
        if progress.event == "started":
            raise KeyboardInterrupt

    hanging = replace(quick_engine, command=child_command("time.sleep(600)"))
    executor = Executor(sqlite_store, home, hanging, methods={}, progress=stop)
    with pytest.raises(KeyboardInterrupt):
        executor.run(ids(plan))
    states = {node.properties["state"] for node in sqlite_store.get_nodes(Label.TRIAL, ids(plan)).values()}

    assert (states, executor.running) == ({"pending"}, [])
    Executor(sqlite_store, home, quick_engine, methods={}).run(ids(plan))
    after = sqlite_store.get_nodes(Label.TRIAL, ids(plan)).values()
    assert {node.properties["state"] for node in after} == {"done"}


def test_a_lost_lease_records_nothing(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan], child_command: Any
) -> None:
    """An executor that slept through its lease finds its trials taken and leaves them to the other."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")
    now, taken = [0.0], []

    def take_over(progress: Progress) -> None:
        if progress.event == "started" and not taken:
            now[0] = 100.0
            taken.extend(sqlite_store.claim(Label.TRIAL, 100, "other", 5.0, now=100.0))
            now[0] = 100.5

    engine = replace(quick_engine, clock=lambda: now[0], command=child_command("time.sleep(0.2)"), workers=1)
    executor = Executor(sqlite_store, home, engine, methods={}, progress=take_over)

    def lapse(_: float) -> None:
        if taken:
            now[0] += 1.0

    executor._wait = lapse  # type: ignore[method-assign,assignment]
    executor.run(ids(plan))
    attempts = {node.properties["attempt"] for node in sqlite_store.get_nodes(Label.TRIAL, ids(plan)).values()}

    assert taken
    assert max(attempts) == 3
    assert sqlite_store.counts().nodes[Label.MEASUREMENT] == 18


def test_two_executors_share_a_plan(
    sqlite_store: GraphStore, tmp_path: Path, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """Each trial is run by one of them, once."""
    plan = make_plan({"baseline": {}, "a": {"dropout": {"p": 0.1}}, "b": {"dropout": {"p": 0.2}}}, seeds=(0, 1, 2, 3))
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")

    def work() -> None:
        store = open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}")
        Executor(store, home, replace(quick_engine, workers=1, pack_size=2), methods={}).run(ids(plan))
        store.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    nodes = sqlite_store.get_nodes(Label.TRIAL, ids(plan)).values()

    assert {(node.properties["state"], node.properties["attempt"]) for node in nodes} == {("done", 1)}


def test_past_the_deadline_nothing_new_is_started(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """Trials stay pending for another run."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")
    Executor(sqlite_store, home, quick_engine, methods={}).run(ids(plan), deadline=0.0)
    states = {node.properties["state"] for node in sqlite_store.get_nodes(Label.TRIAL, ids(plan)).values()}

    assert states == {"pending"}


def test_trials_that_nobody_planned_are_refused(sqlite_store: GraphStore, home: Home, quick_engine: Engine) -> None:
    """The message says to write the plan first."""
    with pytest.raises(UnknownTrial, match="write its plan first"):
        Executor(sqlite_store, home, quick_engine, methods={}).run(["trial:" + "0" * 24])


def test_trials_run_on_both_stores(
    store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """Claims, fences and results go through the interface alone; trials lead to the Methods of their units."""
    plan = make_plan({"baseline": {}, "dropout": {"dropout": {}}})
    store.upsert_nodes(Label.METHOD, [{"key": "dropout", "name": "dropout"}])
    write_plan(store, plan, at="2026-01-01T00:00:00Z")
    Executor(store, home, quick_engine, methods={"dropout": ("dropout",)}).run(ids(plan))

    assert {node.properties["state"] for node in store.get_nodes(Label.TRIAL, ids(plan)).values()} == {"done"}
    assert store.counts().nodes[Label.MEASUREMENT] == 18
    assert store.counts().edges[EdgeType.RUNS] == 3


def test_progress_tells_what_was_finished(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """Each trial once, counting up to all."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")
    seen: list[Progress] = []
    Executor(sqlite_store, home, quick_engine, methods={}, progress=seen.append).run(ids(plan))
    finished = [each for each in seen if each.event == "finished"]

    assert sorted(each.trial for each in finished) == sorted(ids(plan))
    assert [(each.done, each.total) for each in finished] == [(done, 6) for done in range(1, 7)]
