"""Nesterov momentum: v <- mu v + g; w <- w - rate (g + mu v).

Sutskever, Martens, Dahl, Hinton 2013, "On the importance of initialization and momentum in deep learning", equations
3 and 4, in the rewritten form in which the gradient is taken at the stored weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, Optimiser, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters


class _Lookahead(Optimiser):
    def __init__(self, parameters: Parameters, rate: Tensor, momentum: Tensor) -> None:
        import torch

        super().__init__(rate)
        self.state["momentum"] = [momentum]
        self.state["velocity"] = [torch.zeros_like(parameter) for parameter in parameters]

    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: Tensor, step: int) -> None:
        del step
        momentum = by_lane(self.state["momentum"][0], parameter)
        velocity = self.state["velocity"][index].mul_(momentum).add_(gradient)
        parameter.addcmul_(gradient.addcmul(momentum, velocity), rate, value=-1)


class Nesterov(Hooks):
    """Replaces plain momentum."""

    def optimiser(self, parameters: Parameters) -> Optimiser:
        """Return the momentum over *parameters*."""
        return _Lookahead(parameters, self.knob("rate"), self.knob("momentum"))


UNIT = Unit(
    id="nesterov",
    name="Nesterov momentum",
    aliases=("Nesterov accelerated gradient", "SGD with Nesterov momentum"),
    acronyms=("NAG",),
    slot=Slot.OPTIMISER,
    source="Sutskever et al. 2013, equations 3 and 4",
    hooks=Nesterov,
    knobs=(Knob("rate", "step size", 0.05, 1e-5, 1.0), Knob("momentum", "mu", 0.9, 0.0, 0.999)),
)
