"""Pause, resume, cancel and instruct: what a running executor does about each, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from graph.errors import OrderRefused
from graph.home import Home
from graph.schema import Label
from graph.standing import PlanState, Steer, standing_of
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from graph.write.plan import write_plan
from graph.write.steering import steer
from runtime.execute import Engine, Progress, RunReport, run_plan
from runtime.plan.rules import PlanRefused

AT = "2026-01-01T00:00:00Z"


@pytest.fixture
def run_and(
    sqlite_store: GraphStore, home: Home, quick_engine: Engine, child_command: Callable[..., Any]
) -> Callable[..., tuple[RunReport, list[Progress]]]:
    """Runs a plan whose trials of seed 0 finish and whose others hang; *act* is called with each sign of progress.

    Hanging ends when *act* has made the file `go`.
    """

    def run(plan: Plan, act: Callable[[Progress], None]) -> tuple[RunReport, list[Progress]]:
        seen: list[Progress] = []

        def note(told: Progress) -> None:
            seen.append(told)
            act(told)

        go = home.path.parent / "go"
        body = f"while trial['seed'] != 0 and not os.path.exists({str(go)!r}): time.sleep(0.01)"
        # Programs of one trial each: what is under way is one trial, what is finished is finished.
        engine = replace(quick_engine, command=child_command(body), pack_size=1)
        return run_plan(sqlite_store, home, plan, engine=engine, workers=1, progress=note), seen

    return run


def order(store: GraphStore, plan: Plan, kind: Steer, **about: Any) -> None:
    steer(store, plan.id, kind, **{"by": "a test", "reason": "because", "at": AT, **about})


def states(store: GraphStore, plan: Plan) -> list[str]:
    nodes = store.get_nodes(Label.TRIAL, [each.spec.id for each in plan.trials()]).values()
    return sorted(str(node.properties["state"]) for node in nodes)


def once(kind: str, act: Callable[[], None]) -> Callable[[Progress], None]:
    """Act at the second sign of *kind*, and at no other."""
    count = [0]

    def see(told: Progress) -> None:
        count[0] += told.event == kind
        if told.event == kind and count[0] == 2:
            act()

    return see


def test_a_cancelled_plan_ends_with_what_had_finished(
    sqlite_store: GraphStore, make_plan: Callable[..., Plan], run_and: Callable[..., Any]
) -> None:
    """Children that hang are ended; nothing is failed for it; the report says who and why."""
    plan = make_plan()
    report, _ = run_and(plan, once("finished", lambda: order(sqlite_store, plan, Steer.CANCEL)))

    assert states(sqlite_store, plan) == ["done"] * 2 + ["pending"] * 4
    assert "cancelled by a test at 2026-01-01T00:00:00.000+00:00: because" in report.report
    assert any("cancelled" in note for note in report.notes)
    assert (report.failed, report.open) == (0, 4)


def test_a_cancelled_plan_is_refused_until_it_is_resumed(
    sqlite_store: GraphStore, home: Home, make_plan: Callable[..., Plan], quick_engine: Engine
) -> None:
    """The sentence says how to take it back; then it runs."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at=AT)
    order(sqlite_store, plan, Steer.CANCEL)
    with pytest.raises(PlanRefused, match=f"patternbook resume {plan.id}"):
        run_plan(sqlite_store, home, plan, engine=quick_engine)
    order(sqlite_store, plan, Steer.RESUME)

    assert run_plan(sqlite_store, home, plan, engine=quick_engine).open == 0


def test_a_paused_run_holds_nothing_and_goes_on_when_resumed(
    sqlite_store: GraphStore, home: Home, make_plan: Callable[..., Plan], run_and: Callable[..., Any]
) -> None:
    """While it is paused no trial is running; the same call finishes the plan; finished trials ran once."""
    plan, paused = make_plan(), []
    pause = once("finished", lambda: order(sqlite_store, plan, Steer.PAUSE))

    def act(told: Progress) -> None:
        pause(told)
        if told.event == "paused" and not paused:
            paused.extend(states(sqlite_store, plan))
            (home.path.parent / "go").touch()
            order(sqlite_store, plan, Steer.RESUME)

    report, _ = run_and(plan, act)
    attempts = sorted(node.properties["attempt"] for node in sqlite_store.scan_nodes(Label.TRIAL))

    assert paused == ["done"] * 2 + ["pending"] * 4
    assert states(sqlite_store, plan) == ["done"] * 6
    assert attempts == [1, 1, 1, 1, 1, 2]
    assert report.report.count("by a test") == 2


