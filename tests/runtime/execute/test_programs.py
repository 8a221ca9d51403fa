"""Programs of several lanes in a real child: halves after a failure, what is charged, and how packs are laid out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import runtime.execute.child
from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from graph.write.plan import write_plan
from runtime.execute.layout import packs
from runtime.execute.pack import ClaimedTrial, make_pack, result_folder
from runtime.tasks import Task

Execute = Callable[..., Mapping[tuple[str, int], Any]]


def test_a_program_that_needs_too_much_memory_goes_on_in_halves(execute: Execute, make_plan: Any) -> None:
    """Five lanes that fit by twos: all are done."""
    body = "if json.loads(Path('current.json').read_text())['lanes'] > 2: raise MemoryError"
    outcomes = execute(body, plan=make_plan(seeds=(0, 1, 2, 3, 4)), workers=1)

    assert {node.properties["state"] for node in outcomes.values()} == {"done"}


def test_a_lane_that_fails_alone_has_the_label_and_its_mates_their_results(execute: Execute, make_plan: Any) -> None:
    """A lack of memory that one lane of five causes, whoever it is beside."""
    body = "if trial['seed'] == 3: raise MemoryError('too large')"
    outcomes = execute(body, plan=make_plan(seeds=(0, 1, 2, 3, 4)), workers=1)
    labels = {place: node.properties.get("label") for place, node in outcomes.items()}

    assert Counter(labels.values()) == {None: 8, "oom": 2}
    assert labels["baseline", 3] == labels["weight_decay", 3] == "oom"


def test_lanes_leave_what_trials_of_their_own_leave(
    sqlite_store: GraphStore, tmp_path: Path, make_plan: Callable[..., Plan], quick_task: Task
) -> None:
    """The real child: a pack of three and a pack of one predict the same bits; size, threads and time are recorded."""
    plan = make_plan({"baseline": {}, "dropout": {"dropout": {}}})
    write_plan(sqlite_store, plan, at="2026-01-01T00:00:00Z")
    specs = {each.spec.id: each.spec for each in plan.trials() if each.arm == "dropout"}
    claims = sqlite_store.claim(Label.TRIAL, 3, "test", 60.0, now=0.0, keys=sorted(specs))
    trials = [ClaimedTrial(claim, specs[claim.ref.key]) for claim in claims]
    left = {}
    for name, chosen in (("three", trials), ("one", trials[1:2])):
        (tmp_path / name).mkdir()
        pack = make_pack(tmp_path / name, quick_task, chosen, limit_cpu_s=60)
        subprocess.run([sys.executable, "-P", "-s", runtime.execute.child.__file__], cwd=pack.folder, check=True)
        folder = result_folder(pack.folder, trials[1])
        left[name] = np.load(folder / "val.npy"), json.loads((folder / "result.json").read_text())

    assert np.array_equal(left["three"][0], left["one"][0])
    assert (left["three"][1]["pack_size"], left["one"][1]["pack_size"]) == (3, 1)
    assert {"threads", "torch", "cpu", "cpu_s", "wall_s", "steps", "loss"} <= set(left["three"][1])
    assert left["three"][1]["threads"] == 1


def test_packs_take_whole_programs(make_plan: Callable[..., Plan], quick_task: Task) -> None:
    """Two arms of thirty seeds, two workers: each gets the programs of one arm, in halves that fit the cache."""
    plan = make_plan({"baseline": {}, "dropout": {"dropout": {}}}, seeds=tuple(range(30)))
    open_ = {each.spec.id: each.spec for each in plan.trials()}
    laid_out = list(packs(open_, {quick_task.id: quick_task}, pack_size=256, workers=2))

    assert [len(pack) for pack in laid_out] == [30, 30]
    assert {tuple({len(open_[trial].units) for trial in pack}) for pack in laid_out} == {(0,), (1,)}


def test_few_trials_are_shared_among_the_workers(make_plan: Callable[..., Plan], quick_task: Task) -> None:
    """One arm of six seeds and its baseline, three workers: four trials each."""
    plan = make_plan(seeds=tuple(range(6)))
    open_ = {each.spec.id: each.spec for each in plan.trials()}
    laid_out = list(packs(open_, {quick_task.id: quick_task}, pack_size=256, workers=3))

    assert sorted(trial for pack in laid_out for trial in pack) == sorted(open_)
    assert max(len(pack) for pack in laid_out) <= 6


def test_what_has_no_task_here_comes_alone(make_plan: Callable[..., Plan]) -> None:
    """So that it is answered for without holding up others."""
    open_ = {each.spec.id: each.spec for each in make_plan().trials()}

    assert list(packs(open_, {}, pack_size=256, workers=2)) == [[trial] for trial in open_]
