"""Temperature scaling: logits / T, T fitted by likelihood on rows that training did not see.

Guo, Pleiss, Sun, Weinberger 2017, "On Calibration of Modern Neural Networks", section 4.2. The rows are taken from the
training rows (the harness keeps the labels of all others to itself), so the unit pays for T with training data.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

# T is looked for between 1/2 and 20 on the log scale, to 1e-4, by golden section. The lower end is near: a handful of
# held-out rows that are all right would drive T to 0 and the confidence to 1.
_LOWEST, _HIGHEST = math.log(0.5), math.log(20.0)
_SECTIONS = 28
_GOLDEN = (math.sqrt(5) - 1) / 2


class TemperatureScaling(Hooks):
    """Divides the logits by a fitted number."""

    def held_out(self, rows: int) -> int:
        """Keep the share of rows, at least one."""
        return max(1, int(self.same("share") * rows))

    def calibrate(self, logits: Tensor, targets: Tensor) -> None:
        """Find the temperature of least negative log likelihood, which is unimodal in log T."""
        import torch

        def nll(log_temperature: Tensor) -> Tensor:
            log_p = torch.log_softmax(logits / by_lane(log_temperature.exp(), logits), -1)
            return -(targets * log_p).sum(-1).mean(-1)

        low, high = logits.new_full((len(logits),), _LOWEST), logits.new_full((len(logits),), _HIGHEST)
        for _ in range(_SECTIONS):
            left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            lower = nll(left) <= nll(right)
            low, high = torch.where(lower, low, left), torch.where(lower, right, high)
        self.state["temperature"] = [((low + high) / 2).exp()]

    def predictions(self, logits: Tensor) -> Tensor:
        """Divide by the temperature."""
        return logits / by_lane(self.state["temperature"][0], logits)


UNIT = Unit(
    id="temperature_scaling",
    name="temperature scaling",
    aliases=("temperature calibration", "post-hoc temperature scaling"),
    slot=Slot.CALIBRATION,
    source="Guo et al. 2017, section 4.2",
    hooks=TemperatureScaling,
    knobs=(Knob("share", "share of training rows kept to fit T", 0.2, 0.05, 0.5, structural=True),),
    shapes=("mlp", "cnn"),
    needs=("classes",),
)