def test_the_time_of_a_pause_is_not_the_plans(
    sqlite_store: GraphStore, home: Home, make_plan: Callable[..., Plan], quick_engine: Engine
) -> None:
    """A pause longer than the budget leaves room to run in."""
    plan, watch = make_plan(), [0.0]
    write_plan(sqlite_store, plan, at=AT)

    def act(told: Progress) -> None:
        if told.event == "started" and not standing_of(sqlite_store, plan.id).decisions:
            order(sqlite_store, plan, Steer.PAUSE)
        if told.event == "paused":
            watch[0] += 10_000.0
            order(sqlite_store, plan, Steer.RESUME)

    def stopwatch() -> float:
        watch[0] += 0.1
        return watch[0]

    report = run_plan(sqlite_store, home, plan, engine=replace(quick_engine, stopwatch=stopwatch), progress=act)

    assert watch[0] > 10_000.0
    assert report.open == 0


def test_an_arm_that_is_left_out_is_not_started(
    sqlite_store: GraphStore, home: Home, make_plan: Callable[..., Plan], quick_engine: Engine
) -> None:
    """The baseline runs; the arm's trials stay pending, and the report says so. Taken in again, they run."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at=AT)
    order(sqlite_store, plan, Steer.LEAVE_OUT, arm="weight_decay")
    report = run_plan(sqlite_store, home, plan, engine=quick_engine)
    order(sqlite_store, plan, Steer.TAKE_IN, arm="weight_decay")
    again = run_plan(sqlite_store, home, plan, engine=quick_engine)

    assert {(row.arm, row.state) for row in report.trials} == {("baseline", "done"), ("weight_decay", "pending")}
    assert "left out weight_decay by a test" in report.report
    assert again.open == 0


def test_the_later_order_holds_whatever_the_clock_did(store: GraphStore, make_plan: Callable[..., Plan]) -> None:
    """A clock that was set back an hour between pause and resume does not leave the plan paused."""
    plan = make_plan()
    write_plan(store, plan, at=AT)
    order(store, plan, Steer.PAUSE, at="2026-01-01T12:00:00+00:00")
    order(store, plan, Steer.RESUME, at="2026-01-01T11:00:00+00:00")

    assert standing_of(store, plan.id).state is PlanState.GOING


def test_what_is_so_already_is_not_decided_again(store: GraphStore, make_plan: Callable[..., Plan]) -> None:
    """Two pauses are one decision; resuming what is going is none."""
    plan = make_plan()
    write_plan(store, plan, at=AT)
    for kind in (Steer.RESUME, Steer.PAUSE, Steer.PAUSE):
        order(store, plan, kind)

    assert [each.kind for each in standing_of(store, plan.id).decisions] == [Steer.PAUSE]


@pytest.mark.parametrize(
    ("kind", "arm", "reason", "says"),
    [
        (Steer.LEAVE_OUT, "baseline", "", "is the baseline"),
        (Steer.LEAVE_OUT, "mixup", "", "has no arm 'mixup'; its arms: baseline, weight_decay"),
        (Steer.LEAVE_OUT, None, "", "name an arm"),
        (Steer.PAUSE, "weight_decay", "", "for nothing else"),
        (Steer.INSTRUCT, None, " ", "a sentence"),
    ],
)
def test_an_order_that_cannot_be_followed_is_refused(
    sqlite_store: GraphStore, make_plan: Callable[..., Plan], kind: Steer, arm: str | None, reason: str, says: str
) -> None:
    """And nothing is recorded."""
    plan = make_plan()
    write_plan(sqlite_store, plan, at=AT)
    with pytest.raises(OrderRefused, match=says):
        order(sqlite_store, plan, kind, arm=arm, reason=reason)
    assert standing_of(sqlite_store, plan.id).decisions == ()


def test_the_remaining_time_is_told(
    sqlite_store: GraphStore, make_plan: Callable[..., Plan], home: Home, quick_engine: Engine
) -> None:
    """At the speed so far; nothing is left after the last."""
    watch = iter(range(10**9))
    told: list[Progress] = []
    engine = replace(quick_engine, stopwatch=lambda: float(next(watch)))
    run_plan(sqlite_store, home, make_plan(budget=long()), engine=engine, progress=told.append)
    left = [each.remaining_s for each in told if each.event == "finished"]

    assert len(left) == 6
    assert all(seconds is not None and seconds > 0 for seconds in left[:-1])
    assert left[-1] == 0.0


def long() -> Any:
    from graph.vocabulary.plan import Budget

    return Budget(wall_s=10**8, trial_wall_s=60, mem_mb=1024, max_trials=100)
