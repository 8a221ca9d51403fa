"""Dropout: hidden values are kept with probability 1 - p, and scaled by 1 / (1 - p) while training.

Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, "Dropout: A Simple Way to Prevent Neural Networks from
Overfitting", section 4, in the inverted form of its section 10, which leaves prediction unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class Dropout(Hooks):
    """Zeroes hidden values at random."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.p = float(knobs["p"])

    def hidden(self, values: Tensor, layer: int, step: int) -> Tensor:
        """Drop values of one layer; each layer has a stream of its own."""
        import torch

        drawn = self.shape.streams.at(f"unit/dropout/{layer}", step).random(values.shape, dtype="float32")
        keep = torch.from_numpy(drawn) >= self.p
        return torch.where(keep, values / (1 - self.p), torch.zeros_like(values))


UNIT = Unit(
    id="dropout",
    name="dropout",
    aliases=("dropout regularization", "inverted dropout", "dropout layers"),
    slot=Slot.HIDDEN,
    source="Srivastava et al. 2014, section 4",
    hooks=Dropout,
    knobs=(Knob("p", "share of hidden values dropped", 0.3, 0.0, 0.9),),
)
