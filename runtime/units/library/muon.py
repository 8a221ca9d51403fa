"""Muon: the momentum of a weight matrix is made orthogonal before it is applied; other parameters take AdamW's step.

Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks" (kellerjordan.github.io/posts/muon): M <-
mu M + G, G' = G + mu M (Nesterov), O = five Newton-Schulz steps X <- a X + (b A + c A^2) X with A = X X' on G' / |G'|,
(a, b, c) = (3.4445, -4.775, 2.0315), W <- W - rate sqrt(max(1, rows / columns)) O. It is for hidden matrices only;
embeddings, the output layer, gains and biases move by Adam (Kingma and Ba 2015, algorithm 1) with a step size of its
own, as the authors advise.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runtime.units.hooks import WEIGHT, Hooks, Optimiser, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters

_A, _B, _C = 3.4445, -4.7750, 2.0315
_STEPS, _MOMENTUM = 5, 0.95
_SMALLEST_NORM = 1e-7
_BETA1, _BETA2, _EPS = 0.9, 0.999, 1e-8


def orthogonal(matrices: Tensor) -> Tensor:
    """Return nearly orthogonal matrices with the singular vectors of *matrices* (lanes, rows, columns)."""
    import torch

    wide = matrices.shape[1] > matrices.shape[2]
    x = matrices.transpose(1, 2).contiguous() if wide else matrices
    norm = (x * x).flatten(1).sum(-1).sqrt() + _SMALLEST_NORM
    x = x / by_lane(norm, x)
    for _ in range(_STEPS):
        a = torch.bmm(x, x.transpose(1, 2))
        x = torch.baddbmm(x, torch.baddbmm(a, a, a, beta=_B, alpha=_C), x, beta=_A)
    return x.transpose(1, 2) if wide else x


class _Orthogonal(Optimiser):
    def __init__(self, parameters: Parameters, rate: Tensor, adam_rate: Tensor, roles: tuple[str, ...]) -> None:
        import torch

        super().__init__(rate)
        self.roles = roles
        self.state["ratio"] = [adam_rate / rate]
        self.state["first"] = [torch.zeros_like(parameter) for parameter in parameters]
        self.state["second"] = [torch.zeros_like(parameter) for parameter in parameters]

    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: Tensor, step: int) -> None:
        first, second = self.state["first"][index], self.state["second"][index]
        if self.roles[index] == WEIGHT:
            first.mul_(_MOMENTUM).add_(gradient)
            stretch = math.sqrt(max(1.0, parameter.shape[2] / parameter.shape[1]))
            parameter.addcmul_(orthogonal(gradient.add(first, alpha=_MOMENTUM)), rate * stretch, value=-1)
            return
        first.lerp_(gradient, 1 - _BETA1)
        second.mul_(_BETA2).addcmul_(gradient, gradient, value=1 - _BETA2)
        spread = (second / (1 - _BETA2 ** (step + 1))).sqrt_().add_(_EPS)
        size = rate * by_lane(self.state["ratio"][0], rate) / (1 - _BETA1 ** (step + 1))
        parameter.addcmul_(first / spread, size, value=-1)


class Muon(Hooks):
    """Replaces SGD with momentum."""

    def optimiser(self, parameters: Parameters) -> Optimiser:
        """Return the moments over *parameters*."""
        return _Orthogonal(parameters, self.knob("rate"), self.knob("adam_rate"), self.run.roles)


UNIT = Unit(
    id="muon",
    name="Muon",
    aliases=("Muon optimizer", "MomentUm Orthogonalized by Newton-Schulz"),
    slot=Slot.OPTIMISER,
    source="Jordan et al. 2024, section 1",
    hooks=Muon,
    knobs=(
        Knob("rate", "step size of hidden matrices", 0.01, 1e-5, 1.0),
        Knob("adam_rate", "step size of all other parameters", 0.002, 1e-5, 0.1),
    ),
)
