"""Linear warm-up: the step size grows as (t + 1) / (share * T) until it is whole.

Goyal et al. 2017, "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", section 2.2 (gradual warmup).
"""

from __future__ import annotations

from collections.abc import Mapping

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit


class Warmup(Hooks):
    """Raises the step size linearly at the start."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.share = float(knobs["share"])

    def rate(self, step: int) -> float:
        """Return the factor at *step*."""
        return min(1.0, (step + 1) / max(1.0, self.share * self.shape.steps))


UNIT = Unit(
    id="warmup",
    name="learning rate warmup",
    aliases=("warmup", "warm-up", "linear warmup", "gradual warmup", "warmup schedule"),
    slot=Slot.SCHEDULE,
    source="Goyal et al. 2017, section 2.2",
    hooks=Warmup,
    knobs=(Knob("share", "share of the steps it takes", 0.1, 0.0, 1.0),),
)
