"""Sharpness-aware minimisation: the gradient is taken at w + rho g / |g|, where the loss is about worst nearby.

Foret, Kleiner, Mobahi, Neyshabur 2021, "Sharpness-Aware Minimization for Efficiently Improving Generalization",
algorithm 1 and equation 2 with p = 2. Each step costs two gradients, on the same batch with the same draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters

_SMALLEST_NORM = 1e-12


class SharpnessAware(Hooks):
    """Looks for flat minima."""

    def ascend(self, parameters: Parameters, gradients: Sequence[Tensor]) -> list[Tensor]:
        """Return the parameters a step of length rho uphill."""
        import torch

        squares = [(gradient * gradient).flatten(1).sum(-1) for gradient in gradients]
        stride = self.knob("rho") / (torch.stack(squares, -1).sum(-1).sqrt() + _SMALLEST_NORM)
        return [
            torch.addcmul(parameter.detach(), by_lane(stride, gradient), gradient)
            for parameter, gradient in zip(parameters, gradients, strict=True)
        ]


UNIT = Unit(
    id="sharpness_aware",
    name="sharpness-aware minimization",
    aliases=("sharpness aware minimization", "sharpness-aware minimisation"),
    acronyms=("SAM",),
    slot=Slot.WRAPPER,
    source="Foret et al. 2021, algorithm 1",
    hooks=SharpnessAware,
    knobs=(Knob("rho", "how far uphill", 0.05, 0.0, 2.0),),
)
