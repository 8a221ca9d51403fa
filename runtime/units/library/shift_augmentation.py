"""Shift augmentation: each training image is moved by up to n pixels each way; what moves in is background.

Simard, Steinkraus, Platt 2003, "Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis",
section 2 (translations), by whole pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class ShiftAugmentation(Hooks):
    """Moves images by whole pixels."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.pixels = int(knobs["pixels"])

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Move each row's image."""
        import torch

        if self.shape.image is None:
            raise ValueError("shift augmentation needs images")
        height, width = self.shape.image
        drawn = self.shape.streams.at("unit/shift_augmentation", step).integers(
            -self.pixels, self.pixels + 1, size=(len(inputs), 2)
        )
        shift = torch.from_numpy(drawn)
        rows = torch.arange(height)[None, :] + shift[:, :1]
        columns = torch.arange(width)[None, :] + shift[:, 1:]
        inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
        images = inputs.view(-1, height, width)
        each = torch.arange(len(inputs))[:, None, None]
        moved = images[each, rows.clamp(0, height - 1)[:, :, None], columns.clamp(0, width - 1)[:, None, :]]
        return torch.where(inside, moved, self.shape.background).reshape(inputs.shape), targets


UNIT = Unit(
    id="shift_augmentation",
    name="shift augmentation",
    aliases=("translation augmentation", "random translation", "random shifts", "random shift augmentation"),
    slot=Slot.ROWS,
    source="Simard, Steinkraus, Platt 2003, section 2",
    hooks=ShiftAugmentation,
    knobs=(Knob("pixels", "largest shift each way", 1, 0, 4, "int"),),
    needs=("image",),
)
