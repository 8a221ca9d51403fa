"""Which paths a child may see, as lists of roots with holes.

Guarantees: nothing under a hidden path is reached through a root that holds it, nor through a link inside such a root.
Standard library only: `confine` asks this inside the child.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

# What programs and libraries need of the system. No /etc/passwd: who the users of this machine are is no child's
# business.
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime")
# Read by torch, numpy and the C library to learn about the processor and the memory.
MACHINE = ("/sys/devices/system/cpu", "/sys/devices/system/node")
PROC_FILES = ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/proc/sys/vm/overcommit_memory")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def around(root: str, hidden: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield the paths that make up *root* without *hidden*, each with whether all below it is meant or its names only.

    All paths are absolute and free of links, but for links found inside.
    """
    inside = [path for path in hidden if is_within(path, root)]
    if any(is_within(root, path) for path in hidden):
        return
    if not inside:
        yield root, True
        return
    yield root, False
    for name in sorted(os.listdir(root)):
        path = os.path.join(root, name)
        if not os.path.islink(path):
            yield from around(path, inside)
        elif not any(_touch(os.path.realpath(path), each) for each in hidden):
            yield path, True


def is_within(path: str, root: str) -> bool:
    """Say whether *path* is *root* or lies below it."""
    return path == root or path.startswith(root.rstrip("/") + "/")


def _touch(one: str, other: str) -> bool:
    return is_within(one, other) or is_within(other, one)
