"""Stochastic weight averaging: the plain mean of the weights over the last part of training.

Izmailov, Podoprikhin, Garipov, Vetrov, Wilson 2018, "Averaging Weights Leads to Wider Optima and Better
Generalization", algorithm 1 with a constant step size and cycle length one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters


class WeightAveraging(Hooks):
    """Predicts with the mean of late weights."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.start = float(knobs["start"])
        self.average: list[Tensor] = []
        self.seen = 0

    def updated(self, parameters: Parameters, step: int) -> None:
        """Take the weights into the mean once training is far enough."""
        if step < self.start * self.shape.steps:
            return
        self.seen += 1
        if not self.average:
            self.average = [parameter.detach().clone() for parameter in parameters]
            return
        for average, parameter in zip(self.average, parameters, strict=True):
            average.lerp_(parameter.detach(), 1 / self.seen)

    def final(self, parameters: Parameters) -> Parameters:
        """Return the mean."""
        return self.average or parameters


UNIT = Unit(
    id="swa",
    name="stochastic weight averaging",
    acronyms=("SWA",),
    slot=Slot.AVERAGING,
    source="Izmailov et al. 2018, algorithm 1",
    hooks=WeightAveraging,
    knobs=(Knob("start", "share of the steps after which averaging starts", 0.75, 0.0, 0.99),),
)
