"""Runnable units: methods as data and hooks, the program they hang into, and the Method nodes they stand for."""

from __future__ import annotations

from runtime.units.registry import UNITS, bind_all, clashes, find_unit
from runtime.units.unit import Knob, Slot, Unit, UnitError
from runtime.units.version import PROGRAM_VERSION

__all__ = ["PROGRAM_VERSION", "UNITS", "Knob", "Slot", "Unit", "UnitError", "bind_all", "clashes", "find_unit"]
