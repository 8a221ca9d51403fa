"""Lion: w <- w - rate (sign(b1 m + (1 - b1) g) + decay w); m <- b2 m + (1 - b2) g.

Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", algorithm 2, with b1 = .9 and b2 = .99.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, Optimiser, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters

_BETA1, _BETA2 = 0.9, 0.99


class _Signs(Optimiser):
    def __init__(self, parameters: Parameters, rate: Tensor) -> None:
        import torch

        super().__init__(rate)
        self.state["momentum"] = [torch.zeros_like(parameter) for parameter in parameters]

    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: Tensor, step: int) -> None:
        del step
        momentum = self.state["momentum"][index]
        parameter.addcmul_(momentum.lerp(gradient, 1 - _BETA1).sign_(), rate, value=-1)
        momentum.lerp_(gradient, 1 - _BETA2)


class Lion(Hooks):
    """Replaces SGD with momentum."""

    def optimiser(self, parameters: Parameters) -> Optimiser:
        """Return the momentum over *parameters*."""
        return _Signs(parameters, self.knob("rate"))

    def decay(self, weights: Parameters, rate: Tensor) -> None:
        """Shrink the weights, apart from the sign."""
        kept = 1 - rate * self.knob("decay")
        for weight in weights:
            weight.mul_(by_lane(kept, weight))


UNIT = Unit(
    id="lion",
    name="Lion",
    aliases=("Lion optimizer", "EvoLved Sign Momentum", "evolved sign momentum"),
    slot=Slot.OPTIMISER,
    source="Chen et al. 2023, algorithm 2",
    hooks=Lion,
    knobs=(
        Knob("rate", "step size", 0.0005, 1e-6, 0.1),
        Knob("decay", "lambda, multiplied by the step size", 0.1, 0.0, 10.0),
    ),
    conflicts=("weight_decay",),
)
