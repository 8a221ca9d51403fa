"""Confine this process, then become the given program: ``python -I -S confine.py SETTINGS PROGRAM ARGUMENT…``.

Run as a program of its own and not between fork and exec of the executor, which may have threads: inside bubblewrap, or
called by `supervise`. Gives up the uid, capabilities and new privileges, sets limits, and puts up the walls that
SETTINGS names. All or nothing: exit code 76 when something cannot be set, 127 when the program cannot be started.
Standard library only. SETTINGS is what `launch` writes.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import sys
from typing import Any

if __name__ == "__main__":  # a bare interpreter knows no packages
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from runtime.sandbox import landlock, seccomp, view
from runtime.sandbox.limits import set_limits

CANNOT_CONFINE, CANNOT_START = 76, 127
_PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 8, 38, 47, 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 2
_CAPSET = {"x86_64": 126, "aarch64": 91}


def confine(settings: dict[str, Any]) -> None:
    """Confine this process and all that it starts.

    Raises:
        OSError: something could not be set; the process is then confined in part and must end.
    """
    isolation, uid = settings["isolation"], settings["uid"]
    if os.getsid(0) != os.getpid():
        os.setsid()
    if uid is not None:
        # Behind bubblewrap there is nothing to search. Elsewhere the interpreter may lie in a folder that is closed to
        # other users, such as /root: this one capability reads it, within what Landlock allows.
        _become(uid, keep=0 if isolation == "bwrap" else 1 << _CAP_DAC_READ_SEARCH)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, 0)
    # Behind bubblewrap and without a uid of its own the child has a user namespace, which counts for itself.
    set_limits(settings["amounts"], counts_alone=uid is not None or isolation == "bwrap")
    if isolation == "landlock":
        landlock.restrict(_rules(settings), own_uid=uid is not None)
        seccomp.install((), hold_metadata=uid is None)
    elif isolation == "bwrap":
        seccomp.install((seccomp.AF_UNIX, seccomp.AF_INET, seccomp.AF_INET6))  # in a network of its own


def _become(uid: int, *, keep: int) -> None:
    """Become the user *uid* of the group *uid*, with the capabilities *keep* and no other."""
    _prctl(_PR_SET_KEEPCAPS, 1, 0)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    sets = struct.pack("6I", keep, keep, keep, 0, 0, 0)  # effective, permitted, inheritable; then their high halves
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(ctypes.c_char_p(header), ctypes.c_char_p(sets)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be given up")
    for number in range(64):
        if keep >> number & 1:
            _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, number)


def _rules(settings: dict[str, Any]) -> list[tuple[str, int]]:
    hidden = settings["hidden"]
    rules = [(settings["folder"], landlock.WRITE)]
    for root in (*view.SYSTEM, *settings["readable"]):
        whole = view.around(os.path.realpath(root), hidden)
        rules += [(path, landlock.READ if everything else landlock.LIST) for path, everything in whole]
    rules += [(path, landlock.LIST) for path in settings["listed"]]
    rules += [(path, landlock.READ) for path in (*view.SYSTEM_FILES, *view.MACHINE, *view.PROC_FILES)]
    rules += [("/sys", landlock.READ)] if settings["devices"] else []
    return rules + [(path, landlock.DEVICE) for path in (*view.DEVICES, *settings["devices"])]


def _prctl(option: int, second: int, third: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, second, third, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl {option} is refused: {os.strerror(code)}")


def confine_and_exec(settings: dict[str, Any], program: list[str]) -> None:
    """Confine this process and become *program*; exit where that is not possible."""
    try:
        confine(settings)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"cannot confine: {error}\n")
        sys.stderr.flush()
        os._exit(CANNOT_CONFINE)
    try:
        os.execv(program[0], program)  # noqa: S606  # no shell, which is what is wanted
    except OSError as error:
        sys.stderr.write(f"cannot start {program[0]}: {error}\n")
        sys.stderr.flush()
        os._exit(CANNOT_START)


if __name__ == "__main__":
    confine_and_exec(json.loads(sys.argv[1]), sys.argv[2:])
