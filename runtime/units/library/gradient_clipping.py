"""Gradient clipping: if the norm of all gradients together exceeds the limit, they are scaled down to it.

Pascanu, Mikolov, Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class GradientClipping(Hooks):
    """Bounds the norm of the gradient."""

    def gradients(self, gradients: list[Tensor], step: int) -> list[Tensor]:
        """Scale the gradients down where they are too long."""
        import torch

        del step
        squares = [(gradient * gradient).flatten(1).sum(-1) for gradient in gradients]
        norm = torch.sqrt(torch.stack(squares, -1).sum(-1))
        limit = self.knob("norm")
        factor = torch.where(norm > limit, limit / norm, 1.0)
        return [gradient * by_lane(factor, gradient) for gradient in gradients]


UNIT = Unit(
    id="gradient_clipping",
    name="gradient clipping",
    aliases=("gradient norm clipping", "clipping gradients", "gradient clip", "clip grad norm"),
    slot=Slot.GRADIENT,
    source="Pascanu et al. 2013, algorithm 1",
    hooks=GradientClipping,
    knobs=(Knob("norm", "largest norm", 1.0, 1e-4, 100.0),),
)
