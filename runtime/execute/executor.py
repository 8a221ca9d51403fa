"""The executor: claims trials in packs, runs each pack in a child, judges what it left, records it under the fence.

Guarantees: a trial is recorded once, whoever else runs the same plan. An exception, Ctrl-C included, kills the
children and puts what was claimed back to pending. After a kill -9 the leases run out; whoever claims a trial then
first looks for a result that an earlier attempt finished, and records that instead of running again.

One thread watches over all children; leases are renewed on its way round, which never waits longer than a tick. On
its way it also looks what was ordered (`orders`): a plan that is paused or cancelled has its children ended, what they
finished is recorded, and the rest is pending. A paused executor holds nothing and waits.

A clock that is set, in either direction, costs at most work done twice: leases are renewed by a stopwatch, at the time
that the clock then shows, and the fence refuses a second result. A disk without room ends the run with `HomeFull` or
`StoreUnavailable`; results that children finished are adopted by the next.
"""

from __future__ import annotations

import math
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from graph.errors import LeaseLost, StoreUnavailable
from graph.home import Home
from graph.schema import Label, Ref
from graph.standing import PlanState
from graph.store.interface import Claimed, Finish, GraphStore
from graph.vocabulary.outcome import FailureLabel
from graph.vocabulary.plan import TrialSpec
from graph.write.outcome import record_outcome
from runtime.execute.cost import charge, of_adopted, read_said, with_cost
from runtime.execute.engine import Engine, Progress, environment
from runtime.execute.judge import Circumstances, Judged, failed, judge
from runtime.execute.labels import Verdict, label_exit
from runtime.execute.layout import packs
from runtime.execute.obstacle import obstacle
from runtime.execute.orders import Orders
from runtime.execute.ownership import drop, has_result, leftovers
from runtime.execute.pack import (
    ClaimedTrial,
    Pack,
    adopted,
    current_lanes,
    make_pack,
    result_folder,
)
from runtime.execute.process import Child, Exit, end_descendants, reaping_orphans, start
from runtime.execute.project.judge import judge_project
from runtime.execute.project.pack import command as project_command
from runtime.execute.project.pack import make_project_pack
from runtime.projects import PatchRefused, Project, ProjectMoved
from runtime.sandbox.launch import View

T = TypeVar("T")

FINAL = ("done", "failed", "dead")
# How old what is known of orders may be: a fraction of a second, and four reads a second cost no store much.
_HEED_S = 0.25
# A child that dies before it reaches a trial is tried this often: then the trials get the label of its exit.
_STARTS = 2


@dataclass
class _Running:
    pack: Pack
    child: Child
    starts: int
    alone: frozenset[str]
    at: range | None = None
    since: float = 0.0


