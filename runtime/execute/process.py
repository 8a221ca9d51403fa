"""One child process: started under limits, watched, and gone afterwards with all that it started.

Guarantees: the child has a session of its own, a clean environment and no input; when it ends, or is ended, every
process of its session and every descendant that fled into another session is killed and reaped (this process is made
the reaper of orphans while children run). A child does not outlive the thread that started it. What it prints goes to
``log`` in its folder, bounded by the file limit.

Not done here: what the exit means (`labels`), and confinement of the file system and the network (a later rung).
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

_CONFINE = Path(__file__).with_name("confine.py")
_PR_SET_CHILD_SUBREAPER = 36
_MARK = "PATTERNBOOK_PACK"
_TAIL_BYTES = 4000
# A process that is being killed goes within milliseconds; this only bounds the wait for one stuck in the kernel.
_GONE_WITHIN_S = 10.0

Ended = Literal["wall", "start", "cancelled"]


@dataclass(frozen=True)
class Limits:
    """What one child may use. CPU and wall time are for each trial; *start_wall_s* is for reaching the first one."""

    trial_wall_s: float = 60.0
    trial_cpu_s: float | None = None
    start_wall_s: float = 180.0
    mem_mb: int = 2048
    file_mb: int = 64
    files: int = 256

    @property
    def cpu_s(self) -> float:
        """CPU seconds of one trial: as many as wall seconds unless said otherwise, for trials run on one thread."""
        return self.trial_wall_s if self.trial_cpu_s is None else self.trial_cpu_s


@dataclass(frozen=True)
class Exit:
    """How a child ended: exit code (negative: a signal), why we ended it if we did, and what it used."""

    code: int
    ended: Ended | None
    wall_s: float
    cpu_s: float
    cpu_limit_s: float
    log_tail: str


@dataclass
class Child:
    """A running child. Obtain one from `start`."""

    process: subprocess.Popen[bytes]
    folder: Path
    mark: str
    cpu_limit_s: float
    started: float = field(default_factory=time.monotonic)
    ended: Ended | None = None

    def poll(self) -> Exit | None:
        """Return how the child ended, or None while it runs. Whatever it left running is killed."""
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if pid == 0:
            return None
        return self._gone(status, usage.ru_utime + usage.ru_stime)

    def end(self, why: Ended) -> Exit:
        """Kill the child and all that it started."""
        self.ended = why
        _signal_group(self.process.pid)
        _, status, usage = os.wait4(self.process.pid, 0)
        return self._gone(status, usage.ru_utime + usage.ru_stime)

    def _gone(self, status: int, cpu_s: float) -> Exit:
        code = os.waitstatus_to_exitcode(status)
        self.process.returncode = code  # wait4 took the status, which Popen must not look for again
        end_descendants(session=self.process.pid, mark=self.mark)
        return Exit(
            code, self.ended, time.monotonic() - self.started, cpu_s, self.cpu_limit_s, log_tail(self.folder / "log")
        )


def start(
    arguments: Sequence[str], folder: Path, *, limits: Limits, trials: int, mark: str, extra: Mapping[str, str] = {}
) -> Child:
    """Start *arguments* in *folder* under *limits* for a pack of *trials*. *mark* tells its processes from others.

    Raises:
        OSError: no process could be started.
    """
    cpu_limit_s = int(limits.start_wall_s + trials * (limits.cpu_s + 2)) + 1
    settings = {
        "data_bytes": limits.mem_mb << 20,
        "file_bytes": limits.file_mb << 20,
        "cpu_s": cpu_limit_s,
        "files": limits.files,
        "parent": os.getpid(),
    }
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        _MARK: mark,
        **extra,
    }
    command = [sys.executable, "-I", "-S", str(_CONFINE), json.dumps(settings), *arguments]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
        )
    return Child(process, folder, mark, cpu_limit_s)


def log_tail(log: Path) -> str:
    """Return the last part of *log* as text; empty where there is none."""
    try:
        with log.open("rb") as lines:
            lines.seek(0, os.SEEK_END)
            lines.seek(max(0, lines.tell() - _TAIL_BYTES))
            return lines.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


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
