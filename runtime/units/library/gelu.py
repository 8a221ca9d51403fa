"""GELU: x * Phi(x), Phi the normal distribution function, instead of ReLU.

Hendrycks and Gimpel 2016, "Gaussian Error Linear Units (GELUs)", section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class Gelu(Hooks):
    """Replaces the activation."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        del knobs

    def activation(self) -> Callable[[Tensor], Tensor]:
        """Return the exact form, not the approximation by tanh."""
        import torch

        return torch.nn.functional.gelu


UNIT = Unit(
    id="gelu",
    name="GELU",
    aliases=("Gaussian error linear unit", "GELU activation", "Gaussian error linear units"),
    slot=Slot.ACTIVATION,
    source="Hendrycks and Gimpel 2016, section 2",
    hooks=Gelu,
)
