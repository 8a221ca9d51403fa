"""Shape ``cnn``: a small convolutional classifier of grey images, convolution as a product of unfolded patches.

Block: 3 x 3 convolution with padding 1, norm, activation, plus what went in where the architecture is residual and
sizes allow it, then 2 x 2 maximum pooling; each block doubles the channels, and a linear layer makes the logits (LeCun
et al. 1998, section II, with maximum pooling and ReLU). Images stay in the order (height, width, channels), so that
the product is one `torch.baddbmm` of (lanes, rows * places, 9 * channels) with (lanes, 9 * channels, channels).
Grouped convolution, the other way to give each lane its own kernels, is slower on a CPU and does not give the same
bits for every number of lanes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from runtime.units.architecture import Architecture
from runtime.units.hooks import OUTPUT, WEIGHT
from runtime.units.shapes.network import Inside
from runtime.units.shapes.rows import RowNetwork
from runtime.units.trial import TrialData

if TYPE_CHECKING:
    from runtime.units.hooks import Parameters


class Cnn(RowNetwork):
    """Blocks of convolution and pooling."""

    def __init__(self, architecture: Architecture, data: Sequence[TrialData], device: str) -> None:
        super().__init__(data, device)
        if data[0].image is None:
            raise ValueError("a cnn needs images: TrialData.image is None")
        self.architecture, self.image = architecture, data[0].image
        self.blocks: list[tuple[int, int]] = []
        height, width, before, after = *self.image, 1, architecture.width
        for block in range(architecture.depth):
            place = self.declare_layer(f"{block}", 9 * before, after, WEIGHT)
            norm = self.declare_norm(f"{block}/norm", after)
            self.blocks.append((place, norm))
            height, width, before, after = max(1, height // 2), max(1, width // 2), after, 2 * after
        self.last = self.declare_layer(f"{architecture.depth}", height * width * before, self.classes or 1, OUTPUT)

    def outputs(self, parameters: Parameters, inputs: Tensor, inside: Inside) -> Tensor:
        """Return logits, or predicted numbers."""
        lanes, rows = inputs.shape[:2]
        values = inputs.reshape(lanes * rows, *self.image, 1)
        for block, (place, norm) in enumerate(self.blocks):
            height, width = values.shape[1:3]
            before = values.reshape(lanes, rows * height * width, -1)
            new = torch.baddbmm(parameters[place + 1], _patches(values, lanes), parameters[place])
            new = self.normed(new, parameters, norm)
            new = inside.branch(self.activate(new), block)
            if self.architecture.residual and before.shape == new.shape:
                new = before + new
            values = _pooled(new.view(lanes * rows, height, width, -1))
            values = inside.hidden(values.view(lanes, rows, -1), block).view(values.shape)
        return self.output_layer(values.reshape(lanes, rows, -1), parameters, self.last)


def _patches(images: Tensor, lanes: int) -> Tensor:
    """Return the 3 x 3 patch around each place, (lanes, rows * places, 9 * channels)."""
    padded = torch.nn.functional.pad(images, (0, 0, 1, 1, 1, 1))
    height, width = images.shape[1:3]
    shifted = [padded[:, y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return torch.cat(shifted, dim=-1).view(lanes, -1, 9 * images.shape[3])


def _pooled(images: Tensor) -> Tensor:
    """Return the maximum of each 2 x 2 square; an odd row or column at the end is left out, a single one is kept."""
    rows, height, width, channels = images.shape
    if height > 1:
        images = images[:, : height // 2 * 2].reshape(rows, height // 2, 2, width, channels)
        images = torch.maximum(images[:, :, 0], images[:, :, 1])
    if width > 1:
        images = images[:, :, : width // 2 * 2].reshape(rows, -1, width // 2, 2, channels)
        images = torch.maximum(images[:, :, :, 0], images[:, :, :, 1])
    return images
