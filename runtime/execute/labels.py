"""What an exit means: the label of the trial that was running when the child ended.

Read off what the harness sees itself, in this order: what it or the supervisor ended the child for (time, an order,
memory in use, CPU of the whole tree, the folder, processes; a kill by the kernel for lack of memory), then signals,
then the exit code. Text of the log counts only where a runtime died in native code and says why (``bad_alloc``): a
refused allocation leaves no other trace outside the process, and a child can print anything.
"""

from __future__ import annotations

import signal
from typing import NamedTuple

from graph.vocabulary.outcome import FailureLabel
from runtime.execute.child import ENVIRONMENT_EXIT, MEMORY_EXIT
from runtime.execute.process import Exit, Limits
from runtime.sandbox.confine import CANNOT_CONFINE, CANNOT_START

# A failed trial may have failed for reasons that are not its own; the next run of a plan tries these again.
TRANSIENT = frozenset(
    {
        FailureLabel.KILLED,
        FailureLabel.ENVIRONMENT,
        FailureLabel.LOST_EXECUTOR,
        FailureLabel.DATA_MISMATCH,
    }
)

_NATIVE_SIGNALS = frozenset(
    {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT, signal.SIGSYS}
)


class Verdict(NamedTuple):
    """A label and a sentence."""

    label: FailureLabel
    message: str


ERROR_KINDS = {
    "memory": FailureLabel.OOM,
    "size": FailureLabel.SIZE,
    "environment": FailureLabel.ENVIRONMENT,
    "crash": FailureLabel.CRASH,
}


def label_exit(ended: Exit, limits: Limits) -> Verdict:
    """Return the label of the trial that was running when its child ended with *ended* and left no result."""
    return _ended_by_us(ended, limits) or _ended_by_signal(ended, limits) or _ended_by_itself(ended, limits)


def _ended_by_us(ended: Exit, limits: Limits) -> Verdict | None:
    if ended.ended == "wall":
        return Verdict(FailureLabel.BUDGET_WALL, f"ended after {limits.trial_wall_s:g} s, the limit of a trial")
    if ended.ended == "start":
        return Verdict(FailureLabel.ENVIRONMENT, f"the child reached no trial within {limits.start_wall_s:g} s")
    if ended.ended == "cancelled":
        return Verdict(FailureLabel.KILLED, "ended because the run was stopped")
    return _ended_for_an_amount(ended, limits)


def _ended_for_an_amount(ended: Exit, limits: Limits) -> Verdict | None:
    if ended.ended == "memory":
        return Verdict(FailureLabel.OOM, f"had {ended.peak_mb:g} MB of memory in use, the limit is {limits.mem_mb} MB")
    if ended.ended == "cpu":
        return Verdict(FailureLabel.BUDGET_CPU, f"its processes used more than {ended.cpu_limit_s:g} s of CPU together")
    if ended.ended == "size":
        return Verdict(FailureLabel.SIZE, "its folder grew beyond the limit, in bytes, files or depth")
    if ended.ended == "processes":
        return Verdict(FailureLabel.CRASH, f"ran more than {limits.processes} processes at once, the limit")
    return None


def _ended_by_signal(ended: Exit, limits: Limits) -> Verdict | None:
    if ended.code >= 0:
        return None
    number = -ended.code
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    if number == signal.SIGXCPU or (number == signal.SIGKILL and ended.cpu_s >= ended.cpu_limit_s):
        return Verdict(FailureLabel.BUDGET_CPU, f"used more than {limits.cpu_s:g} s of CPU, the limit of a trial")
    if number == signal.SIGXFSZ:
        return Verdict(FailureLabel.SIZE, f"wrote a file of more than {limits.file_mb} MB")
    if number == signal.SIGABRT and "bad_alloc" in ended.log_tail:
        return Verdict(FailureLabel.OOM, f"needed more than {limits.mem_mb} MB of memory")
    if number in _NATIVE_SIGNALS:
        return Verdict(FailureLabel.CRASH_NATIVE, f"native code ended with {name}")
    return Verdict(FailureLabel.KILLED, f"ended from outside with {name}")


def _ended_by_itself(ended: Exit, limits: Limits) -> Verdict:
    if ended.code == 0:
        return Verdict(FailureLabel.NO_RESULT, "ended without leaving a result")
    if ended.code in {ENVIRONMENT_EXIT, CANNOT_CONFINE, CANNOT_START}:
        return Verdict(FailureLabel.ENVIRONMENT, f"the child could not be set up: {_last_line(ended.log_tail)}")
    if ended.code == MEMORY_EXIT:
        return Verdict(FailureLabel.OOM, f"needed more than {limits.mem_mb} MB of memory")
    return Verdict(FailureLabel.CRASH, f"ended with exit code {ended.code}: {_last_line(ended.log_tail)}")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it printed nothing"
