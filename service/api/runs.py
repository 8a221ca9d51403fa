"""Runs that were asked for over HTTP: a queue of one worker thread in this process.

What is durable is in the store: trials, leases, outcomes. What is kept here is only which plans this process is at, so
several processes may serve one store, each doing the runs it was asked for; a trial is still run once. Closing puts
unfinished trials back into the queue at the next sign of life of the run, and a kill leaves them to their leases.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from graph.vocabulary.plan import Plan
from runtime.execute import Progress, RunReport

_CLOSE_WITHIN_S = 10.0

Runner = Callable[[Plan, Callable[[Progress], None]], RunReport]


class RunState(StrEnum):
    """What this process is doing about a plan."""

    IDLE = "idle"
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


class Stopped(Exception):
    """The process is closing."""


@dataclass(frozen=True)
class Standing:
    """How far a run is. `error` is what ended it; `report` what it returned."""

    state: RunState
    done: int = 0
    total: int = 0
    remaining_s: float | None = None
    report: RunReport | None = None
    error: BaseException | None = None


class Runs:
    """The runs of this process, one at a time, in the order they were asked for."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="run")
        self._lock = threading.Lock()
        self._futures: dict[str, Future[RunReport]] = {}
        self._progress: dict[str, tuple[int, int, float | None]] = {}
        self._closing = threading.Event()

    def start(self, plan: Plan) -> None:
        """Put *plan* into the queue, unless it is there or under way."""
        with self._lock:
            future = self._futures.get(plan.id)
            if future is None or future.done():
                self._progress.pop(plan.id, None)
                self._futures[plan.id] = self._pool.submit(self._run, plan)

    def standing(self, plan: str) -> Standing:
        """Return how far the run of the plan with that id is."""
        with self._lock:
            future = self._futures.get(plan)
            done, total, remaining_s = self._progress.get(plan, (0, 0, None))
        if future is None:
            return Standing(RunState.IDLE)
        if not future.done():
            return Standing(RunState.RUNNING if future.running() else RunState.QUEUED, done, total, remaining_s)
        if future.cancelled():
            return Standing(RunState.STOPPED, done, total)
        error = future.exception()
        if error is None:
            return Standing(RunState.FINISHED, done, total, report=future.result())
        state = RunState.STOPPED if isinstance(error, Stopped) else RunState.FAILED
        return Standing(state, done, total, error=error)

    def wait(self, plan: str, timeout_s: float) -> None:
        """Return when the run of the plan has ended, or after *timeout_s*."""
        future = self._futures[plan]
        try:
            future.exception(timeout_s)
        except (TimeoutError, CancelledError):
            return

    def close(self) -> None:
        """Stop what is under way at its next sign of life, and forget the rest."""
        self._closing.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for plan in list(self._futures):
            self.wait(plan, _CLOSE_WITHIN_S)

    def _run(self, plan: Plan) -> RunReport:
        def note(told: Progress) -> None:
            if self._closing.is_set():
                raise Stopped("the server is closing")
            with self._lock:
                before = self._progress.get(plan.id, (0, 0, None))[2]
                left_s = before if told.remaining_s is None else told.remaining_s
                self._progress[plan.id] = (told.done, told.total, left_s)

        return self._runner(plan, note)
