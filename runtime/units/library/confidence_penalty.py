"""Confidence penalty: the loss minus beta times the entropy of the predicted distribution.

Pereyra, Tucker, Chorowski, Kaiser, Hinton 2017, "Regularizing Neural Networks by Penalizing Confident Output
Distributions", equation 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class ConfidencePenalty(Hooks):
    """Rewards predictions of high entropy."""

    def penalty(self, log_probabilities: Tensor) -> Tensor:
        """Return minus beta times the entropy of each row."""
        weighted = (log_probabilities.exp() * log_probabilities).sum(-1)
        return self.knob("beta", weighted) * weighted


UNIT = Unit(
    id="confidence_penalty",
    name="confidence penalty",
    aliases=("entropy regularization", "output entropy regularization", "maximum entropy regularization"),
    slot=Slot.PENALTY,
    source="Pereyra et al. 2017, equation 2",
    hooks=ConfidencePenalty,
    knobs=(Knob("beta", "weight of the entropy", 0.1, 0.0, 10.0),),
    needs=("classes",),
)
