"""Step schedule: after each third of the steps the step size is multiplied by a factor.

He, Zhang, Ren, Sun 2016, "Deep Residual Learning for Image Recognition", section 3.4 (divided by 10 when the error
plateaus; section 4.2: at fixed steps).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

_PARTS = 3


class StepSchedule(Hooks):
    """Lowers the step size in stairs."""

    def rate(self, step: int) -> Tensor:
        """Return the factor at *step*: a product, since a power gives other last bits by its place in an array."""
        import torch

        factor = self.knob("factor")
        rate = torch.ones_like(factor)
        for _ in range(_PARTS * step // self.run.steps):
            rate = rate * factor
        return rate


UNIT = Unit(
    id="step_schedule",
    name="step decay",
    aliases=("step schedule", "step decay schedule", "multi-step learning rate schedule", "learning rate step decay"),
    slot=Slot.SCHEDULE,
    source="He et al. 2016, sections 3.4 and 4.2",
    hooks=StepSchedule,
    knobs=(Knob("factor", "what the step size is multiplied by", 0.1, 0.0, 1.0),),
    conflicts=("cosine_schedule", "linear_schedule"),
)
