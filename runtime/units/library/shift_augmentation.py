"""Shift augmentation: each training image is moved by up to n pixels each way; what moves in is background.

Simard, Steinkraus, Platt 2003, "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis",
section 2 (translations), by whole pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class ShiftAugmentation(Hooks):
    """Moves images by whole pixels."""

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Move each row's image."""
        import torch

        if self.run.image is None:
            raise ValueError("shift augmentation needs images")
        height, width = self.run.image
        lanes, count = inputs.shape[:2]
        pixels = self.knob("pixels").long()[:, None, None]
        # A shift is the lane's share of 0 … 2n, moved to -n … n: the draws are those of the widest range.
        drawn = self.run.streams.uniform("unit/shift_augmentation", step, (count, 2))
        shift = ((drawn * (2 * pixels + 1)).long() - pixels).view(-1, 2)
        rows = torch.arange(height, device=inputs.device) + shift[:, :1]
        columns = torch.arange(width, device=inputs.device) + shift[:, 1:]
        inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
        places = (rows.clamp(0, height - 1) * width)[:, :, None] + columns.clamp(0, width - 1)[:, None, :]
        moved = inputs.reshape(lanes * count, -1).gather(1, places.view(lanes * count, -1))
        moved = torch.where(inside.view(lanes * count, -1), moved, self.run.background)
        return moved.view(inputs.shape), targets


UNIT = Unit(
    id="shift_augmentation",
    name="shift augmentation",
    aliases=("translation augmentation", "random translation", "random shifts", "random shift augmentation"),
    slot=Slot.ROWS,
    source="Simard, Steinkraus, Platt 2003, section 2",
    hooks=ShiftAugmentation,
    shapes=("mlp", "cnn"),
    knobs=(Knob("pixels", "largest shift each way", 1, 0, 4, "int"),),
    needs=("image",),
)
