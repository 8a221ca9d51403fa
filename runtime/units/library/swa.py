"""Stochastic weight averaging: the plain mean of the weights over the last part of training.

Izmailov, Podoprikhin, Garipov, Vetrov, Wilson 2018, "Averaging Weights Leads to Wider Optima and Better
Generalization", algorithm 1 with a constant step size and cycle length one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from runtime.units.hooks import Parameters


class WeightAveraging(Hooks):
    """Predicts with the mean of late weights."""

    def updated(self, parameters: Parameters, step: int) -> None:
        """Take the weights into the mean once training is far enough."""
        import torch

        # The first step that counts is the smallest not below start * T; the n-th that counts moves the mean by 1/n.
        first = (self.knob("start") * self.run.steps).ceil()
        counted = step - first + 1
        if "average" not in self.state:
            self.state["average"] = [parameter.detach().clone() for parameter in parameters]
        share = torch.where(counted <= 1, 1.0, 1 / counted)
        for average, parameter in zip(self.state["average"], parameters, strict=True):
            average.lerp_(parameter.detach(), by_lane(share, parameter))

    def final(self, parameters: Parameters) -> Parameters:
        """Return the mean."""
        return self.state.get("average", parameters)


UNIT = Unit(
    id="swa",
    name="stochastic weight averaging",
    acronyms=("SWA",),
    slot=Slot.AVERAGING,
    source="Izmailov et al. 2018, algorithm 1",
    hooks=WeightAveraging,
    knobs=(Knob("start", "share of the steps after which averaging starts", 0.75, 0.0, 0.99),),
)
