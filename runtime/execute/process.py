"""One child process: started in a sandbox under limits, watched, and gone afterwards with all that it started.

Guarantees: the child has a session of its own, a clean environment and no input. A supervisor beside it watches what it
uses and, when the child ends or is ended, kills and reaps all that it started, whatever session that fled to; should
the supervisor itself be killed, this process finds the rest (it is made the reaper of orphans while children run). A
child does not outlive the thread that started it. What it prints goes to ``log`` in its folder, bounded by the file
limit, and is read back by descriptor: what the child puts in the log's place is never read.

Not done here: what the exit means (`labels`), and the walls themselves (`runtime.sandbox`).
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from runtime.sandbox.isolation import Isolation
from runtime.sandbox.ladder import Sandbox, choose
from runtime.sandbox.launch import Amounts, View, launch

_PR_SET_CHILD_SUBREAPER = 36
_MARK = "PATTERNBOOK_PACK"
_TAIL_CHARS = 4000
_LOG_BYTES = 65_536
# A process that is being killed goes within milliseconds; this only bounds the wait for one stuck in the kernel.
_GONE_WITHIN_S = 10.0

Ended = Literal["wall", "start", "cancelled", "memory", "cpu", "size", "processes"]
_NOTHING_MORE = View()


@dataclass(frozen=True)
class Limits:
    """What one child may use. CPU and wall time are for each trial; *start_wall_s* is for reaching the first one.

    *file_mb* is for one file and, times the trials of the child and one more for its log, for all that its folder
    gains. *processes* counts threads, too, where the kernel does the counting. The memory of
    an accelerator is not limited: no kernel counts it.
    """

    trial_wall_s: float = 60.0
    trial_cpu_s: float | None = None
    start_wall_s: float = 180.0
    mem_mb: int = 2048
    file_mb: int = 64
    files: int = 256
    processes: int = 128

    @property
    def cpu_s(self) -> float:
        """CPU seconds of one trial: as many as wall seconds unless said otherwise, for trials run on one thread."""
        return self.trial_wall_s if self.trial_cpu_s is None else self.trial_cpu_s


@dataclass(frozen=True)
class Exit:
    """How a child ended: exit code (negative: a signal), why it was ended if it was, what it used, what it printed.

    *ended* names a limit or an order that the harness or the kernel saw for itself. *peak_mb* is the memory of the
    largest process or of all together, whichever was more, as sampled.
    """

    code: int
    ended: Ended | None
    wall_s: float
    cpu_s: float
    cpu_limit_s: float
    log: bytes = b""
    peak_mb: float = 0.0

    @property
    def log_tail(self) -> str:
        """The last lines printed."""
        return self.log.decode("utf-8", "replace")[-_TAIL_CHARS:]


@dataclass
class Child:
    """A running child. Obtain one from `start`. Its process is the supervisor."""

    process: subprocess.Popen[bytes]
    report: int
    log: IO[bytes]
    mark: str
    cpu_limit_s: float
    started: float = field(default_factory=time.monotonic)
    ended: Ended | None = None

    def poll(self) -> Exit | None:
        """Return how the child ended, or None while it runs. Whatever it left running is gone by then."""
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if pid == 0:
            return None
        return self._gone(status, usage.ru_utime + usage.ru_stime)

    def end(self, why: Ended) -> Exit:
        """Kill the child and all that it started."""
        self.ended = why
        # Not by Popen, which first looks whether it has ended, and takes the status that `poll` waits for.
        os.kill(self.process.pid, signal.SIGTERM)
        until = time.monotonic() + _GONE_WITHIN_S
        while time.monotonic() < until:
            if (ended := self.poll()) is not None:
                return ended
            time.sleep(0.002)
        # A supervisor that was stopped by its child, which only the last rung cannot prevent.
        os.kill(self.process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.process.pid, 0)
        return self._gone(status, usage.ru_utime + usage.ru_stime)

    def _gone(self, status: int, cpu_s: float) -> Exit:
        code = os.waitstatus_to_exitcode(status)
        self.process.returncode = code  # wait4 took the status, which Popen must not look for again
        said = self._report()
        if not said:
            end_descendants(session=self.process.pid, mark=self.mark)
        cause: Ended | None = said.get("cause") if said.get("cause") != "told" else None
        with self.log:
            self.log.seek(max(0, self.log.seek(0, os.SEEK_END) - _LOG_BYTES))
            printed = self.log.read(_LOG_BYTES)
        return Exit(
            said.get("code", code),
            self.ended or cause,
            time.monotonic() - self.started,
            said.get("cpu_s", cpu_s),
            self.cpu_limit_s,
            printed,
            round(said.get("peak_bytes", 0) / (1 << 20), 1),
        )

    def _report(self) -> dict[str, Any]:
        """Return what the supervisor reports; empty where it was killed."""
        with os.fdopen(self.report, "rb") as report:
            line = report.read()
        said: dict[str, Any] = json.loads(line) if line else {}
        return said


def start(
    arguments: Sequence[str],
    folder: Path,
    *,
    limits: Limits,
    trials: int,
    mark: str,
    sandbox: Sandbox | None = None,
    view: View = _NOTHING_MORE,
    extra: Mapping[str, str] = {},
) -> Child:
    """Start *arguments* in *folder* under *limits* for a pack of *trials*, behind the walls of *sandbox*.

    Without a *sandbox* there are limits only. *mark* tells its processes from others; *view* is what it may see beyond
    the interpreter and this program's rooms.

    Raises:
        OSError: no process could be started.
    """
    sandbox = sandbox or choose(Isolation.RLIMIT)
    cpu_limit_s = int(limits.start_wall_s + trials * (limits.cpu_s + 2)) + 1
    amounts = Amounts(
        data_bytes=limits.mem_mb << 20,
        file_bytes=limits.file_mb << 20,
        folder_bytes=(limits.file_mb << 20) * (trials + 1),
        cpu_s=cpu_limit_s,
        files=limits.files,
        processes=limits.processes,
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "USER": "trial",  # libraries that ask for the user find no /etc/passwd
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        _MARK: mark,
        **extra,
    }
    log = (folder / "log").open("w+b")
    try:
        launched = launch(
            arguments,
            folder,
            isolation=sandbox.isolation,
            own_uid=sandbox.own_uid,
            amounts=amounts,
            environment=environment,
            log=log,
            name=mark,
            view_=view,
        )
    except BaseException:
        log.close()
        raise
    return Child(launched.process, launched.report, log, mark, cpu_limit_s)


_reaping = threading.Lock()
_reapers = 0


@contextmanager
def reaping_orphans() -> Iterator[None]:
    """Make this process the one that orphaned descendants fall to, so that none can flee by losing its parent."""
    global _reapers  # noqa: PLW0603  # a property of the process, so counted for the process
    with _reaping:
        _reapers += 1
        if _reapers == 1:
            _set_subreaper(on=True)
    try:
        yield
    finally:
        with _reaping:
            _reapers -= 1
            if _reapers == 0:
                _set_subreaper(on=False)


def _set_subreaper(*, on: bool) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


def end_descendants(*, session: int | None, mark: str) -> None:
    """Kill and reap what a child left: its session, and processes that carry its mark in other sessions.

    A process of another pack or of the embedding program is never touched.
    """
    until = time.monotonic() + _GONE_WITHIN_S
    if session is not None:
        _signal_group(session)
    while time.monotonic() < until:
        left = [pid for pid in _processes() if _belongs(pid, session, mark)]
        if not left:
            return
        for pid in left:
            _kill(pid)
        for pid in left:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue  # not ours to reap: its own parent still lives, or it is gone
        time.sleep(0.002)


def start_time(pid: int) -> int | None:
    """Return when *pid* started, in clock ticks since boot; None where it is gone. With the pid it names a process."""
    fields = _stat(pid)
    return None if fields is None else int(fields[19])


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/<pid>/stat after the command name, which may hold spaces."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None


def _processes() -> list[int]:
    return sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _belongs(pid: int, session: int | None, mark: str) -> bool:
    fields = _stat(pid)
    if fields is None or pid == os.getpid():
        return False
    if int(fields[3]) == session:
        return True
    if fields[0] == "Z":
        return False
    try:
        return f"{_MARK}={mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False  # another user's process, or one that has just ended


def _signal_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
