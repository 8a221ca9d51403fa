"""AdamW: Adam's moments with bias correction, weight decay applied to the weights and not to the gradient.

Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1; Loshchilov and Hutter 2019, "Decoupled
Weight Decay Regularization", algorithm 2. beta1 = .9, beta2 = .999, eps = 1e-8 as in the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, Optimiser, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters

_BETA1, _BETA2, _EPS = 0.9, 0.999, 1e-8


class _Moments(Optimiser):
    def __init__(self, parameters: Parameters, rate: Tensor) -> None:
        import torch

        super().__init__(rate)
        self.state["first"] = [torch.zeros_like(parameter) for parameter in parameters]
        self.state["second"] = [torch.zeros_like(parameter) for parameter in parameters]

    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: Tensor, step: int) -> None:
        first, second = self.state["first"][index], self.state["second"][index]
        first.lerp_(gradient, 1 - _BETA1)
        second.mul_(_BETA2).addcmul_(gradient, gradient, value=1 - _BETA2)
        spread = (second / (1 - _BETA2 ** (step + 1))).sqrt_().add_(_EPS)
        parameter.addcmul_(first / spread, rate / (1 - _BETA1 ** (step + 1)), value=-1)


class AdamW(Hooks):
    """Replaces SGD with momentum."""

    def optimiser(self, parameters: Parameters) -> Optimiser:
        """Return Adam's moments over *parameters*."""
        return _Moments(parameters, self.knob("rate"))

    def decay(self, weights: Parameters, rate: Tensor) -> None:
        """Shrink the weights, apart from the gradient."""
        kept = 1 - rate * self.knob("decay")
        for weight in weights:
            weight.mul_(by_lane(kept, weight))


UNIT = Unit(
    id="adamw",
    name="AdamW",
    aliases=("AdamW optimizer", "AdamW optimiser", "Adam with decoupled weight decay"),
    slot=Slot.OPTIMISER,
    source="Loshchilov and Hutter 2019, algorithm 2",
    hooks=AdamW,
    knobs=(
        Knob("rate", "step size", 0.002, 1e-5, 0.1),
        Knob("decay", "lambda, multiplied by the step size", 0.01, 0.0, 1.0),
    ),
    conflicts=("weight_decay",),
)
