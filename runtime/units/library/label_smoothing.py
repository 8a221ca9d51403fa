"""Label smoothing: q'(k) = (1 - eps) q(k) + eps / K.

Szegedy, Vanhoucke, Ioffe, Shlens, Wojna 2016, "Rethinking the Inception Architecture for Computer Vision", section 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class LabelSmoothing(Hooks):
    """Mixes the targets with the uniform distribution."""

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Smooth the targets."""
        del step
        eps = self.knob("eps", targets)
        return inputs, (1 - eps) * targets + eps / self.run.classes


UNIT = Unit(
    id="label_smoothing",
    name="label smoothing",
    aliases=("label smoothing regularization", "smoothed labels", "smoothed targets"),
    acronyms=("LSR", "LS"),
    slot=Slot.TARGETS,
    source="Szegedy et al. 2016, section 7",
    hooks=LabelSmoothing,
    knobs=(Knob("eps", "weight of the uniform distribution", 0.1, 0.0, 0.9),),
    needs=("classes",),
)
