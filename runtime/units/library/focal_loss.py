"""Focal loss: -(1 - p)^gamma log p of the target class; for soft targets the sum over classes weighted by them.

Lin, Goyal, Girshick, He, Dollar 2017, "Focal Loss for Dense Object Detection", equation 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

# A gradient of (1 - p)^gamma at p = 1 is infinite for gamma < 1: the base is kept away from 0.
_SMALLEST_BASE = 1e-6


class FocalLoss(Hooks):
    """Weighs rows by how wrong they are."""

    def loss(self, log_probabilities: Tensor, targets: Tensor) -> Tensor:
        """Return the focal loss of each row."""
        weight = (1 - log_probabilities.exp()).clamp_min(_SMALLEST_BASE)
        # x^gamma as exp(gamma log x): torch's power gives other last bits at the end of an array than inside it.
        weight = (self.knob("gamma", weight) * weight.log()).exp()
        return -(weight * targets * log_probabilities).sum(-1)


UNIT = Unit(
    id="focal_loss",
    name="focal loss",
    aliases=("focal cross entropy",),
    acronyms=("FL",),
    slot=Slot.LOSS,
    source="Lin et al. 2017, equation 4",
    hooks=FocalLoss,
    knobs=(Knob("gamma", "focusing parameter", 2.0, 0.0, 10.0),),
    needs=("classes",),
)
