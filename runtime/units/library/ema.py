"""Exponential moving average of the weights: avg <- beta avg + (1 - beta) w after each step; predict with avg.

Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging"; as a moving average in Tarvainen and
Valpola 2017, "Mean teachers are better role models", equation of section 2, with beta ramped as min(beta, 1 - 1/(t+2))
so that the start weights do not linger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from runtime.units.hooks import Parameters


class MovingAverage(Hooks):
    """Predicts with averaged weights."""

    def updated(self, parameters: Parameters, step: int) -> None:
        """Move the average towards the new weights."""
        if "average" not in self.state:
            self.state["average"] = [parameter.detach().clone() for parameter in parameters]
            return
        share = 1 - self.knob("decay").clamp(max=1 - 1 / (step + 2))
        for average, parameter in zip(self.state["average"], parameters, strict=True):
            average.lerp_(parameter.detach(), by_lane(share, parameter))

    def final(self, parameters: Parameters) -> Parameters:
        """Return the average."""
        return self.state.get("average", parameters)


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
