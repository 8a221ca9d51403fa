"""GELU: x * Phi(x), Phi the normal distribution function, instead of ReLU.

Hendrycks and Gimpel 2016, "Gaussian Error Linear Units (GELUs)", section 2.
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit


class Gelu(Hooks):
    """Replaces the activation."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Put in the exact form, not the approximation by tanh."""
        import torch

        return replace(architecture, activation=torch.nn.functional.gelu)


UNIT = Unit(
    id="gelu",
    name="GELU",
    aliases=("Gaussian error linear unit", "GELU activation", "Gaussian error linear units"),
    slot=Slot.ACTIVATION,
    source="Hendrycks and Gimpel 2016, section 2",
    hooks=Gelu,
)
