"""Input noise: x + sigma * e with e ~ N(0, 1), drawn anew at each step.

Bishop 1995, "Training with Noise is Equivalent to Tikhonov Regularization", section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class InputNoise(Hooks):
    """Adds Gaussian noise to training inputs."""

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.sigma = float(knobs["sigma"])

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Add noise."""
        import torch

        noise = self.shape.streams.at("unit/input_noise", step).standard_normal(inputs.shape, dtype="float32")
        return inputs + self.sigma * torch.from_numpy(noise), targets


UNIT = Unit(
    id="input_noise",
    name="input noise",
    aliases=("Gaussian input noise", "Gaussian noise injection", "input noise injection", "training with noise"),
    slot=Slot.INPUTS,
    source="Bishop 1995, section 2",
    hooks=InputNoise,
    knobs=(Knob("sigma", "standard deviation", 0.2, 0.0, 2.0),),
)
