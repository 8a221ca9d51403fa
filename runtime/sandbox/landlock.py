"""Landlock by system calls: from here on, this process and its children reach only the given paths.

Guarantees: what is allowed is a list of paths with rights; everything else of the file system is refused, also to root,
and cannot be had back. Processes outside cannot be traced, read or (kernel 6.12, ABI 6) signalled. Not done here: the
network beyond TCP, other system calls (`seccomp`), and paths whose names are listed through a folder that is allowed.

Kernel interface: https://docs.kernel.org/userspace-api/landlock.html. Standard library only; the same system call
numbers on x86_64 and aarch64.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_FIFO, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 10, 1 << 12
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ALL_FS = (1 << 16) - 1
_ALL_TCP = 0b11
_ALL_SCOPES = 0b11  # abstract Unix sockets, signals

LIST = READ_DIR
READ = EXECUTE | READ_FILE | READ_DIR
# No sockets and no device nodes; running what it built is what a child's folder is for.
WRITE = READ | WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_FIFO | _MAKE_SYM
WRITE |= _REFER | _TRUNCATE
DEVICE = READ_FILE | WRITE_FILE | _IOCTL_DEV
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | _TRUNCATE | _IOCTL_DEV

# Refusing to truncate came with ABI 3, refusing signals to processes outside with ABI 6. A child with a uid of its own
# cannot signal others anyway.
NEEDED, NEEDED_FOR_SHARED_UID = 3, 6


def abi() -> int:
    """Return the version of Landlock that this kernel offers; 0 where it has none or it is switched off."""
    return max(0, int(ctypes.CDLL(None, use_errno=True).syscall(CREATE_RULESET, None, 0, _VERSION)))


def restrict(rules: Iterable[tuple[str, int]], *, own_uid: bool) -> None:
    """Allow what *rules* (path, rights) say and nothing else, for good. A path that does not exist is left out.

    Raises:
        OSError: the kernel has no Landlock, too old a one, or refuses.
    """
    version, needed = abi(), NEEDED if own_uid else NEEDED_FOR_SHARED_UID
    if version < needed:
        missing = "this kernel has no Landlock, or it is switched off" if not version else f"Landlock has ABI {version}"
        raise OSError(f"{missing}; ABI {needed} is needed{'' if own_uid else ' by a user other than root'}")
    handled = _ALL_FS if version >= 5 else _ALL_FS & ~_IOCTL_DEV
    attributes = struct.pack("QQQ", handled, _ALL_TCP if version >= 4 else 0, _ALL_SCOPES if version >= 6 else 0)
    # The size of the structure grew with the ABI: fs, then net (4), then scoped (6).
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _call(CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(size), 0)
    try:
        for path, rights in rules:
            _allow(ruleset, path, rights & handled)
        _call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # not there, or not for this user: then there is nothing to allow
    try:
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            rights &= _OF_FILES
        if rights:
            _call(ADD_RULE, ruleset, _PATH_BENEATH, ctypes.c_char_p(struct.pack("=Qi", rights, beneath)), 0)
    finally:
        os.close(beneath)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result = int(libc.syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock refuses system call {number}: {os.strerror(code)}")
    return result
