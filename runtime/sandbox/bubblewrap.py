"""The command line of bubblewrap: namespaces of its own, and a file system made of what a child may see.

Guarantees of the command: no network but its own loopback, no process but its own, an own System V and POSIX message
space and host name; the root, ``/dev`` and all bound folders are read-only but for the child's folder; ``/tmp`` and
``/dev/shm`` are empty, small and gone afterwards; masked folders are empty. As root no user namespace is made: the
child is given a uid of its own by `confine`. Not done here: system calls (`seccomp`) and amounts (`limits`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from runtime.sandbox import view

PROGRAM = "bwrap"


def find() -> str | None:
    """Return the path of bubblewrap, or None where it is not installed."""
    return shutil.which(PROGRAM)


def command(
    bwrap: str,
    folder: str,
    *,
    readable: Sequence[str],
    hidden: Sequence[str],
    devices: Sequence[str],
    tmp_bytes: int,
    as_root: bool,
) -> list[str]:
    """Return the command up to, and without, the ``--`` before the program; paths are absolute."""
    arguments = [bwrap, "--die-with-parent", "--new-session", "--unshare-ipc", "--unshare-pid", "--unshare-net"]
    arguments += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "trial", "--cap-drop", "ALL"]
    if as_root:
        arguments += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user"]
    for path in view.SYSTEM:
        if Path(path).is_symlink():
            arguments += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).is_dir():
            arguments += ["--ro-bind", path, path]
    for path in _parents([*view.SYSTEM_FILES, *view.MACHINE]):
        arguments += ["--perms", "0755", "--dir", path]  # as below: a child with a uid of its own must pass through
    for path in (*view.SYSTEM_FILES, *view.MACHINE):
        arguments += ["--ro-bind-try", path, path]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for path in devices:
        arguments += ["--dev-bind-try", path, path]
    if devices:  # a driver looks for its device there
        arguments += ["--ro-bind", "/sys", "/sys"]
    # A tmpfs holds memory that no limit of a process counts: it is small, or nobody may write to it.
    for path in ("/tmp", "/dev/shm"):  # noqa: S108  # inside the sandbox
        arguments += ["--perms", "1777", "--size", str(tmp_bytes), "--tmpfs", path]
    for path in _parents(readable):
        arguments += ["--perms", "0755", "--dir", path]  # else they are made for the owner alone
    for path in sorted(readable):
        arguments += ["--ro-bind", path, path]
    roots = [os.path.realpath(root) for root in (*view.SYSTEM, *readable)]
    masked = sorted(path for path in hidden if any(view.is_within(path, root) for root in roots))
    for path in masked:
        arguments += ["--perms", "0755", "--tmpfs", path]
    for path in _parents([folder]):
        arguments += ["--perms", "0755", "--dir", path]
    arguments += ["--bind", folder, folder, "--chdir", folder]
    for path in (*masked, "/dev", "/"):
        arguments += ["--remount-ro", path]
    return arguments


def _parents(paths: Sequence[str]) -> list[str]:
    """Return the folders above *paths* that may have to be made, outermost first."""
    above = {str(parent) for path in paths for parent in Path(path).parents}
    return sorted(path for path in above if path != "/" and not any(view.is_within(path, each) for each in paths))
