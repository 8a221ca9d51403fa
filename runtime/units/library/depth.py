"""Depth: that many more hidden layers, or blocks of a transformer.

Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image Recognition", section 2.3, where
depth alone is varied.
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit


class Depth(Hooks):
    """Adds layers."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Add the layers."""
        return replace(architecture, depth=architecture.depth + int(self.same("more")))


UNIT = Unit(
    id="depth",
    name="deeper network",
    aliases=("network depth", "increased depth", "very deep network"),
    slot=Slot.DEPTH,
    source="Simonyan and Zisserman 2015, section 2.3",
    hooks=Depth,
    knobs=(Knob("more", "layers or blocks added", 1, 1, 8, "int", structural=True),),
)
