"""CutMix: a rectangle of each image is replaced by that of another, targets are mixed by area.

Yun et al. 2019, "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", equations 1
and 2: lam ~ Beta(alpha, alpha), a box of sides W sqrt(1 - lam) and H sqrt(1 - lam) around a uniform place, cut off at
the border; targets take the share of pixels that are left. One box a batch.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class CutMix(Hooks):
    """Pastes a part of one image into another."""

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Mix the batch with a permutation of itself."""
        import torch

        if self.run.image is None:
            raise ValueError("cutmix needs images")
        height, width = self.run.image
        pasted = np.zeros((len(inputs), height, width), np.bool_)
        others = []
        for lane, generator in enumerate(self.run.streams.each("unit/cutmix", step)):
            alpha = float(self.knob("alpha")[lane])
            side = math.sqrt(1 - generator.beta(alpha, alpha))
            y, x = generator.random() * height, generator.random() * width
            top, bottom = (round(min(max(y + half * side * height, 0), height)) for half in (-0.5, 0.5))
            left, right = (round(min(max(x + half * side * width, 0), width)) for half in (-0.5, 0.5))
            pasted[lane, top:bottom, left:right] = True
            others.append(generator.permutation(inputs.shape[1]))
        other = torch.from_numpy(np.stack(others)).to(inputs.device)
        box = torch.from_numpy(pasted.reshape(len(inputs), 1, -1)).to(inputs.device)
        kept = torch.from_numpy(1 - pasted.mean((1, 2))).float().to(inputs.device)

        def paired(values: Tensor) -> Tensor:
            return values.gather(1, other[:, :, None].expand_as(values))

        mixed = torch.lerp(paired(targets), targets, by_lane(kept, targets))
        return torch.where(box, paired(inputs), inputs), mixed


UNIT = Unit(
    id="cutmix",
    name="CutMix",
    aliases=("CutMix augmentation", "CutMix regularization"),
    slot=Slot.INPUTS,
    source="Yun et al. 2019, equations 1 and 2",
    hooks=CutMix,
    shapes=("mlp", "cnn"),
    knobs=(Knob("alpha", "of the Beta distribution", 1.0, 0.01, 8.0),),
    needs=("classes", "image"),
    conflicts=("mixup",),
)
