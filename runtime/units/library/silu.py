"""SiLU, or Swish: x * sigmoid(x), instead of ReLU.

Elfwing, Uchibe, Doya 2018, "Sigmoid-weighted linear units for neural network function approximation in reinforcement
learning", equation 5; Ramachandran, Zoph, Le 2017, "Searching for Activation Functions", with beta = 1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


def silu(values: Tensor) -> Tensor:
    """Return x * sigmoid(x), with sigmoid(x) = (1 + tanh(x / 2)) / 2.

    torch's own sigmoid gives other last bits at the end of an array than inside it: a lane would depend on its place.
    """
    import torch

    return values * (0.5 * torch.tanh(0.5 * values) + 0.5)


class Silu(Hooks):
    """Replaces the activation."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Put in the activation."""
        return replace(architecture, activation=silu)


UNIT = Unit(
    id="silu",
    name="SiLU",
    aliases=("Swish", "swish activation", "sigmoid linear unit", "sigmoid-weighted linear unit"),
    slot=Slot.ACTIVATION,
    source="Elfwing et al. 2018, equation 5; Ramachandran et al. 2017",
    hooks=Silu,
)
