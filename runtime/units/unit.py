"""What a runnable unit is: its knobs, its names, the slot it fills, and the hooks it hangs into the program.

A unit is data plus hooks; importing it costs nothing heavy, so the planner may read the registry without torch. Knobs
are checked here, in one place, with a sentence that says what is allowed. Trials whose units have the same
`program_key` can train as lanes of one program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from runtime.units.hooks import Hooks

Value = float | int | str | bool


class UnitError(ValueError):
    """A unit that does not exist, or a knob that it has not or that is out of range."""


class Slot(StrEnum):
    """Where in the program a unit acts. Hooks run in this order; of an exclusive slot, an arm may fill one."""

    ROWS = "rows"
    INPUTS = "inputs"
    TARGETS = "targets"
    WIDTH = "width"
    DEPTH = "depth"
    HEADS = "heads"
    NORM = "norm"
    PLACEMENT = "placement"
    RESIDUAL = "residual"
    ACTIVATION = "activation"
    INITIALISATION = "initialisation"
    HIDDEN = "hidden"
    LOSS = "loss"
    PENALTY = "penalty"
    GRADIENT = "gradient"
    SCHEDULE = "schedule"
    DECAY = "decay"
    OPTIMISER = "optimiser"
    WRAPPER = "wrapper"
    AVERAGING = "averaging"
    STOPPING = "stopping"
    CALIBRATION = "calibration"
    ENSEMBLE = "ensemble"


EXCLUSIVE = frozenset(
    {
        Slot.WIDTH,
        Slot.DEPTH,
        Slot.HEADS,
        Slot.NORM,
        Slot.PLACEMENT,
        Slot.RESIDUAL,
        Slot.ACTIVATION,
        Slot.INITIALISATION,
        Slot.LOSS,
        Slot.OPTIMISER,
        Slot.WRAPPER,
        Slot.AVERAGING,
        Slot.STOPPING,
        Slot.CALIBRATION,
        Slot.ENSEMBLE,
    }
)
SLOT_ORDER = {slot: place for place, slot in enumerate(Slot)}


@dataclass(frozen=True)
class Knob:
    """One setting of a unit, with its closed range.

    A *structural* knob changes sizes or the course of the program: lanes that differ in it train in different programs.
    """

    name: str
    meaning: str
    default: float | int
    low: float
    high: float
    kind: Literal["float", "int"] = "float"
    structural: bool = False

    def check(self, unit: str, value: Value) -> float | int:
        """Return *value* as a number of this knob's kind.

        Raises:
            UnitError: not a number, not whole where it must be, or out of range.
        """
        if isinstance(value, bool | str):
            raise UnitError(f"{unit}.{self.name} must be a number, not {value!r}")
        if self.kind == "int" and value != int(value):
            raise UnitError(f"{unit}.{self.name} must be a whole number, not {value!r}")
        if not self.low <= value <= self.high:
            raise UnitError(f"{unit}.{self.name} must lie between {self.low:g} and {self.high:g}, not {value!r}")
        return int(value) if self.kind == "int" else float(value)


@dataclass(frozen=True)
class Unit:
    """A method that the built-in programs can run.

    *name*, *aliases* and *acronyms* are how papers call it: `runtime.units.linking` finds its Method nodes by them.
    *needs* names features a task must have.
    """

    id: str
    name: str
    slot: Slot
    source: str
    hooks: Callable[[Sequence[Mapping[str, float | int]]], Hooks]
    knobs: tuple[Knob, ...] = ()
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ("mlp", "cnn", "transformer")
    needs: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def defaults(self) -> dict[str, float | int]:
        """Knobs at their defaults."""
        return {knob.name: knob.default for knob in self.knobs}

    def bind(self, knobs: Mapping[str, Value]) -> dict[str, float | int]:
        """Return all knobs: those given, checked, and defaults for the others.

        Raises:
            UnitError: a knob that the unit does not have, or a value out of range.
        """
        known = {knob.name: knob for knob in self.knobs}
        if unknown := sorted(set(knobs) - set(known)):
            names = ", ".join(sorted(known)) or "none"
            raise UnitError(f"{self.id} has no knob {', '.join(unknown)}; its knobs: {names}")
        return {name: knob.check(self.id, knobs.get(name, knob.default)) for name, knob in known.items()}

    def misfit(self, *, shape: str, features: frozenset[str]) -> str | None:
        """Return why the unit cannot run in a program of *shape* on a task with *features*; None if it can."""
        if shape not in self.shapes:
            return f"{self.name} fits programs of shape {', '.join(self.shapes)}, not {shape}"
        if missing := [need for need in self.needs if need not in features]:
            return f"{self.name} needs a task with {', '.join(missing)}"
        return None


Recipe = Sequence[tuple[Unit, Mapping[str, float | int]]]


def program_key(recipe: Recipe) -> str:
    """Return what trials must share to be lanes of one program: their units and structural knobs."""
    parts = []
    for unit, knobs in recipe:
        fixed = [f"{knob.name}={knobs[knob.name]:g}" for knob in unit.knobs if knob.structural]
        parts.append(f"{unit.id}({', '.join(fixed)})")
    return " + ".join(sorted(parts)) or "bare"
