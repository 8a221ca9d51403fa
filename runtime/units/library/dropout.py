"""Dropout: hidden values are kept with probability 1 - p, and scaled by 1 / (1 - p) while training.

Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, "Dropout: A Simple Way to Prevent Neural Networks from
Overfitting", section 4, in the inverted form of its section 10, which leaves prediction unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class Dropout(Hooks):
    """Zeroes hidden values at random."""

    def hidden(self, values: Tensor, layer: int, step: int) -> Tensor:
        """Drop values of one layer; each layer has a stream of its own."""
        kept = 1 - self.knob("p")
        keep = self.run.streams.chosen(f"unit/dropout/{layer}", step, values.shape[1:], kept)
        return values * keep.div_(by_lane(kept, values))


UNIT = Unit(
    id="dropout",
    name="dropout",
    aliases=("dropout regularization", "inverted dropout", "dropout layers"),
    slot=Slot.HIDDEN,
    source="Srivastava et al. 2014, section 4",
    hooks=Dropout,
    knobs=(Knob("p", "share of hidden values dropped", 0.3, 0.0, 0.9),),
)
