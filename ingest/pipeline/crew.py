"""The crew: child processes that prepare files, each known by the file it holds.

`concurrent.futures` cannot say which file killed a worker (every pending call fails) and cannot stop one that hangs.
Here the parent knows which worker holds which file, so exactly that file is blamed, the worker is replaced and the
others go on. Guarantees: a worker's death or a timeout becomes one `Failed`; memory is bounded by one file a worker;
no worker outlives `close`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

from ingest.pipeline.documents import Artefacts
from ingest.pipeline.errors import WorkersUnusable
from ingest.pipeline.prepare import prepare
from ingest.pipeline.task import Failed, Message, Reached, Result, Task
from ingest.pipeline.worker import Ready, Setup, load_stages

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_START = "from ingest.pipeline.worker import main; main()"
_DEPTH = 2  # the next file is at hand when a worker is through with one, while the parent writes that one
_GRACE_S = 5.0
_START_S = 120.0


class Crew(Protocol):
    """Who prepares files: child processes, this process, or in time another machine."""

    def free(self) -> int:
        """Return how many more tasks may be given now."""

    def give(self, task: Task) -> None:
        """Start *task*; call only while `free` is above 0."""

    def messages(self, timeout_s: float) -> list[Message]:
        """Return what was reported since, waiting up to *timeout_s* for the first."""

    def close(self) -> None:
        """Stop everything; tasks in progress are dropped."""


class InProcess:
    """Prepares files in this process, one at a time. A file that kills the process kills the ingest."""

    def __init__(self, setup: Setup, home: Artefacts) -> None:
        self._stages = load_stages(setup)
        self._home = home
        self._task: Task | None = None

    def free(self) -> int:
        """Return 1 while nothing waits."""
        return 0 if self._task else 1

    def give(self, task: Task) -> None:
        """Keep *task* for `messages`."""
        self._task = task

    def messages(self, timeout_s: float) -> list[Message]:  # noqa: ARG002 - the protocol's
        """Prepare the task that waits."""
        if self._task is None:
            return []
        task, self._task = self._task, None
        said: list[Message] = []
        said.append(prepare(task, self._stages, self._home, lambda stage: said.append(Reached(task.key, stage))))
        return said

    def close(self) -> None:
        """Nothing to stop."""


class _Worker:
    """One child process and the task it holds."""

    def __init__(self, setup: Setup, log: Path) -> None:
        ours, theirs = socket.socketpair()
        with theirs, log.open("ab") as output:
            # -P: the working folder may hold a folder called "graph" or "ingest"; ours must win.
            command = [sys.executable, "-P", "-c", _START, str(theirs.fileno())]
            self.process = subprocess.Popen(
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **_ONE_THREAD},
                process_group=0,
            )
        self.pipe: Connection[Any, Any] = Connection(ours.detach())
        self.pipe.send(setup)
        self.tasks: deque[Task] = deque()  # the first is in work, the others wait in the pipe
        self.began = time.monotonic()

    def give(self, task: Task) -> None:
        self.pipe.send(task)
        if not self.tasks:
            self.began = time.monotonic()
        self.tasks.append(task)

    def done(self) -> None:
        self.tasks.popleft()
        self.began = time.monotonic()

    def end(self) -> int:
        """Stop the process, whatever it does; return its exit status."""
        self.pipe.close()
        if self.process.poll() is None:
            self.process.kill()
        return self.process.wait(_GRACE_S)


class Workers:
    """A fixed number of child processes."""

    def __init__(self, size: int, setup: Setup, *, log: Path, timeout_s: float) -> None:
        self._setup, self._log, self._timeout_s = setup, log, timeout_s
        self._workers: list[_Worker] = []
        try:
            for _ in range(size):
                self._workers.append(_Worker(setup, log))
            for worker in self._workers:
                self._await_start(worker)
        except BaseException:
            self.close()
            raise

    def free(self) -> int:
        """Return how many tasks the workers may be given: one in work and one in waiting each."""
        return sum(_DEPTH - len(worker.tasks) for worker in self._workers)

    def give(self, task: Task) -> None:
        """Give *task* to the worker with the least to do; one that is found dead is replaced."""
        place = min(range(len(self._workers)), key=lambda each: len(self._workers[each].tasks))
        try:
            self._workers[place].give(task)
        except (BrokenPipeError, ConnectionResetError):
            if self._workers[place].tasks:
                # It died with a file in work: `messages` finds that out and blames that file, not this one.
                self._workers[place].tasks.append(task)
            else:
                self._replace(place)
                self._workers[place].give(task)

    def messages(self, timeout_s: float) -> list[Message]:
        """Return what workers reported, and a `Failed` for each one that died or ran out of time."""
        busy = [worker for worker in self._workers if worker.tasks]
        if not busy:
            return []
        soonest = min(worker.began for worker in busy) + self._timeout_s - time.monotonic()
        readable = set(wait([worker.pipe for worker in busy], max(0.0, min(timeout_s, soonest))))
        said: list[Message] = []
        for place, worker in enumerate(self._workers):
            if worker.pipe in readable:
                said.append(self._heard(place, worker))
            elif worker.tasks and time.monotonic() >= worker.began + self._timeout_s:
                said.append(self._late(place))
        return said

    def close(self) -> None:
        """Kill all workers and remove the log if nobody wrote to it."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()
        if self._log.exists() and self._log.stat().st_size == 0:
            self._log.unlink()

    def _heard(self, place: int, worker: _Worker) -> Message:
        try:
            message: Message = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            return self._died(place, worker)
        if not isinstance(message, Reached):
            worker.done()
        if isinstance(message, Failed) and message.broken:
            self._succeed(place)
        return message

    def _died(self, place: int, worker: _Worker) -> Result:
        # The pipe is closed by the kernel a moment before the exit status is there.
        try:
            status = worker.process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            status = worker.end()
        return self._broken(place, "WorkerDied", f"the worker that read it {_why(status)}; see {self._log.name}")

    def _late(self, place: int) -> Result:
        message = f"not done after file_timeout_s = {self._timeout_s:g}; the worker was stopped"
        return self._broken(place, "TimeLimit", message)

    def _broken(self, place: int, kind: str, message: str) -> Result:
        """Blame the file in work, and no other."""
        blamed = self._workers[place].tasks.popleft()
        self._succeed(place)
        return Failed(blamed.key, "parse", kind, message, broken=True)

    def _succeed(self, place: int) -> None:
        """Replace a worker; its successor takes over what waits."""
        waiting = self._workers[place].tasks
        self._replace(place)
        for task in waiting:
            self._workers[place].give(task)

    def _replace(self, place: int) -> None:
        self._workers[place].end()
        self._workers[place] = _Worker(self._setup, self._log)
        self._await_start(self._workers[place])

    def _await_start(self, worker: _Worker) -> None:
        problem = f"it said nothing for {_START_S:g} s"
        try:
            if worker.pipe.poll(_START_S):
                ready: Ready = worker.pipe.recv()
                problem = ready.problem
        except (EOFError, ConnectionResetError):
            problem = f"it {_why(worker.end())}"
        if problem:
            raise WorkersUnusable(f"a worker process could not be started: {problem}; see {self._log}")


def _why(status: int) -> str:
    """Say how a process ended. 137 and SIGKILL are mostly the kernel's answer to memory running out."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was killed by {name}" + (", perhaps for want of memory" if name == "SIGKILL" else "")


def open_crew(size: int, setup: Setup, home: Artefacts, *, log: Path, timeout_s: float) -> Crew:
    """Return a crew of *size* child processes; 0 is this process."""
    return Workers(size, setup, log=log, timeout_s=timeout_s) if size else InProcess(setup, home)
