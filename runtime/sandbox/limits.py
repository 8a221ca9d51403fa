"""Amounts: what the kernel limits for each process (`set_limits`), and what a whole tree of processes uses (`Watch`).

Guarantees: a limit of the kernel holds at once; one that is watched holds within a few tenths of a second. Watched are
what the kernel counts for one process only, or for all processes of a user: memory, CPU, processes and the folder of
the tree. Not seen: a deleted file that is mapped but no longer open. Standard library only.
"""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterable, Iterator, Mapping

# Between the soft CPU limit, which sends SIGXCPU, and the hard one, which kills.
GRACE_S = 5
# A user's other processes count for RLIMIT_NPROC, too. Without a uid of its own the child gets this many beyond those
# there are, so that a fork bomb ends before the watch sees it and the user may still start programs.
SHARED_SLACK = 512
# Deeper or fuller folders are over the limit whatever they weigh: going through them would cost more than they may.
MOST_DEPTH, MOST_ENTRIES = 64, 20_000
_TICKS = os.sysconf("SC_CLK_TCK")
_BLOCK = 512  # st_blocks is in units of 512 bytes, whatever the file system


def set_limits(amounts: Mapping[str, int], *, counts_alone: bool) -> None:
    """Set resource limits on this process and all that it starts.

    With *counts_alone* no other process counts for this uid (its own uid, or its own user namespace).
    """
    # RLIMIT_DATA and not RLIMIT_AS: an accelerator's driver reserves address space without using it.
    for name, soft, hard in (
        (resource.RLIMIT_DATA, amounts["data_bytes"], amounts["data_bytes"]),
        (resource.RLIMIT_FSIZE, amounts["file_bytes"], amounts["file_bytes"]),
        (resource.RLIMIT_CPU, amounts["cpu_s"], amounts["cpu_s"] + GRACE_S),
        (resource.RLIMIT_NOFILE, amounts["files"], amounts["files"]),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
    ):
        most = resource.getrlimit(name)[1]
        cap = most if most != resource.RLIM_INFINITY else hard
        resource.setrlimit(name, (min(soft, cap), min(hard, cap)))
    processes = amounts["processes"] + (0 if counts_alone else _threads_of(os.getuid()) + SHARED_SLACK)
    most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    processes = processes if most == resource.RLIM_INFINITY else min(processes, most)
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))


class Watch:
    """What the descendants of this process use, compared with *amounts*; *folder* by how much it has grown."""

    def __init__(self, folder: str, amounts: Mapping[str, int]) -> None:
        self.folder, self.amounts = folder, amounts
        self.before = folder_bytes(folder)
        self.peak_bytes = 0

    def excess(self) -> str | None:
        """Return what is over its limit: ``processes``, ``memory``, ``cpu`` or ``size``; None while nothing is."""
        pids = list(descendants(os.getpid()))
        if len(pids) > self.amounts["processes"]:
            return "processes"
        used = memory_bytes(pids)
        self.peak_bytes = max(self.peak_bytes, used)
        if used > self.amounts["data_bytes"]:
            return "memory"
        if cpu_s([os.getpid(), *pids]) > self.amounts["cpu_s"] + GRACE_S:
            return "cpu"
        grown = folder_bytes(self.folder) - self.before + sum(map(_deleted_bytes, pids))
        return "size" if grown > self.amounts["folder_bytes"] else None


def descendants(pid: int) -> Iterator[int]:
    """Yield all processes below *pid*, parents first."""
    below = _children if os.path.exists(f"/proc/self/task/{os.getpid()}/children") else _children_by_scan
    open_ = [pid]
    while open_:
        found = below(open_.pop())
        yield from found
        open_ += found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:
                found += map(int, children.read().split())
    except OSError:
        return found  # it has just ended
    return found


def _children_by_scan(pid: int) -> list[int]:
    return [each for each in _all_processes() if (fields := _stat(each)) is not None and int(fields[1]) == pid]


def memory_bytes(pids: Iterable[int]) -> int:
    """Return the memory that *pids* hold and no file backs, shared pages counted once where the kernel says so."""
    pids = list(pids)
    plain = sum(_fields(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:")) for pid in pids)
    if len(pids) < 2:
        return plain
    # Forked processes share pages until they write; their proportional share costs more to ask for.
    shares = [_fields(f"/proc/{pid}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) for pid in pids]
    return min(plain, sum(shares)) if all(shares) else plain


def _fields(file: str, names: tuple[str, ...]) -> int:
    """Return the sum, in bytes, of the lines of *file* that start with one of *names*; 0 where it cannot be read."""
    try:
        with open(file, encoding="utf-8", errors="replace") as lines:
            return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(names))
    except (OSError, ValueError):
        return 0


def cpu_s(pids: Iterable[int]) -> float:
    """Return the CPU seconds of *pids* and of those that they have reaped."""
    return sum(sum(map(int, fields[11:15])) for pid in pids if (fields := _stat(pid)) is not None) / _TICKS


def folder_bytes(folder: str) -> int:
    """Return what *folder* takes on the disk; more than any limit if it is too deep, too full or closed to us."""
    total = entries = 0
    open_ = [(folder, 0)]
    while open_:
        path, depth = open_.pop()
        try:
            with os.scandir(path) as found:
                for entry in found:
                    entries += 1
                    details = entry.stat(follow_symlinks=False)
                    total += details.st_blocks * _BLOCK
                    if stat.S_ISDIR(details.st_mode):
                        open_.append((entry.path, depth + 1))
        except FileNotFoundError:
            continue  # removed meanwhile
        except OSError:
            return 1 << 62
        if depth > MOST_DEPTH or entries > MOST_ENTRIES:
            return 1 << 62
    return total


def _deleted_bytes(pid: int) -> int:
    """Return what *pid* keeps on the disk in files that have no name any more."""
    total = 0
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            details = os.stat(f"/proc/{pid}/fd/{name}")
            if details.st_nlink == 0 and stat.S_ISREG(details.st_mode):
                total += details.st_blocks * _BLOCK
    except OSError:
        return total
    return total


def _threads_of(uid: int) -> int:
    """Return how many threads the user *uid* has: what the kernel counts for RLIMIT_NPROC."""
    count = 0
    for pid in _all_processes():
        try:
            if os.stat(f"/proc/{pid}").st_uid == uid and (fields := _stat(pid)) is not None:
                count += int(fields[17])
        except OSError:
            continue
    return count


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/<pid>/stat after the command name, which may hold spaces; None where it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as line:
            return line.read().rpartition(")")[2].split()
    except OSError:
        return None


def _all_processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]
