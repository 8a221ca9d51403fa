"""Class-balanced loss: rows weigh (1 - beta) / (1 - beta^n) by the number n of training rows of their class.

Cui, Jia, Lin, Song, Belongie 2019, "Class-Balanced Loss Based on Effective Number of Samples", equation 3, on cross
entropy (equation 4), with weights scaled so that they are 1 on average over the classes, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class ClassBalancedLoss(Hooks):
    """Weighs rows by how rare their class is."""

    def rows(self, targets: Callable[[], Tensor]) -> None:
        """Compute the weight of each class, (lanes, 1, classes); a class without rows weighs nothing."""
        import numpy as np
        import torch

        counts = targets().sum(1).double().cpu().numpy()
        beta = self.knob("beta").double().cpu().numpy()[:, None]
        with np.errstate(divide="ignore"):
            weights = np.where(counts > 0, (1 - beta) / (1 - beta**counts), 0.0)
        weights *= weights.shape[1] / weights.sum(1, keepdims=True)
        self.state["weights"] = [torch.from_numpy(weights[:, None]).float().to(self.run.streams.device)]

    def loss(self, log_probabilities: Tensor, targets: Tensor) -> Tensor:
        """Return the weighted cross entropy of each row."""
        return -(self.state["weights"][0] * targets * log_probabilities).sum(-1)


UNIT = Unit(
    id="class_balanced_loss",
    name="class-balanced loss",
    aliases=("class balanced loss", "class-balanced weighting", "effective number of samples"),
    acronyms=("CB",),
    slot=Slot.LOSS,
    source="Cui et al. 2019, equations 3 and 4",
    hooks=ClassBalancedLoss,
    shapes=("mlp", "cnn"),
    knobs=(Knob("beta", "how far counts count", 0.99, 0.0, 0.9999),),
    needs=("classes",),
)
