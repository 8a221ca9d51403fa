"""The registry of runnable units, and the rules that hold among the units of one arm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runtime.units.library import (
    adamw,
    confidence_penalty,
    cosine_schedule,
    dropout,
    ema,
    focal_loss,
    gelu,
    gradient_clipping,
    gradient_noise,
    input_noise,
    label_smoothing,
    mixup,
    nesterov,
    shift_augmentation,
    swa,
    temperature_scaling,
    warmup,
    weight_decay,
)
from runtime.units.unit import EXCLUSIVE, Slot, Unit, UnitError, Value

UNITS: Mapping[str, Unit] = {
    module.UNIT.id: module.UNIT
    for module in (
        adamw,
        confidence_penalty,
        cosine_schedule,
        dropout,
        ema,
        focal_loss,
        gelu,
        gradient_clipping,
        gradient_noise,
        input_noise,
        label_smoothing,
        mixup,
        nesterov,
        shift_augmentation,
        swa,
        temperature_scaling,
        warmup,
        weight_decay,
    )
}


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
    from runtime.units.unit import SLOT_ORDER

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
