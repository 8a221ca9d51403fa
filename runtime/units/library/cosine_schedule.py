"""Cosine schedule: rate(t) = floor + (1 - floor) * (1 + cos(pi t / T)) / 2, one period over the whole run.

Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", equation 5, without restarts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class CosineSchedule(Hooks):
    """Lowers the step size along half a cosine."""

    def rate(self, step: int) -> Tensor:
        """Return the factor at *step*."""
        floor = self.knob("floor")
        return floor + (1 - floor) * ((1 + math.cos(math.pi * step / self.run.steps)) / 2)


UNIT = Unit(
    id="cosine_schedule",
    name="cosine schedule",
    aliases=(
        "cosine annealing",
        "cosine decay",
        "cosine learning rate schedule",
        "cosine learning rate decay",
        "cosine learning rate annealing",
    ),
    acronyms=("SGDR",),
    slot=Slot.SCHEDULE,
    source="Loshchilov and Hutter 2017, equation 5",
    hooks=CosineSchedule,
    knobs=(Knob("floor", "share of the step size that remains at the end", 0.0, 0.0, 1.0),),
)
