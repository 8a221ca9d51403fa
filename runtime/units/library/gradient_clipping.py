"""Gradient clipping: if the norm of all gradients together exceeds the limit, they are scaled down to it.

Pascanu, Mikolov, Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class GradientClipping(Hooks):
    """Bounds the norm of the gradient."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.limit = float(knobs["norm"])

    def gradients(self, gradients: list[Tensor], step: int) -> list[Tensor]:
        """Scale the gradients down where they are too long."""
        import torch

        del step
        norm = torch.sqrt(torch.stack([(gradient**2).sum() for gradient in gradients]).sum())
        if norm <= self.limit:
            return gradients
        return [gradient * (self.limit / norm) for gradient in gradients]


UNIT = Unit(
    id="gradient_clipping",
    name="gradient clipping",
    aliases=("gradient norm clipping", "clipping gradients", "gradient clip", "clip grad norm"),
    slot=Slot.GRADIENT,
    source="Pascanu et al. 2013, algorithm 1",
    hooks=GradientClipping,
    knobs=(Knob("norm", "largest norm", 1.0, 1e-4, 100.0),),
)
