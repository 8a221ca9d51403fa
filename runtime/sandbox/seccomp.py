"""A seccomp filter: system calls that no trial needs fail with EPERM, from here on and for all children.

Guarantees: calls of another architecture (32-bit entry, x32) are refused as a whole; no new namespace, no mount, no
tracing, no kernel programs (bpf, io_uring, perf, keys), no memory outside the limits (memfd, System V), no execution
without a file, no sockets but those of the given families, no limits or scheduling of other processes, no input pushed
into a terminal. Not done here: paths (`landlock`, `bubblewrap`) and amounts (`limits`).

``clone3`` says ENOSYS, so that the C library uses ``clone``, whose flags a filter can see (as container runtimes do).
Format: https://docs.kernel.org/userspace-api/seccomp_filter.html. Standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Collection

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_* of linux/audit.h
_X32_BIT = 0x40000000

# name: numbers on x86_64 and on aarch64 (the generic table); None where the architecture has no such call.
DENIED: dict[str, tuple[int | None, int | None]] = {
    # tracing, reading and steering other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # mounts, roots, namespaces, host names
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    "unshare": (272, 97),
    "setns": (308, 268),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    # kernel programs, keys, counters, modules, power
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "syslog": (103, 116),
    "fanotify_init": (300, 262),
    "lookup_dcookie": (212, 18),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "vhangup": (153, 58),
    # the clock
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    # memory that no limit counts, and programs that are no file
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "execveat": (322, 281),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semctl": (66, 191),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    # files by handle, past every path
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
}
# Landlock lets these through to files of the same user anywhere. Modes, owners and times are left as they are and the
# call succeeds, since copying a file (shutil.copy) sets them; extended attributes are not supported. Only setting the
# present time by name fails: that is how Path.touch asks whether it has to make a file.
_METADATA: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
}
_UTIMENSAT = (280, 88)
_ATTRIBUTES: dict[str, tuple[int | None, int | None]] = {
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
}
_CLONE3 = (435, 435)
_CLONE = (56, 220)
_SOCKET, _SOCKETPAIR = (41, 198), (53, 199)
_IOCTL = (16, 29)
_PERSONALITY = (135, 92)
# These take a process first (or, setpriority and ioprio_set, second); 0 is the caller itself.
_OF_A_PROCESS = {
    "prlimit64": ((302, 261), 0),
    "sched_setaffinity": ((203, 122), 0),
    "sched_setscheduler": ((144, 119), 0),
    "sched_setparam": ((142, 118), 0),
    "sched_setattr": ((314, 274), 0),
    "setpriority": ((141, 140), 1),
    "ioprio_set": ((251, 30), 1),
}
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET of linux/sched.h
_NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
_ASK_PERSONALITY = 0xFFFFFFFF
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10

# struct seccomp_data: nr at 0, arch at 4, arguments of 8 bytes from 16; both architectures are little-endian.
_NR, _ARCH, _ARGUMENTS = 0, 4, 16
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_DENY, _UNKNOWN = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
_PRETEND, _UNSUPPORTED = _ERRNO, _ERRNO | errno.EOPNOTSUPP
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


def program(machine: str, families: Collection[int], *, hold_metadata: bool = False) -> bytes:
    """Return the filter for *machine* as BPF; sockets may be of *families* only.

    With *hold_metadata*, modes, owners, times and attributes of files stay as they are.

    Raises:
        OSError: the machine is of another architecture.
    """
    if machine not in ARCHITECTURES:
        raise OSError(f"the seccomp filter is written for {' and '.join(ARCHITECTURES)}, not for {machine}")
    place = list(ARCHITECTURES).index(machine)
    code = [(_LOAD, 0, 0, _ARCH), (_JUMP_EQUAL, 1, 0, ARCHITECTURES[machine]), (_RETURN, 0, 0, _DENY)]
    code += [(_LOAD, 0, 0, _NR)]
    if machine == "x86_64":
        code += [(_JUMP_GREATER_EQUAL, 0, 1, _X32_BIT), (_RETURN, 0, 0, _DENY)]
    answers = [(DENIED, _DENY)] + ([(_METADATA, _PRETEND), (_ATTRIBUTES, _UNSUPPORTED)] if hold_metadata else [])
    for calls, answer in answers:
        for numbers in calls.values():
            if (number := numbers[place]) is not None:
                code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]
    if hold_metadata:
        code += _if_called(_UTIMENSAT[place], 1, _times())
    code += [(_JUMP_EQUAL, 0, 1, _CLONE3[place]), (_RETURN, 0, 0, _UNKNOWN)]
    code += _if_called(_CLONE[place], 0, [(_JUMP_ANY_BIT, 0, 1, _NEW_NAMESPACES), (_RETURN, 0, 0, _DENY)])
    code += _if_called(_SOCKET[place], 0, _unless_one_of(sorted(families)))
    code += _if_called(_SOCKETPAIR[place], 0, _unless_one_of([AF_UNIX]))
    terminal = [step for request in (_TIOCSTI, _TIOCLINUX) for step in _deny_if_equal(request)]
    code += _if_called(_IOCTL[place], 1, terminal)
    code += _if_called(_PERSONALITY[place], 0, _unless_one_of([_ASK_PERSONALITY]))
    for numbers_, argument in _OF_A_PROCESS.values():
        code += _if_called(numbers_[place], argument, _unless_one_of([0]))
    code += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in code)


_Step = tuple[int, int, int, int]


def _if_called(number: int, argument: int, then: list[_Step]) -> list[_Step]:
    """Run *then* on the low half of *argument* when the call is *number*; after it, the number is loaded again."""
    body = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument), *then, (_LOAD, 0, 0, _NR)]
    return [(_JUMP_EQUAL, 0, len(body), number), *body]


def _deny_if_equal(value: int) -> list[_Step]:
    return [(_JUMP_EQUAL, 0, 1, value), (_RETURN, 0, 0, _DENY)]


def _unless_one_of(values: list[int]) -> list[_Step]:
    """Deny unless the loaded argument is one of *values*."""
    return [(_JUMP_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)] + [
        (_RETURN, 0, 0, _DENY)
    ]


def _times() -> list[_Step]:
    """Answer utimensat, its path loaded: pretend for a descriptor (no path) and for given times, deny without times."""
    return [
        *((_JUMP_EQUAL, 0, 1, 0), (_RETURN, 0, 0, _PRETEND)),
        *((_LOAD, 0, 0, _ARGUMENTS + 8 * 2), (_JUMP_EQUAL, 0, 1, 0), (_RETURN, 0, 0, _DENY)),
        (_RETURN, 0, 0, _PRETEND),
    ]


def install(families: Collection[int], *, hold_metadata: bool = False) -> None:
    """Put the filter on this process, for good; it must have given up new privileges before.

    Raises:
        OSError: the kernel refuses filters, or the machine is of an architecture without one.
    """
    code = program(platform.machine(), families, hold_metadata=hold_metadata)
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: a 16-bit length and a pointer, aligned by hand.
    filter_ = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.c_char_p(filter_), 0, 0) != 0:
        code_ = ctypes.get_errno()
        raise OSError(code_, f"the kernel refuses a seccomp filter: {os.strerror(code_)}")
