"""Gradient noise: g + N(0, s^2) with s^2 = eta / (1 + t)^0.55.

Neelakantan et al. 2015, "Adding Gradient Noise Improves Learning for Very Deep Networks", equation 1, gamma = .55.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

_GAMMA = 0.55


class GradientNoise(Hooks):
    """Adds annealed Gaussian noise to the gradient."""

    def gradients(self, gradients: list[Tensor], step: int) -> list[Tensor]:
        """Add noise of the step's size."""
        import torch

        spread = (self.knob("eta") / (1 + step) ** _GAMMA).sqrt()
        sizes = [gradient[0].numel() for gradient in gradients]
        drawn = self.run.streams.normal("unit/gradient_noise", step, (sum(sizes),))
        return [
            torch.addcmul(gradient, by_lane(spread, gradient), noise.view(gradient.shape))
            for gradient, noise in zip(gradients, torch.split_with_sizes(drawn, sizes, 1), strict=True)
        ]


UNIT = Unit(
    id="gradient_noise",
    name="gradient noise",
    aliases=("annealed gradient noise", "gradient noise injection"),
    slot=Slot.GRADIENT,
    source="Neelakantan et al. 2015, equation 1",
    hooks=GradientNoise,
    knobs=(Knob("eta", "variance at the first step", 0.01, 0.0, 1.0),),
)
