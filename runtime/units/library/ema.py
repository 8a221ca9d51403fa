"""Exponential moving average of the weights: avg <- beta avg + (1 - beta) w after each step; predict with avg.

Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging"; as a moving average in Tarvainen and
Valpola 2017, "Mean teachers are better role models", equation of section 2, with beta ramped as min(beta, 1 - 1/(t+2))
so that the start weights do not linger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters


class MovingAverage(Hooks):
    """Predicts with averaged weights."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.beta = float(knobs["decay"])
        self.average: list[Tensor] = []

    def updated(self, parameters: Parameters, step: int) -> None:
        """Move the average towards the new weights."""
        if not self.average:
            self.average = [parameter.detach().clone() for parameter in parameters]
            return
        beta = min(self.beta, 1 - 1 / (step + 2))
        for average, parameter in zip(self.average, parameters, strict=True):
            average.lerp_(parameter.detach(), 1 - beta)

    def final(self, parameters: Parameters) -> Parameters:
        """Return the average."""
        return self.average or parameters


UNIT = Unit(
    id="ema",
    name="exponential moving average",
    aliases=("EMA of weights", "weight EMA", "exponential moving average of weights", "Polyak averaging"),
    acronyms=("EMA",),
    slot=Slot.AVERAGING,
    source="Polyak and Juditsky 1992; Tarvainen and Valpola 2017, section 2",
    hooks=MovingAverage,
    knobs=(Knob("decay", "beta", 0.99, 0.0, 0.9999),),
)
