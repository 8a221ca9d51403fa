"""Run a program confined, watch what it uses, and end with it all that it started.

``python -I -S supervise.py SETTINGS PROGRAM ARGUMENT…``, started by `launch`; one beside each child, outside its walls.

Guarantees: every descendant of the program, whatever session it fled to, is a descendant of this process (it reaps
orphans) and is killed and reaped before this process ends, which it does when the program has ended, when an amount is
exceeded, when it is told to (SIGTERM) and when the executor is gone. How it went is one line of JSON on the descriptor
``report``, which the program never has. Not done here: wall time, which the executor looks after trial by trial.
Standard library only.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

if __name__ == "__main__":  # a bare interpreter knows no packages
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from runtime.sandbox.confine import CANNOT_CONFINE, confine_and_exec
from runtime.sandbox.limits import Watch, descendants

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_PERIOD_S = 0.1
# Watching takes at most a thirtieth of the time, however many files there are.
_SHARE = 30
# A process that is being killed goes within milliseconds; this only bounds the wait for one stuck in the kernel.
_GONE_WITHIN_S = 10.0


def main() -> None:
    """Start, watch, end, report."""
    settings = json.loads(sys.argv[1])
    report = int(settings["report"])
    os.set_inheritable(report, False)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})
    if os.getppid() != settings["parent"]:
        return  # the executor died before its death could be asked for
    watch = Watch(settings["folder"], settings["amounts"])
    kills = _kernel_kills()
    status_in, status_out = os.pipe()
    child = os.fork()
    if child == 0:
        _become(settings, sys.argv[2:], status_out)
    os.close(status_out)
    cause, status = _watch(child, watch)
    if status is None:
        status = _end_all(child)
    else:
        _end_all(child)
    code = os.waitstatus_to_exitcode(status)
    if settings["bwrap"]:
        code = _code_behind_bwrap(code, cause, status_in)
    if cause is None and code == -signal.SIGKILL and _kernel_kills() > kills:
        cause = "memory"  # the kernel ran out of memory and chose this one
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = max(watch.peak_bytes, used.ru_maxrss * 1024)
    line = {"code": code, "cause": cause, "cpu_s": used.ru_utime + used.ru_stime, "peak_bytes": peak}
    os.write(report, json.dumps(line).encode())


def _become(settings: dict[str, Any], program: list[str], status: int) -> None:
    """In the new process: become the program, behind its walls."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGCHLD})
    parent = os.getppid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(CANNOT_CONFINE)
    if not settings["bwrap"]:
        confine_and_exec(settings, program)
    os.set_inheritable(status, True)
    command = [*settings["bwrap"], "--json-status-fd", str(status), "--", *settings["inner"], *program]
    try:
        os.execv(command[0], command)  # noqa: S606  # no shell, which is what is wanted
    except OSError as error:
        sys.stderr.write(f"cannot confine: {command[0]}: {error}\n")
        sys.stderr.flush()
        os._exit(CANNOT_CONFINE)


def _watch(child: int, watch: Watch) -> tuple[str | None, int | None]:
    """Wait for *child*; return what was exceeded, and its wait status unless it still runs."""
    period = _PERIOD_S
    while True:
        if (status := _reap(child)) is not None:
            return None, status
        told = signal.sigtimedwait({signal.SIGTERM, signal.SIGCHLD}, period)
        if told is not None and told.si_signo == signal.SIGTERM:
            return "told", None
        if told is None:
            started = time.monotonic()
            if (cause := watch.excess()) is not None:
                return cause, _reap(child)
            period = max(_PERIOD_S, _SHARE * (time.monotonic() - started))


def _reap(child: int) -> int | None:
    """Reap whoever has ended; return the wait status of *child* if it was among them."""
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == child:
            found = status


def _end_all(child: int) -> int:
    """Kill and reap every descendant; return the wait status of *child*, as killed if it was reaped before."""
    status: int = signal.SIGKILL
    until = time.monotonic() + _GONE_WITHIN_S
    while time.monotonic() < until:
        found = list(descendants(os.getpid()))
        # A group dies at once, however fast it grows; only those that fled it have to be caught one by one.
        for group in sorted({group for pid in found if (group := _group(pid)) is not None} - {os.getpgrp()}):
            _send(os.killpg, group)
        for pid in found:
            _send(os.kill, pid)
        if (ended := _reap(child)) is not None:
            status = ended
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            break  # none is left
        signal.sigtimedwait({signal.SIGCHLD}, 0.002)
    return status


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _send(kill: Callable[[int, int], None], whom: int) -> None:
    try:
        kill(whom, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _code_behind_bwrap(code: int, cause: str | None, status_in: int) -> int:
    """Return the program's exit code: bubblewrap says 128 + n for signal n, and nothing where it could not set up."""
    os.set_blocking(status_in, False)
    try:
        said = os.read(status_in, 4096)
    except BlockingIOError:
        said = b""
    if cause is None and code >= 0 and b"exit-code" not in said:
        return CANNOT_CONFINE
    return 128 - code if 128 < code <= 128 + signal.SIGRTMAX else code


def _kernel_kills() -> int:
    """Return how often the kernel has killed for lack of memory since boot; 0 where it does not say."""
    try:
        with open("/proc/vmstat", encoding="ascii") as lines:
            return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
    except OSError:
        return 0


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, int(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} is refused")


if __name__ == "__main__":
    main()
