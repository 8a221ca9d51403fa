"""Faults under an executor: a full disk, a clock that is set, a store that is down, a trial that kills executors."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.errors import HomeError, HomeFull, StoreUnavailable
from graph.home import Home
from graph.schema import Label
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from graph.write.plan import write_plan
from runtime.execute import Engine, Progress, run_plan
from runtime.execute.executor import Executor
from service.errors import classify

AT = "2026-01-01T00:00:00Z"
MB = 1 << 20


def ids(plan: Plan) -> list[str]:
    return [each.spec.id for each in plan.trials()]


def measured_once(store: GraphStore, plan: Plan) -> bool:
    """Say whether each trial that is done has its three measurements, and no other has any."""
    states = {node.key: node.properties["state"] for node in store.scan_nodes(Label.TRIAL)}
    measured = Counter(node.properties["trial"] for node in store.scan_nodes(Label.MEASUREMENT))
    return measured == {key: len(plan.metrics) for key, state in states.items() if state == "done"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


# From nothing at all up to what nearly suffices, so that one step of a run after another meets the full disk.
@pytest.mark.parametrize("room_kb", [0, 16, 64, 256, 768, 1024, 1536, 2048, 3072])
def test_a_full_disk_is_said_and_the_run_goes_on_once_there_is_room(
    small_disk: Path, make_plan: Callable[..., Plan], quick_engine: Engine, room_kb: int
) -> None:
    """Home and store on it: nothing is recorded half; with room again the same call finishes the plan."""
    plan, home = make_plan(), Home(small_disk / "home")
    store = open_store(f"sqlite:///{small_disk / 'graph.sqlite'}")
    write_plan(store, plan, at=AT)
    # Where the store has no room either, claims cannot be put back: their leases, which are short here, run out.
    engine = replace(quick_engine, lease_s=2.0, beat_s=0.5)
    ballast = small_disk / "ballast"
    with ballast.open("wb") as out:
        out.write(b"\0" * (shutil.disk_usage(small_disk).free - room_kb * 1024))
    failures: set[str | None] = set()
    try:
        failures = {row.label for row in run_plan(store, home, plan, engine=engine).trials}
    except (HomeError, StoreUnavailable) as error:
        failures = {f"exit {classify(error).exit_code:d}"}
    half = not measured_once(store, plan)
    ballast.unlink()
    report = run_plan(store, home, plan, engine=engine)
    once = measured_once(store, plan)
    store.close()

    assert failures <= {"exit 3", "environment", None}
    assert (half, once) == (False, True)
    assert {row.state for row in report.trials} == {"done"}


def test_a_home_without_room_for_a_pack_leaves_no_half_of_it(
    sqlite_store: GraphStore, small_disk: Path, make_plan: Callable[..., Plan], quick_engine: Engine
) -> None:
    """The sentence names the home; claims are put back; nothing keeps the room that was missing."""
    plan, home = make_plan(), Home(small_disk / "home")
    with (small_disk / "ballast").open("wb") as out:
        out.write(b"\0" * (shutil.disk_usage(small_disk).free - 128 * 1024))
    with pytest.raises(HomeFull, match=f"no room left under {home.path}"):
        run_plan(sqlite_store, home, plan, engine=quick_engine)

    assert {node.properties["state"] for node in sqlite_store.scan_nodes(Label.TRIAL)} == {"pending"}
    assert list(home.work.iterdir()) == []


def test_a_store_on_a_full_disk_says_that_it_is_full(small_disk: Path) -> None:
    """Also where SQLite calls it an I/O error, as it does when it cannot even open its files."""
    url = f"sqlite:///{small_disk / 'graph.sqlite'}"
    open_store(url).close()
    with (small_disk / "ballast").open("wb") as out:
        out.write(b"\0" * shutil.disk_usage(small_disk).free)
    with pytest.raises(StoreUnavailable, match="there is no room left"):
        open_store(url).upsert_nodes(Label.METHOD, [{"key": "a", "name": "A"}])


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_a_clock_that_is_set_loses_and_doubles_nothing(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan], jump_s: float
) -> None:
    """An hour forth or back in the middle of a run: each trial is recorded once, at the first attempt."""
    plan, now = make_plan(), [1_000_000.0]
    write_plan(sqlite_store, plan, at=AT)

    def set_clock(told: Progress) -> None:
        if told.event == "finished" and now[0] == 1_000_000.0:
            now[0] += jump_s

    engine = replace(quick_engine, clock=lambda: now[0], workers=1, pack_size=2)
    Executor(sqlite_store, home, engine, methods={}, progress=set_clock).run(ids(plan))
    nodes = sqlite_store.get_nodes(Label.TRIAL, ids(plan)).values()

    assert now[0] == 1_000_000.0 + jump_s
    assert {(node.properties["state"], node.properties["attempt"]) for node in nodes} == {("done", 1)}
    assert measured_once(sqlite_store, plan)


def test_leases_follow_a_clock_that_was_set_back(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan], child_command: Any
) -> None:
    """The next beat writes the time that the clock shows now: a kill after it costs one lease and not an hour."""
    plan, now, leases = make_plan(), [10_000.0], []
    write_plan(sqlite_store, plan, at=AT)

    def set_clock(told: Progress) -> None:
        if told.event == "started":
            now[0] = 6_400.0

    class Watched(Executor):
        def _beat(self, *, now_due: bool = False) -> None:
            super()._beat(now_due=now_due)
            held = sqlite_store.find_nodes(Label.TRIAL, {"state": "running"})
            if now[0] == 6_400.0:
                leases.extend(float(node.properties["lease"]) for node in held)

    engine = replace(quick_engine, clock=lambda: now[0], beat_s=0.0, command=child_command("time.sleep(0.2)"))
    Watched(sqlite_store, home, engine, methods={}, progress=set_clock).run(ids(plan))

    assert min(leases) == 6_400.0 + engine.lease_s


def test_a_clock_that_was_set_forth_does_not_spend_the_plans_time(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """The budget is a length of time, and the clock says none."""
    hours = iter(range(0, 10**9, 3600))
    report = run_plan(sqlite_store, home, make_plan(), engine=replace(quick_engine, clock=lambda: float(next(hours))))

    assert report.open == 0


def test_a_trial_that_takes_its_executor_with_it_ends_dead(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """After five executors were lost over it, it is given up and labelled; the others run."""
    plan, now = make_plan(), [0.0]
    write_plan(sqlite_store, plan, at=AT)
    poison = ids(plan)[0]

    class Killed(Executor):
        def _begin(self, *_: Any, **__: Any) -> None:
            raise SystemExit

        def _let_go(self) -> None:
            """As after a kill -9: the claim stays."""

    attempts = []
    for _ in range(5):
        with pytest.raises(SystemExit):
            Killed(sqlite_store, home, replace(quick_engine, clock=lambda: now[0]), methods={}).run([poison])
        attempts.append(sqlite_store.get_nodes(Label.TRIAL, [poison])[poison].properties["attempt"])
        now[0] += quick_engine.lease_s + 1
    Executor(sqlite_store, home, replace(quick_engine, clock=lambda: now[0]), methods={}).run(ids(plan))
    nodes = sqlite_store.get_nodes(Label.TRIAL, ids(plan))
    given_up = nodes[poison].properties

    assert attempts == [1, 2, 3, 4, 5]
    assert (given_up["state"], given_up["failure"]["class"]) == (
        "dead",
        "lost_executor",
    )
    assert Counter(node.properties["state"] for node in nodes.values()) == {"dead": 1, "done": 5}


def test_an_executor_waits_for_a_store_that_is_down_for_a_while(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, make_plan: Callable[..., Plan]
) -> None:
    """Its children go on; once it can be read again, the plan is finished."""
    plan, failures = make_plan(), iter([True] * 3)
    write_plan(sqlite_store, plan, at=AT)

    class Restarting(Executor):
        def _patiently(self, read: Callable[[], Any]) -> Any:
            def down_at_first() -> Any:
                if next(failures, False):
                    raise StoreUnavailable("the server does not answer")
                return read()

            return super()._patiently(down_at_first)

    Restarting(sqlite_store, home, quick_engine, methods={}).run(ids(plan))

    assert next(failures, None) is None
    assert {node.properties["state"] for node in sqlite_store.scan_nodes(Label.TRIAL)} == {"done"}
