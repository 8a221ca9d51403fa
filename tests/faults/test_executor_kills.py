"""Executors that are killed with -9 at any moment: no trial is lost, none is recorded twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from graph.schema import Label
from graph.store.interface import GraphStore
from graph.write.plan import write_plan

ARMS, SEEDS, KILLS, EXECUTORS = 5, 40, 12, 3
WITHIN_S = 300


def holders(store: GraphStore) -> set[str]:
    """Return the process ids of the executors that hold trials: whom a kill hurts most."""
    # A server reads a node's state and its owner one after the other: a trial may end in between.
    owners = (node.properties.get("owner") for node in store.find_nodes(Label.TRIAL, {"state": "running"}))
    return {str(owner).split(":")[1] for owner in owners if owner is not None}


@pytest.mark.slow
def test_no_trial_is_lost_or_recorded_twice(store: GraphStore, store_url: str, make_trials: Callable[..., Any]) -> None:
    """Three executors, twelve kills, 200 trials submitted twice: each is done with one set of measurements."""
    trials = make_trials(arms=ARMS, seeds=SEEDS, pause_s=0.1)
    for _ in range(2):
        write_plan(store, trials.plan, at="2026-01-01T00:00:00Z")
    moments = random.Random(0)
    executors = [trials.start(store_url) for _ in range(EXECUTORS)]
    kills, ran, until = 0, 0, time.monotonic() + WITHIN_S
    try:
        while any(executor.poll() is None for executor in executors) and time.monotonic() < until:
            time.sleep(moments.uniform(0.0, 0.2))
            busy = [place for place in range(EXECUTORS) if str(executors[place].pid) in holders(store)]
            runs = len(trials.runs)
            if kills < KILLS and busy and runs > ran:
                place = moments.choice(busy)
                os.kill(executors[place].pid, signal.SIGKILL)
                executors[place].wait()
                executors[place] = trials.start(store_url)
                kills, ran = kills + 1, runs
    finally:
        for executor in executors:
            executor.kill()
            executor.wait()
    started = Counter(trials.runs)

    assert kills == KILLS
    assert trials.states(store) == {"done": ARMS * SEEDS}
    assert trials.measured(store) == {each.spec.id: 3 for each in trials.plan.trials()}
    assert set(started) == {each.spec.id for each in trials.plan.trials()}
    assert sum(started.values()) > len(started)  # some work was done again: the kills did hit running trials
    assert list((trials.folder / "home" / "work").iterdir()) == []
