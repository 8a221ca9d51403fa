"""Width: every hidden layer, or the residual stream of a transformer, is that many times as wide.

Zagoruyko and Komodakis 2016, "Wide Residual Networks", section 2, the widening factor k.
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit


class Width(Hooks):
    """Widens the layers."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Multiply the width."""
        return replace(architecture, width=int(architecture.width * self.same("factor")))


UNIT = Unit(
    id="width",
    name="wider network",
    aliases=("widening factor", "network width", "wide network"),
    slot=Slot.WIDTH,
    source="Zagoruyko and Komodakis 2016, section 2",
    hooks=Width,
    knobs=(Knob("factor", "k, times the width of the bare recipe", 2, 1, 8, "int", structural=True),),
)
