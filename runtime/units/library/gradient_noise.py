"""Gradient noise: g + N(0, s^2) with s^2 = eta / (1 + t)^0.55.

Neelakantan et al. 2015, "Adding Gradient Noise Improves Learning for Very Deep Networks", equation 1, gamma = .55.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

_GAMMA = 0.55


class GradientNoise(Hooks):
    """Adds annealed Gaussian noise to the gradient."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.eta = float(knobs["eta"])

    def gradients(self, gradients: list[Tensor], step: int) -> list[Tensor]:
        """Add noise of the step's size."""
        import torch

        generator = self.shape.streams.at("unit/gradient_noise", step)
        spread = (self.eta / (1 + step) ** _GAMMA) ** 0.5
        drawn = [torch.from_numpy(generator.standard_normal(g.shape, dtype="float32")) for g in gradients]
        return [gradient + spread * noise for gradient, noise in zip(gradients, drawn, strict=True)]


UNIT = Unit(
    id="gradient_noise",
    name="gradient noise",
    aliases=("annealed gradient noise", "gradient noise injection"),
    slot=Slot.GRADIENT,
    source="Neelakantan et al. 2015, equation 1",
    hooks=GradientNoise,
    knobs=(Knob("eta", "variance at the first step", 0.01, 0.0, 1.0),),
)
