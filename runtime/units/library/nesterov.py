"""Nesterov momentum: v <- mu v + g; w <- w - rate (g + mu v).

Sutskever, Martens, Dahl, Hinton 2013, "On the importance of initialization and momentum in deep learning", equations
3 and 4, in the rewritten form in which the gradient is taken at the stored weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, Optimiser
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters


class _Lookahead(Optimiser):
    def __init__(self, parameters: Parameters, rate: float, momentum: float) -> None:
        import torch

        self.rate, self.momentum = rate, momentum
        self.velocity = [torch.zeros_like(parameter) for parameter in parameters]

    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: float, step: int) -> None:
        del step
        velocity = self.velocity[index].mul_(self.momentum).add_(gradient)
        parameter.sub_(rate * (gradient + self.momentum * velocity))


class Nesterov(Hooks):
    """Replaces plain momentum."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.step_size, self.momentum = float(knobs["rate"]), float(knobs["momentum"])

    def optimiser(self, parameters: Parameters) -> Optimiser:
        """Return the momentum over *parameters*."""
        return _Lookahead(parameters, self.step_size, self.momentum)


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
