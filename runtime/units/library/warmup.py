"""Linear warm-up: the step size grows as (t + 1) / (share * T) until it is whole.

Goyal et al. 2017, "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", section 2.2 (gradual warmup).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class Warmup(Hooks):
    """Raises the step size linearly at the start."""

    def rate(self, step: int) -> Tensor:
        """Return the factor at *step*."""
        whole = (self.knob("share") * self.run.steps).clamp(min=1)
        return ((step + 1) / whole).clamp(max=1)


UNIT = Unit(
    id="warmup",
    name="learning rate warmup",
    aliases=("warmup", "warm-up", "linear warmup", "gradual warmup", "warmup schedule"),
    slot=Slot.SCHEDULE,
    source="Goyal et al. 2017, section 2.2",
    hooks=Warmup,
    knobs=(Knob("share", "share of the steps it takes", 0.1, 0.0, 1.0),),
)
