"""Set limits on this process, then become the given program: ``python -I -S confine.py LIMITS PROGRAM ARGUMENT…``.

Run as a program of its own, and not between fork and exec of the executor, which may have threads. Sets a session of
its own, resource limits, no core file, no new privileges, and a SIGKILL for when the executor dies. Standard library
only: it costs the start of a bare interpreter. LIMITS is JSON: ``{"data_bytes", "file_bytes", "cpu_s", "files",
"parent"}``. Exit code 76 when a limit cannot be set, 127 when the program cannot be started.
"""

import ctypes
import json
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CANNOT_CONFINE, CANNOT_START = 76, 127
# Between the soft limit, which sends SIGXCPU, and the hard one, which kills.
GRACE_S = 5


def confine(limits: dict[str, int]) -> None:
    """Apply *limits* to this process and all that it starts."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for option, value in ((PR_SET_PDEATHSIG, signal.SIGKILL), (PR_SET_NO_NEW_PRIVS, 1)):
        if prctl(option, int(value), 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option}")
    if os.getppid() != limits["parent"]:
        raise OSError("the executor is gone")  # it died before its death could be asked for
    # RLIMIT_DATA and not RLIMIT_AS: an accelerator's driver reserves address space without using it.
    resource.setrlimit(resource.RLIMIT_DATA, (limits["data_bytes"], limits["data_bytes"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file_bytes"], limits["file_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_s"], limits["cpu_s"] + GRACE_S))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits["files"], limits["files"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Confine, then exec."""
    try:
        confine(json.loads(sys.argv[1]))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"cannot confine: {error}\n")
        sys.exit(CANNOT_CONFINE)
    try:
        os.execve(sys.argv[2], sys.argv[2:], os.environ)  # noqa: S606  # no shell, which is what is wanted
    except OSError as error:
        sys.stderr.write(f"cannot start {sys.argv[2]}: {error}\n")
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main()
