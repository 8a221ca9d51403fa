"""Weight decay: w <- w - rate * decay * w before each update, on weight matrices, not on biases.

Krogh and Hertz 1991, "A Simple Weight Decay Can Improve Generalization", equation 2, in the decoupled form of
Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 1 (SGDW). For plain SGD it equals an L2
penalty (proposition 1 there), which is why L2 regularization is among its names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters


class WeightDecay(Hooks):
    """Shrinks the weights a little at each step."""

    def decay(self, weights: Parameters, rate: Tensor) -> None:
        """Shrink by the step size times the decay."""
        kept = 1 - rate * self.knob("decay")
        for weight in weights:
            weight.mul_(by_lane(kept, weight))


UNIT = Unit(
    id="weight_decay",
    name="weight decay",
    aliases=("L2 regularization", "L2 penalty", "decoupled weight decay"),
    acronyms=("SGDW", "WD"),
    slot=Slot.DECAY,
    source="Krogh and Hertz 1991, equation 2; Loshchilov and Hutter 2019, algorithm 1",
    hooks=WeightDecay,
    knobs=(Knob("decay", "lambda, multiplied by the step size", 0.01, 0.0, 1.0),),
)
