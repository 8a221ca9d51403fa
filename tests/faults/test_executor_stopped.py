"""An executor that is frozen past its lease, and a store server that is killed under executors."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.schema import Label
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.write.plan import write_plan

WITHIN_S = 120
NEO4J_LOCAL = Path(__file__).parents[2] / "scripts" / "neo4j-local"


def until(holds: Callable[[], bool]) -> None:
    """Return when it holds; fail if it never does."""
    give_up = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_an_executor_that_was_frozen_past_its_lease_records_nothing(
    store: GraphStore, store_url: str, make_trials: Callable[..., Any]
) -> None:
    """Another takes its trials over; awake again it meets the fence, ends its children, and ends well itself."""
    trials = make_trials(arms=2, seeds=2, pause_s=0.5)
    write_plan(store, trials.plan, at="2026-01-01T00:00:00Z")
    frozen = trials.start(store_url)
    try:
        until(lambda: len(trials.runs) > 0)
        held = store.find_nodes(Label.TRIAL, {"state": "running"})
        os.kill(frozen.pid, signal.SIGSTOP)
        other = trials.start(store_url)
        try:
            assert other.wait(WITHIN_S) == 0
        finally:
            other.kill()
        before = {node.key: node for node in store.scan_nodes(Label.TRIAL)}
        os.kill(frozen.pid, signal.SIGCONT)
        code = frozen.wait(WITHIN_S)
    finally:
        frozen.kill()
    after = {node.key: node for node in store.scan_nodes(Label.TRIAL)}

    assert held
    assert code == 0
    assert after == before
    assert {after[node.key].properties["attempt"] for node in held} == {2}
    assert trials.measured(store) == {each.spec.id: 3 for each in trials.plan.trials()}
    assert list((trials.folder / "home" / "work").iterdir()) == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Starts and stops a Neo4j of its own, which a test may kill: ``server("start")`` returns its address."""
    if missing := [name for name in ("java", "mvn") if shutil.which(name) is None]:
        reason = f"no Neo4j: {' and '.join(missing)} not found"
        if os.environ.get("PATTERNBOOK_REQUIRE_NEO4J") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    port: list[str] = []

    def call(command: str) -> str:
        arguments = [NEO4J_LOCAL, command, "--home", tmp_path / "neo4j", "--heap", "512m", "--short-lived", *port]
        done = subprocess.run(arguments, capture_output=True, text=True, check=True)
        address = done.stdout.strip()
        if command == "start":
            port[:] = ["--port", address.rpartition(":")[2]]  # started again, it is to be where it was
        return address

    yield call
    call("stop")


def kill_server(home: Path) -> None:
    """Send SIGKILL to the server of *home* and return when it is gone."""
    pid = json.loads((home / "run" / "neo4j-local.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    command = Path(f"/proc/{pid}/cmdline")  # empty once it is dead, whoever is to take its status
    until(lambda: not command.exists() or not command.read_bytes())


@pytest.mark.slow
@pytest.mark.neo4j
def test_a_store_server_that_is_killed_and_started_again_loses_nothing(
    server: Callable[[str], str], tmp_path: Path, make_trials: Callable[..., Any]
) -> None:
    """Executors ride it out, or let go with a sentence; run again, the plan is finished, each trial recorded once."""
    url = server("start")
    store = open_store(url)
    trials = make_trials(arms=4, seeds=10, pause_s=0.2)
    write_plan(store, trials.plan, at="2026-01-01T00:00:00Z")
    executors = [trials.start(url) for _ in range(2)]
    try:
        until(lambda: len(trials.runs) >= 4)
        kill_server(tmp_path / "neo4j")
        assert server("start") == url
        codes = [executor.wait(WITHIN_S) for executor in executors]
        again = trials.start(url)
        executors.append(again)
        codes.append(again.wait(WITHIN_S))
    finally:
        for executor in executors:
            executor.kill()
    lines = trials.errors.splitlines()
    states, measured = trials.states(store), trials.measured(store)
    store.close()

    assert set(codes[:2]) <= {0, 1}
    assert len([line for line in lines if line.startswith("let go: ")]) == codes.count(1)
    assert "Traceback" not in trials.errors
    assert codes[-1] == 0
    assert states == {"done": 40}
    assert measured == {each.spec.id: 3 for each in trials.plan.trials()}
