"""How trials are executed: what rarely changes, what is told of the progress, what is recorded of the surroundings."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from runtime.execute.process import Limits
from runtime.sandbox.isolation import Isolation
from runtime.sandbox.ladder import Sandbox, choose
from runtime.tasks import TASKS
from runtime.tasks.interface import AnyTask
from runtime.units import PROGRAM_VERSION

_CHILD = Path(__file__).with_name("child.py")


class Progress(NamedTuple):
    """What happened: `started` or `finished` (with the label of a failure), and how many are final of how many.

    `paused` is told again and again while the plan is paused, without a trial. *remaining_s* is the time that the rest
    takes at the speed so far; None before anything was finished.
    """

    trial: str
    event: str
    label: str | None
    done: int
    total: int
    remaining_s: float | None = None


@dataclass(frozen=True)
class Engine:
    """How to execute. Times in seconds; *lease_s* is how long a claim holds without a beat.

    Code from outside (project tasks, patches) runs on the last rung of isolation only with *allow_untrusted_code*.
    *pack_size* is the most trials that one child gets; `runtime.units.lanes` says how many are enough for each shape.
    A trial whose lease ran out *max_attempts* times is given up as ``lost_executor``. A store that cannot be read is
    asked again for *outage_s*: as long as its writes are tried again by the driver of a server.

    *clock* stamps leases and records, seconds since 1970; *stopwatch* measures, and does not jump with it.
    """

    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    pack_size: int = 256
    lease_s: float = 30.0
    beat_s: float = 5.0
    max_attempts: int = 5
    tick_s: float = 0.02
    tasks: Mapping[str, AnyTask] = field(default_factory=lambda: dict(TASKS))
    command: Callable[[], Sequence[str]] = lambda: [sys.executable, "-P", "-s", str(_CHILD)]
    clock: Callable[[], float] = time.time
    stopwatch: Callable[[], float] = time.monotonic
    outage_s: float = 30.0
    isolation: Isolation | None = None
    allow_untrusted_code: bool = False

    @property
    def sandbox(self) -> Sandbox:
        """The rung that trials run on: the one that *isolation* forces, else the best that this host allows.

        Raises:
            SandboxUnavailable: the forced rung cannot be set up here.
        """
        return choose(self.isolation)


def environment(isolation: str) -> dict[str, str | int | float | bool]:
    """Return what is recorded with each trial of where it ran."""
    return {
        "python": platform.python_version(),
        "torch": importlib.metadata.version("torch"),
        "numpy": importlib.metadata.version("numpy"),
        "machine": platform.machine(),
        "threads": 1,
        "isolation": isolation,
        "program": PROGRAM_VERSION,
    }