class Executor:
    """Runs queued trials until all are final. *methods* maps units to the keys of their Methods, for the record."""

    def __init__(
        self,
        store: GraphStore,
        home: Home,
        engine: Engine,
        *,
        methods: Mapping[str, Sequence[str]],
        progress: Callable[[Progress], None] | None = None,
        orders: Callable[[], Orders] = Orders,
    ) -> None:
        self.store, self.home, self.engine, self.methods = store, home, engine, methods
        self.progress = progress or (lambda _: None)
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self.running: list[_Running] = []
        self.held: dict[str, Claimed] = {}
        self.total = self.final = self.recorded = 0
        self.beaten: float | None = None
        self.began = 0.0
        self.orders, self._ordered, self._asked = orders, Orders(), -math.inf
        self.sandbox = engine.sandbox
        self.environment = environment(self.sandbox.isolation)
        self.work = home.work.resolve()  # behind the walls only the real path is there

    def run(self, trials: Sequence[str], *, deadline: float | None = None) -> None:
        """Bring *trials* to a final state; past *deadline* (on the engine's stopwatch) no new pack is started.

        Time in which the plan is paused is added to the deadline. Where it is cancelled, the rest stays pending.

        Raises:
            UnknownTrial: one of them is not in the store.
            HomeFull, HomeError: its folders cannot be written; what children finished is recorded by the next run.
            StoreUnavailable: the store cannot be reached or has no room; the same holds.
        """
        with self._writing(self.work):
            self.work.mkdir(parents=True, exist_ok=True)
        self._end_orphans()
        with reaping_orphans():
            try:
                self._run(list(dict.fromkeys(trials)), deadline)
            except BaseException:
                self._let_go()
                raise
        self._sweep()

    def _run(self, trials: list[str], deadline: float | None) -> None:
        self.total = len(trials)
        self.began, self.recorded = self.engine.stopwatch(), 0
        while True:
            ordered = self._heed()
            if ordered.state is not PlanState.GOING:
                self._stop_children()
            if ordered.state is PlanState.CANCELLED:
                return
            if ordered.state is PlanState.PAUSED:
                paused_s = self._wait_to_be_resumed()
                deadline = None if deadline is None else deadline + paused_s
                continue
            states = self._states(trials)
            self.final = sum(state in FINAL for state, _ in states.values())
            open_ = {
                key: spec
                for key, (state, spec) in states.items()
                if state not in FINAL and key not in self.held and key not in ordered.left_out
            }
            spent = deadline is not None and self.engine.stopwatch() >= deadline
            claimed = 0 if spent else self._fill(open_)
            if not self.running and not claimed:
                if not open_ or spent:
                    return
                self._wait(10 * self.engine.tick_s)  # others hold what is left
                continue
            self._watch()

    def _watch(self) -> None:
        """Go round the children until one of them has ended, or the plan is to stop."""
        while self.running and self._heed().state is PlanState.GOING:
            self._beat()
            ended = [running for running in list(self.running) if self._look_after(running)]
            if ended:
                return
            self._wait(self.engine.tick_s)

    def _heed(self) -> Orders:
        """Return what was ordered, as it was read a moment ago at most."""
        now = self.engine.stopwatch()
        if now - self._asked >= _HEED_S:
            self._asked, self._ordered = now, self._patiently(self.orders)
        return self._ordered

    def _wait_to_be_resumed(self) -> float:
        """Return how long the plan was paused, once it no longer is."""
        since = self.engine.stopwatch()
        while self._heed().state is PlanState.PAUSED:
            self.progress(Progress("", "paused", None, self.final, self.total))
            self._wait(10 * self.engine.tick_s)
        paused_s = self.engine.stopwatch() - since
        self.began += paused_s
        return paused_s

    def _stop_children(self) -> None:
        """End the children; record what they finished, and put the rest back."""
        for running in list(self.running):
            self.running.remove(running)
            self._conclude(running, running.child.end("cancelled"), is_to_go_on=False)

    def _fill(self, open_: Mapping[str, TrialSpec]) -> int:
        """Start packs while there is room; return how many trials were claimed."""
        claimed = 0
        slots = max(1, self.engine.workers)
        for keys in packs(open_, self.engine.tasks, pack_size=self.engine.pack_size, workers=slots):
            if len(self.running) >= slots:
                break
            claims = self.store.claim(
                Label.TRIAL,
                len(keys),
                self.owner,
                self.engine.lease_s,
                now=self.engine.clock(),
                keys=keys,
                max_attempts=self.engine.max_attempts,
            )
            claimed += len(claims)
            self.held.update((claim.ref.key, claim) for claim in claims)
            if claims:
                self._begin([ClaimedTrial(claim, open_[claim.ref.key]) for claim in claims], starts=0)
        return claimed

    def _begin(self, trials: Sequence[ClaimedTrial], *, starts: int, alone: frozenset[str] = frozenset()) -> None:
        """Run *trials* of one task, except those that need no run: refused, out of place, or finished before.

        Each of those *alone* gets a program of its own.
        """
        ready: list[ClaimedTrial] = []
        for trial in trials:
            if verdict := obstacle(trial.spec, self.engine, self.sandbox.isolation):
                self._record([(trial, Judged(failed(trial.id, verdict, self._around(0.0)), None))])
            elif found := adopted(self.work, trial.id, trial.claim.attempt):
                judged, said = self._judge(found, trial, 0.0, adopted_=True, log=None), read_said(found)
                self._record([(trial, judged.with_outcome(with_cost(judged.outcome, of_adopted(said), said)))])
            else:
                ready.append(trial)
        if not ready:
            return
        limits, task = self.engine.limits, self.engine.tasks[ready[0].spec.task.id]
        with self._writing(self.work):
            if isinstance(task, Project):
                made = self._project_pack(task, ready[0])
                if made is None:
                    return
                pack, command = made, project_command()
            else:
                pack = make_pack(self.work, task, ready, limit_cpu_s=limits.cpu_s, alone=alone)
                command = list(self.engine.command())
        try:
            child = start(
                command,
                pack.folder,
                limits=limits,
                trials=len(ready),
                mark=str(pack.folder),
                sandbox=self.sandbox,
                view=View(hidden=(self.home.path, *([task.folder] if isinstance(task, Project) else []))),
            )
        except OSError as error:
            verdict = Verdict(FailureLabel.ENVIRONMENT, f"no child could be started: {error}")
            self._record([(trial, Judged(failed(trial.id, verdict, self._around(0.0)), None)) for trial in ready])
            return
        self.running.append(_Running(pack, child, starts + 1, alone, since=time.monotonic()))

    def _project_pack(self, project: Project, trial: ClaimedTrial) -> Pack | None:
        """Make the folder of a project trial; where that cannot be, record why and return None."""
        try:
            return make_project_pack(self.work, project, trial)
        except PatchRefused as refused:
            verdict = Verdict(FailureLabel.REFUSED, str(refused))
        except ProjectMoved as moved:
            verdict = Verdict(FailureLabel.DATA_MISMATCH, str(moved))
        self._record([(trial, Judged(failed(trial.id, verdict, self._around(0.0)), None))])
        return None

    def _look_after(self, running: _Running) -> bool:
        """Enforce limits on one child; when it has ended, record its trials. Return whether it has."""
        ended = running.child.poll()
        if ended is None:
            now = time.monotonic()
            at = current_lanes(running.pack.folder)
            if at is not None and at != running.at:
                running.at, running.since = at, now
                for trial in running.pack.trials[at.start : at.stop]:
                    self.progress(Progress(trial.id, "started", None, self.final, self.total))
            limits = self.engine.limits
            if running.at is None and now - running.since > limits.start_wall_s:
                ended = running.child.end("start")
            elif running.at is not None and now - running.since > limits.trial_wall_s * len(running.at):
                ended = running.child.end("wall")
            elif all(trial.id not in self.held for trial in running.pack.trials):
                ended = running.child.end("cancelled")
        if ended is None:
            return False
        self.running.remove(running)
        self._conclude(running, ended)
        return True

    def _conclude(self, running: _Running, ended: Exit, *, is_to_go_on: bool = True) -> None:
        """Record what a pack left; trials that it did not finish are run again in another child, or put back.

        Where the child ended in the middle of a program, nobody knows which of its lanes was at fault: each of them
        is run again in a program of its own.
        """
        pack = running.pack
        log = self._keep_log(pack, ended.log)
        results: list[tuple[ClaimedTrial, Judged]] = []
        rest: list[ClaimedTrial] = []
        at = current_lanes(pack.folder)
        for place, trial in enumerate(pack.trials):
            folder = result_folder(pack.folder, trial)
            if has_result(folder):
                results.append((trial, self._judge(folder, trial, ended.wall_s, adopted_=False, log=log)))
            elif is_to_go_on and _was_its_fault(place, at, ended, running.starts):
                verdict = label_exit(ended, self.engine.limits)
                results.append((trial, Judged(failed(trial.id, verdict, self._around(ended.wall_s, log)), None)))
            else:
                rest.append(trial)
        said = [read_said(result_folder(pack.folder, trial)) for trial, _ in results]
        costs = charge(said, ended)
        self._record(
            [
                (trial, judged.with_outcome(with_cost(judged.outcome, cost, each)))
                for (trial, judged), cost, each in zip(results, costs, said, strict=True)
            ]
        )
        drop(pack.folder)
        rest = [trial for trial in rest if trial.id in self.held]
        if not is_to_go_on:
            self._put_back([self.held.pop(trial.id) for trial in rest])
        elif rest:
            suspects = pack.trials[at.start : at.stop] if at is not None else ()
            alone = running.alone | {trial.id for trial in suspects}
            self._begin(rest, starts=0 if results or at is not None else running.starts, alone=alone)

    def _judge(self, folder: Path, trial: ClaimedTrial, wall_s: float, *, adopted_: bool, log: str | None) -> Judged:
        around = self._around(wall_s, log, adopted_=adopted_)
        task = self.engine.tasks[trial.spec.task.id]
        file_mb = self.engine.limits.file_mb
        if isinstance(task, Project):
            judged = judge_project(
                folder,
                trial.id,
                trial.spec,
                task,
                around,
                home=self.home,
                work=self.work,
                file_mb=file_mb,
                meanwhile=self._beat,
            )
        else:
            judged = judge(folder, trial.id, trial.spec, task, around, file_mb=file_mb)
        before = trial.claim.properties.get("artefact")
        artefact = self.home.put_bytes(judged.predictions) if judged.predictions else judged.outcome.artefact
        if artefact is None:
            return judged
        if before is not None and before != artefact:
            verdict = Verdict(
                FailureLabel.FLAKY, f"run again it predicts something else: {artefact[:12]} instead of {before[:12]}"
            )
            outcome = failed(trial.id, verdict, around).model_copy(update={"artefact": artefact})
            return Judged(outcome, judged.predictions)
        return Judged(judged.outcome.model_copy(update={"artefact": artefact}), judged.predictions)

    def _record(self, results: Sequence[tuple[ClaimedTrial, Judged]]) -> None:
        """Record under the fence; what was lost to another owner is dropped, since that one records it."""
        mine = [(trial, judged.outcome) for trial, judged in results if trial.id in self.held]
        if not mine:
            return
        while True:
            try:
                record_outcome(self.store, [(trial.claim, outcome) for trial, outcome in mine], methods=self.methods)
                break
            except LeaseLost:
                self._beat(now_due=True)  # which drops what is no longer held
                mine = [(trial, outcome) for trial, outcome in mine if trial.id in self.held]
        self.recorded += len(mine)
        for trial, outcome in mine:
            del self.held[trial.id]
            self._remove_results(trial.id)
            self.final += 1
            label = outcome.label.value if outcome.label else None
            each_s = (self.engine.stopwatch() - self.began) / self.recorded
            left_s = each_s * max(0, self.total - self.final)
            self.progress(Progress(trial.id, "finished", label, self.final, self.total, left_s))

    def _beat(self, *, now_due: bool = False) -> None:
        watch = self.engine.stopwatch()
        is_due = now_due or self.beaten is None or watch - self.beaten >= self.engine.beat_s
        if not self.held or not is_due:
            return
        self.beaten = watch
        kept = self.store.beat(list(self.held.values()), self.engine.lease_s, now=self.engine.clock())
        keys = {claim.ref.key for claim in kept}
        self.held = {key: claim for key, claim in self.held.items() if key in keys}

    def _let_go(self) -> None:
        """Kill the children and put claims back; a store that cannot be written to lets the leases run out."""
        for running in self.running:
            running.child.end("cancelled")
        self.running.clear()
        # Not claim by claim: each would take as long as the driver tries.
        with suppress(StoreUnavailable):
            self._put_back(list(self.held.values()))
        self.held.clear()

    def _put_back(self, claims: Sequence[Claimed]) -> None:
        """Make claimed trials pending again; those that were lost are left to whoever has them."""
        for claim in claims:
            try:
                self.store.finish([Finish(claim, "pending")])
            except LeaseLost:
                continue

    def _remove_results(self, trial: str) -> None:
        for folder in sorted(self.work.glob(f"*/out/{trial}.*")):
            shutil.rmtree(folder, ignore_errors=True)

    def _end_orphans(self) -> None:
        """Kill what executors that were killed left running."""
        for folder in leftovers(self.work):
            end_descendants(session=None, mark=str(folder))

    def _sweep(self) -> None:
        """Delete work folders whose executor is gone and whose trials are final: nothing in them is needed."""
        for folder in leftovers(self.work):
            trials = sorted({entry.name.rpartition(".")[0] for entry in folder.glob("out/*")})
            nodes = self.store.get_nodes(Label.TRIAL, trials) if trials else {}
            if all(node.properties.get("state") in FINAL for node in nodes.values()):
                drop(folder)

    def _keep_log(self, pack: Pack, content: bytes) -> str | None:
        """Keep the end of the pack's log under HOME and return its name there."""
        if not content:
            return None
        name = f"trials/{pack.id}.log"
        target = self.home.logs / name
        with self._writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return name

    @contextmanager
    def _writing(self, target: Path) -> Iterator[None]:
        """Say what is wrong where *target* cannot be written."""
        try:
            yield
        except OSError as error:
            raise self.home.explained(error, target) from error

    def _around(self, wall_s: float, log: str | None = None, *, adopted_: bool = False) -> Circumstances:
        at = datetime.fromtimestamp(self.engine.clock(), UTC).isoformat(timespec="milliseconds")
        environment = {**self.environment, **({"adopted": True} if adopted_ else {})}
        return Circumstances(at, wall_s, environment, log)

    def _states(self, trials: Sequence[str]) -> dict[str, tuple[str, TrialSpec]]:
        nodes = self._patiently(lambda: self.store.get_nodes(Label.TRIAL, trials))
        if missing := [key for key in trials if key not in nodes]:
            raise UnknownTrial(f"{Ref(Label.TRIAL, missing[0])} is not in the store: write its plan first")
        return {
            key: (str(nodes[key].properties["state"]), TrialSpec.model_validate(nodes[key].properties["spec"]))
            for key in trials
        }

    def _patiently(self, read: Callable[[], T]) -> T:
        """Return what *read* returns, also from a server that is down for a while: its children go on meanwhile."""
        until: float | None = None
        while True:
            try:
                return read()
            except StoreUnavailable:
                now = self.engine.stopwatch()
                until = now + self.engine.outage_s if until is None else until
                if now >= until:
                    raise
            self._wait(10 * self.engine.tick_s)

    @staticmethod
    def _wait(seconds: float) -> None:
        time.sleep(seconds)


class UnknownTrial(ValueError):
    """A trial that is not in the store."""


def _was_its_fault(place: int, at: range | None, ended: Exit, starts: int) -> bool:
    """Say whether the trial at *place* has to answer for how its child ended.

    It does if the child was at it alone, or came past it without leaving a result. Where the child never reached a
    trial, all of them do once it has been started often enough.
    """
    if at is None:
        return starts >= _STARTS or ended.ended == "start"
    return place < at.start or (place in at and len(at) == 1)
