"""Temperature scaling: logits / T, T fitted by likelihood on rows that training did not see.

Guo, Pleiss, Sun, Weinberger 2017, "On Calibration of Modern Neural Networks", section 4.2. The rows are taken from the
training rows (the harness keeps the labels of all others to itself), so the unit pays for T with training data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
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

    def __init__(self, knobs: Mapping[str, float | int]) -> None:
        self.share = float(knobs["share"])
        self.temperature = 1.0

    def held_out(self, rows: int) -> int:
        """Keep the share of rows, at least one."""
        return max(1, int(self.share * rows))

    def calibrate(self, logits: Tensor, targets: Tensor) -> None:
        """Find the temperature of least negative log likelihood, which is unimodal in log T."""
        import torch

        def nll(log_temperature: float) -> float:
            log_p = torch.log_softmax(logits / math.exp(log_temperature), -1)
            return float(-(targets * log_p).sum(-1).mean())

        low, high = _LOWEST, _HIGHEST
        for _ in range(_SECTIONS):
            left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            if nll(left) <= nll(right):
                high = right
            else:
                low = left
        self.temperature = math.exp((low + high) / 2)

    def predictions(self, logits: Tensor) -> Tensor:
        """Divide by the temperature."""
        return logits / self.temperature


UNIT = Unit(
    id="temperature_scaling",
    name="temperature scaling",
    aliases=("temperature calibration", "post-hoc temperature scaling"),
    slot=Slot.CALIBRATION,
    source="Guo et al. 2017, section 4.2",
    hooks=TemperatureScaling,
    knobs=(Knob("share", "share of training rows kept to fit T", 0.2, 0.05, 0.5),),
)
