"""The ladder: the best rung that this host really allows, found by trying, and why better ones were stepped over.

A rung counts only whole: the probe is a program started exactly as a trial is. It must start, write into its folder,
and find that a file outside cannot be read. Old kernels, refused namespaces and missing programs all show there,
whatever the versions say. Probing takes some tenths of a second, once a process.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runtime.sandbox import bubblewrap
from runtime.sandbox.errors import SandboxUnavailable
from runtime.sandbox.isolation import Isolation
from runtime.sandbox.launch import Amounts, launch

_PROBE = """
import sys
open("probe", "w").close()
try:
    open(sys.argv[1]).close()
except OSError:
    sys.exit(0)
sys.exit(0 if sys.argv[2] == "rlimit" else "what must be hidden can be read: the walls are not real")
"""
_AMOUNTS = Amounts(data_bytes=1 << 30, file_bytes=1 << 20, folder_bytes=1 << 24, cpu_s=20, files=64, processes=16)


@dataclass(frozen=True)
class SteppedOver:
    """A rung that cannot be set up here, and why."""

    isolation: Isolation
    reason: str


@dataclass(frozen=True)
class Sandbox:
    """The rung in use. *own_uid*: each child runs as a user of its own, which only root can arrange."""

    isolation: Isolation
    own_uid: bool = False
    stepped_over: tuple[SteppedOver, ...] = ()


def choose(forced: Isolation | str | None = None) -> Sandbox:
    """Return the best rung of this host, or the one that is *forced*.

    Raises:
        SandboxUnavailable: the forced rung cannot be set up whole.
    """
    return _choose(None if forced is None else Isolation(forced))


@cache
def _choose(forced: Isolation | None) -> Sandbox:
    stepped: list[SteppedOver] = []
    is_root = os.geteuid() == 0
    for isolation in Isolation if forced is None else (forced,):
        reason = obstacle(isolation, own_uid=is_root)
        if reason is None:
            return Sandbox(isolation, is_root, tuple(stepped))
        if isolation is Isolation.RLIMIT and is_root:
            # A container may forbid even root to become another user; limits hold for root as well.
            return Sandbox(isolation, False, (*stepped, SteppedOver(isolation, f"as a uid of its own: {reason}")))
        if forced is not None:
            raise SandboxUnavailable(
                f"the setting isolation forces {forced}, which cannot be set up here: {reason}. "
                f"Remove the setting to use the best rung that works, or see docs/how-to/sandbox.md"
            )
        stepped.append(SteppedOver(isolation, reason))
    raise SandboxUnavailable(f"no program can be started under limits here: {stepped[-1].reason}")


def obstacle(isolation: Isolation, *, own_uid: bool) -> str | None:
    """Try *isolation*; return why it cannot be set up, or None if it can."""
    if isolation is Isolation.BWRAP and bubblewrap.find() is None:
        return "bubblewrap (bwrap) is not installed"
    with tempfile.TemporaryDirectory(prefix="patternbook-probe-") as parent:
        secret, folder = Path(parent) / "secret", Path(parent) / "folder"
        secret.touch()
        folder.mkdir()
        Path(parent).chmod(0o711)
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
        program = [sys.executable, "-I", "-S", "-c", _PROBE, os.path.realpath(secret), isolation]
        with (folder / "log").open("w+b") as log:
            try:
                launched = launch(
                    program,
                    folder,
                    isolation=isolation,
                    own_uid=own_uid,
                    amounts=_AMOUNTS,
                    environment=environment,
                    log=log,
                    name=parent,
                )
            except OSError as error:
                return str(error)
            launched.process.wait()
            with os.fdopen(launched.report, "rb") as report:
                said = report.read()
            log.seek(0)
            printed = log.read().decode("utf-8", "replace").split("\n")
        if b'"code": 0,' in said and (folder / "probe").exists():
            return None
        lines = [line.strip() for line in printed if line.strip()]
        return lines[-1].removeprefix("cannot confine: ") if lines else "the program ended without a word"
