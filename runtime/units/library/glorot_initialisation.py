"""Glorot initialisation: weights of variance 2 / (inputs + outputs).

Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", equation 12, with a
normal distribution.
"""

from __future__ import annotations

import math
from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit


class Glorot(Hooks):
    """Changes the spread of initial weights."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Put in the spread."""
        return replace(architecture, spread=lambda before, after: math.sqrt(2 / (before + after)))


UNIT = Unit(
    id="glorot_initialisation",
    name="Glorot initialization",
    aliases=("Xavier initialization", "Xavier init", "Glorot init", "normalized initialization"),
    slot=Slot.INITIALISATION,
    source="Glorot and Bengio 2010, equation 12",
    hooks=Glorot,
    shapes=("mlp", "cnn"),
)
