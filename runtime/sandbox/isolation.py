"""The rungs by name, and what may run on which.

A rung's name is what each trial records as ``isolation``. Untrusted is code that is not of this installation: patches,
and project tasks from outside. Built-in units with knobs in range run on every rung.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Isolation(StrEnum):
    """The rungs, best first."""

    BWRAP = "bwrap"
    LANDLOCK = "landlock"
    RLIMIT = "rlimit"


class UntrustedPolicy(Protocol):
    """Whatever holds the operator's word on untrusted code: the settings, or the engine made from them."""

    @property
    def allow_untrusted_code(self) -> bool:
        """Whether untrusted code may run with limits only."""


def may_run_untrusted(isolation: Isolation | str, settings: UntrustedPolicy) -> bool:
    """Say whether untrusted code may run at *isolation*: always behind walls, else if the operator says so."""
    return Isolation(isolation) is not Isolation.RLIMIT or settings.allow_untrusted_code


WHY_REFUSED = (
    "code from outside is not run with limits only (isolation rlimit): install bubblewrap or use a kernel with "
    "Landlock, or set allow_untrusted_code = true where the whole machine is expendable"
)
