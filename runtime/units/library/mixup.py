"""Mixup: x = lam x_i + (1 - lam) x_j, y = lam y_i + (1 - lam) y_j with lam ~ Beta(alpha, alpha), one lam a batch.

Zhang, Cisse, Dauphin, Lopez-Paz 2018, "mixup: Beyond Empirical Risk Minimization", section 2 and figure 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class Mixup(Hooks):
    """Trains on convex combinations of pairs of rows."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.alpha = float(knobs["alpha"])

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Mix the batch with a permutation of itself."""
        import torch

        generator = self.shape.streams.at("unit/mixup", step)
        lam = float(generator.beta(self.alpha, self.alpha))
        other = torch.from_numpy(generator.permutation(len(inputs)))
        return lam * inputs + (1 - lam) * inputs[other], lam * targets + (1 - lam) * targets[other]


UNIT = Unit(
    id="mixup",
    name="mixup",
    aliases=("mixup training", "mixup augmentation", "mixup regularization", "input mixup"),
    slot=Slot.INPUTS,
    source="Zhang et al. 2018, section 2",
    hooks=Mixup,
    knobs=(Knob("alpha", "of the Beta distribution", 0.4, 0.01, 8.0),),
)
