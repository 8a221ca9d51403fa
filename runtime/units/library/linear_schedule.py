"""Linear schedule: rate(t) = 1 - (1 - floor) t / T, down to the floor at the end.

Devlin, Chang, Lee, Toutanova 2019, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
appendix A.2 (linear decay of the learning rate).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class LinearSchedule(Hooks):
    """Lowers the step size along a line."""

    def rate(self, step: int) -> Tensor:
        """Return the factor at *step*."""
        return 1 - (1 - self.knob("floor")) * (step / self.run.steps)


UNIT = Unit(
    id="linear_schedule",
    name="linear decay",
    aliases=("linear schedule", "linear learning rate decay", "linear learning rate schedule", "linear decay schedule"),
    slot=Slot.SCHEDULE,
    source="Devlin et al. 2019, appendix A.2",
    hooks=LinearSchedule,
    knobs=(Knob("floor", "share of the step size that remains at the end", 0.0, 0.0, 1.0),),
    conflicts=("cosine_schedule", "step_schedule"),
)
