"""Residual connection: h <- h + act(h W + b), wherever what goes in and what comes out have the same size.

He, Zhang, Ren, Sun 2016, "Deep Residual Learning for Image Recognition", equation 1. A transformer has them already.
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit


class Residual(Hooks):
    """Adds what went in."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Put in the connections."""
        return replace(architecture, residual=True)


UNIT = Unit(
    id="residual",
    name="residual connection",
    aliases=("skip connection", "shortcut connection", "residual learning", "identity mapping"),
    slot=Slot.RESIDUAL,
    source="He et al. 2016, equation 1",
    hooks=Residual,
    shapes=("mlp", "cnn"),
)
