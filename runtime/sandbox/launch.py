"""Start a program in a sandbox, with a supervisor beside it.

Guarantees: the program has a session of its own, no descriptor but its input (nothing) and its log, and, where this
process is root, a uid that no other process has. Its folder is given to that uid. What it may see: the system, the
interpreter and its packages, this program's own rooms, its folder; never HOME, and never the data folder of
scikit-learn, which holds the labels of built-in tasks (CONTRACT §6). Not done here: choosing the rung (`ladder`).
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import IO

from runtime.sandbox import bubblewrap, view
from runtime.sandbox.isolation import Isolation

_HERE = Path(__file__).resolve().parent
_ROOMS = ("runtime", "graph")
# The uids that systemd, too, gives to services that have none (systemd.exec, DynamicUser=).
_FIRST_UID, _UIDS = 61184, 4336
_LABELS = "lib*/python3*/*-packages/sklearn/datasets/data"


@dataclass(frozen=True)
class Amounts:
    """What a tree of processes may use. *data_bytes* is for each process and, of memory in use, for all together."""

    data_bytes: int
    file_bytes: int
    folder_bytes: int
    cpu_s: int
    files: int
    processes: int


@dataclass(frozen=True)
class View:
    """What a child may see beyond the interpreter: folders to read, folders to hide inside readable ones, devices."""

    readable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    devices: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Launched:
    """A supervisor, and the descriptor on which it reports when it ends."""

    process: subprocess.Popen[bytes]
    report: int


def launch(
    program: Sequence[str],
    folder: Path,
    *,
    isolation: Isolation,
    own_uid: bool,
    amounts: Amounts,
    environment: Mapping[str, str],
    log: IO[bytes],
    name: str,
    view_: View = View(),
) -> Launched:
    """Start *program* in *folder*; *name* tells it from others and picks its uid.

    Raises:
        OSError: no process could be started.
    """
    folder = Path(os.path.realpath(folder))
    uid = free_uid(name) if own_uid else None
    if uid is not None:
        _give(folder, uid)
    readable = sorted({*_interpreter(), *(os.path.realpath(path) for path in view_.readable)})
    hidden = sorted(_hidden(readable, view_.hidden))
    devices = [str(path) for path in view_.devices]
    settings = {
        "isolation": str(isolation),
        "uid": uid,
        "folder": str(folder),
        "amounts": asdict(amounts),
        "readable": readable,
        "listed": [str(_HERE.parents[1])],
        "hidden": hidden,
        "devices": devices,
    }
    bwrap: list[str] = []
    if isolation is Isolation.BWRAP:
        bwrap = bubblewrap.command(
            bubblewrap.find() or bubblewrap.PROGRAM,
            str(folder),
            readable=readable,
            hidden=hidden,
            devices=devices,
            tmp_bytes=amounts.file_bytes,
            as_root=own_uid,
        )
    bare = [sys.executable, "-I", "-S"]
    inner = [*bare, str(_HERE / "confine.py"), json.dumps(settings)]
    report, report_end = os.pipe()
    outer = {**settings, "bwrap": bwrap, "inner": inner, "report": report_end, "parent": os.getpid()}
    try:
        process = subprocess.Popen(
            [*bare, str(_HERE / "supervise.py"), json.dumps(outer), *program],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(report_end,),
        )
    except OSError:
        os.close(report)
        raise
    finally:
        os.close(report_end)
    return Launched(process, report)


@cache
def _interpreter() -> tuple[str, ...]:
    """Return the folders that the interpreter, its packages and this program's rooms are read from."""
    given = [sys.prefix, sys.base_prefix, *(str(_HERE.parents[1] / room) for room in _ROOMS)]
    return tuple(sorted({path for each in given for path in (str(Path(each).absolute()), os.path.realpath(each))}))


def _hidden(readable: Sequence[str], hidden: Sequence[Path]) -> Iterator[str]:
    """Yield what must be cut out of the readable folders: the bundled labels, and *hidden*."""
    for root in (*readable, *view.SYSTEM, "/usr/local"):
        yield from (os.path.realpath(found) for found in Path(root).glob(_LABELS))
    for path in map(os.path.realpath, hidden):
        # A folder that holds the interpreter cannot be cut out; only the interpreter's part of it is readable anyway.
        if not any(view.is_within(root, path) for root in readable):
            yield path


def free_uid(name: str) -> int:
    """Return a uid that no user and no process has; the same for the same *name* where it is free."""
    taken = {_owner(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    first = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    for place in range(_UIDS):
        uid = _FIRST_UID + (first + place) % _UIDS
        if uid not in taken and not _is_user(uid):
            return uid
    raise OSError(f"all {_UIDS} uids from {_FIRST_UID} on are taken")


def _owner(folder: Path) -> int | None:
    try:
        return folder.stat().st_uid
    except FileNotFoundError:
        return None  # a process that has just ended


def _is_user(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _give(folder: Path, uid: int) -> None:
    """Give *folder*, which only this process has written to so far, to *uid*."""
    for path, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(path) / name, uid, uid, follow_symlinks=False)
