"""Mixup: x = lam x_i + (1 - lam) x_j, y = lam y_i + (1 - lam) y_j with lam ~ Beta(alpha, alpha), one lam a batch.

Zhang, Cisse, Dauphin, Lopez-Paz 2018, "mixup: Beyond Empirical Risk Minimization", section 2 and figure 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class Mixup(Hooks):
    """Trains on convex combinations of pairs of rows."""

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Mix the batch with a permutation of itself."""
        import torch

        rows = inputs.shape[1]
        drawn = [
            (generator.beta(alpha, alpha), generator.permutation(rows))
            for generator, alpha in zip(
                self.run.streams.each("unit/mixup", step), self.knob("alpha").tolist(), strict=True
            )
        ]
        lam = torch.tensor([each for each, _ in drawn], dtype=torch.float32, device=inputs.device)
        other = torch.from_numpy(np.stack([each for _, each in drawn])).to(inputs.device)

        def mixed(values: Tensor) -> Tensor:
            pairs = values.gather(1, other[:, :, None].expand_as(values))
            return torch.lerp(pairs, values, by_lane(lam, values))

        return mixed(inputs), mixed(targets)


UNIT = Unit(
    id="mixup",
    name="mixup",
    aliases=("mixup training", "mixup augmentation", "mixup regularization", "input mixup"),
    slot=Slot.INPUTS,
    source="Zhang et al. 2018, section 2",
    hooks=Mixup,
    shapes=("mlp", "cnn"),
    knobs=(Knob("alpha", "of the Beta distribution", 0.4, 0.01, 8.0),),
    needs=("classes",),
)
