"""No residual connections: x <- f(norm(x)), which shows what the connections are for.

An ablation of Vaswani et al. 2017, "Attention Is All You Need", section 3.1, whose sublayers are x + f(x).
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit


class NoResidual(Hooks):
    """Leaves the connections out."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Take the connections out."""
        return replace(architecture, residual=False)


UNIT = Unit(
    id="no_residual",
    name="transformer without residual connections",
    aliases=("no residual connections", "without skip connections"),
    slot=Slot.RESIDUAL,
    source="Vaswani et al. 2017, section 3.1",
    hooks=NoResidual,
    shapes=("transformer",),
)
