"""Input noise: x + sigma * e with e ~ N(0, 1), drawn anew at each step.

Bishop 1995, "Training with Noise is Equivalent to Tikhonov Regularization", section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class InputNoise(Hooks):
    """Adds Gaussian noise to training inputs."""

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Add noise."""
        import torch

        noise = self.run.streams.normal("unit/input_noise", step, inputs.shape[1:])
        return torch.addcmul(inputs, self.knob("sigma", inputs), noise), targets


UNIT = Unit(
    id="input_noise",
    name="input noise",
    aliases=("Gaussian input noise", "Gaussian noise injection", "input noise injection", "training with noise"),
    slot=Slot.INPUTS,
    source="Bishop 1995, section 2",
    hooks=InputNoise,
    shapes=("mlp", "cnn"),
    knobs=(Knob("sigma", "standard deviation", 0.2, 0.0, 2.0),),
)
