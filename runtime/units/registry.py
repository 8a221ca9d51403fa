"""The registry of runnable units, and the rules that hold among the units of one arm.

Built in are the modules of `runtime.units.library`, each with its ``UNIT``. An installed package adds units by entry
points of the group ``patternbook.units``, each naming a `Unit`::

    [project.entry-points."patternbook.units"]
    my_unit = "my_package.my_unit:UNIT"

A unit from outside is code that the user has installed: it is trusted as the built-in ones are, and its id must be one
that no other unit has. `PROGRAM_VERSION` does not know of it: when it comes to do something else, give it another id.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import entry_points

from runtime.units import library
from runtime.units.unit import EXCLUSIVE, SLOT_ORDER, Slot, Unit, UnitError, Value

GROUP = "patternbook.units"


def load_units() -> dict[str, Unit]:
    """Return all units, built in and from entry points, by id.

    Raises:
        UnitError: an entry point names something else than a unit, or a unit whose id is taken.
    """
    units: dict[str, Unit] = {}
    for module in sorted(pkgutil.iter_modules(library.__path__), key=lambda each: each.name):
        unit: Unit = importlib.import_module(f"{library.__name__}.{module.name}").UNIT
        units[unit.id] = unit
    for point in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        found = point.load()
        if not isinstance(found, Unit):
            raise UnitError(f"the entry point {point.name} of {GROUP} names {point.value}, which is no Unit")
        if found.id in units:
            raise UnitError(f"the entry point {point.name} of {GROUP} adds a unit {found.id!r}, which there is already")
        units[found.id] = found
    return units


UNITS: Mapping[str, Unit] = load_units()


def find_unit(unit: str) -> Unit:
    """Return the unit called *unit*.

    Raises:
        UnitError: there is none; the message lists those there are.
    """
    if unit not in UNITS:
        raise UnitError(f"{unit!r} is not a runnable unit; these are: {', '.join(sorted(UNITS))}")
    return UNITS[unit]


def bind_all(bindings: Sequence[tuple[str, Mapping[str, Value]]]) -> list[tuple[Unit, dict[str, float | int]]]:
    """Return units with all knobs bound, in the order in which the program applies them.

    Raises:
        UnitError: an unknown unit or knob, a value out of range, or two units that exclude each other.
    """
    bound = [(find_unit(name), find_unit(name).bind(knobs)) for name, knobs in bindings]
    for problem in clashes([unit.id for unit, _ in bound]):
        raise UnitError(problem)
    return sorted(bound, key=lambda each: (SLOT_ORDER[each[0].slot], each[0].id))


def clashes(units: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each pair of units that cannot stand in one arm."""
    ordered = [UNITS[unit] for unit in sorted(units) if unit in UNITS]
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            if first.slot is second.slot and first.slot in EXCLUSIVE:
                yield f"{first.id} and {second.id} both fill the slot {Slot(first.slot).value}; an arm has one"
            elif second.id in first.conflicts or first.id in second.conflicts:
                yield f"{first.id} and {second.id} do the same work twice; an arm has one of them"
