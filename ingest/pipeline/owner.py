"""Who holds a claim, in words that tell another process on this machine whether the holder still lives.

A lease alone would make a run after a kill wait until it has lapsed. An owner names its machine, process and start
time, so that claims of a dead process are given back at once. Claims from another machine or container are never
judged: they wait for their lease.
"""

from __future__ import annotations

import os
import platform
import uuid
from pathlib import Path

_DEAD = frozenset("ZX")  # proc(5): zombie, dead


def _place() -> str:
    """Return what must be equal for a process id to mean the same process: machine, boot and pid namespace."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{platform.node()}/{boot[:8]}/{Path('/proc/self/ns/pid').readlink().name}"
    except OSError:
        return platform.node()


def _start_of(pid: int) -> str | None:
    """Return when process *pid* started, in the kernel's ticks; "" where that cannot be known; None if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    except OSError:
        return ""
    else:
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] in _DEAD else fields[19]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        return ""
    return ""


def new_owner(*, in_process: bool) -> str:
    """Return a name for a run of this process that no other run has; *in_process*: it parses files itself."""
    how = "alone" if in_process else "crew"
    return f"{_place()}|{os.getpid()}|{_start_of(os.getpid()) or ''}|{how}|{uuid.uuid4().hex[:12]}"


def parses_itself(owner: str) -> bool:
    """Say whether a file may have killed that owner: one with child processes survives what a file does to them."""
    return owner.split("|")[3:4] == ["alone"]


def is_dead(owner: str) -> bool:
    """Say whether the process behind *owner* is known to be gone; False whenever that cannot be known."""
    place, _, rest = owner.partition("|")
    pid, _, rest = rest.partition("|")
    started = rest.partition("|")[0]
    if place != _place() or not pid.isdigit():
        return False
    now = _start_of(int(pid))
    return now is None or bool(started and now and now != started)
