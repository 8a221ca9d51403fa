"""Shapes that learn rows with labels and predict rows: what `mlp` and `cnn` share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from runtime.units.hooks import Hooks
from runtime.units.shapes.network import Inside, Network
from runtime.units.streams import LaneStreams
from runtime.units.trial import TrialData

if TYPE_CHECKING:
    from runtime.units.hooks import Parameters

# Rows predicted at once: bounds the memory of a convolution, and is the same for every number of lanes.
_ROWS_AT_ONCE = 1024


class RowNetwork(Network):
    """Rows and targets by lane. Targets are one-hot (lanes, rows, classes); of a regression (lanes, rows, 1).

    Where there are lessons of teachers, they follow: (lanes, rows, 2 * classes).
    """

    def __init__(self, data: Sequence[TrialData], device: str) -> None:
        super().__init__()

        def stacked(name: str) -> Tensor:
            return torch.from_numpy(np.stack([getattr(each, name) for each in data])).to(device)

        self.features = int(data[0].train_inputs.shape[1])
        self.classes = data[0].classes
        self.inputs, labels = stacked("train_inputs"), stacked("train_labels")
        self.wanted = (
            torch.nn.functional.one_hot(labels, self.classes).float() if self.classes else labels.float()[..., None]
        )
        if data[0].lessons is not None:
            self.wanted = torch.cat([self.wanted, stacked("lessons")], -1)
        self.asked = {"val": stacked("val_inputs"), "test": stacked("test_inputs")}
        self.back = 0
        self._flatten()

    def _flatten(self) -> None:
        """Lay the rows of all lanes one after another, from which a batch is one look-up."""
        lanes, self.training_rows = self.inputs.shape[0], self.inputs.shape[1] - self.back
        self._flat_inputs = self.inputs.reshape(lanes * self.inputs.shape[1], -1)
        self._flat_wanted = self.wanted.reshape(lanes * self.inputs.shape[1], -1)
        self._first = torch.arange(lanes, device=self.inputs.device)[:, None] * self.inputs.shape[1] + self.back

    def take(self, index: Tensor) -> None:
        """Keep the rows of the lanes of *index*."""
        self.inputs, self.wanted = self.inputs.index_select(0, index), self.wanted.index_select(0, index)
        self.asked = {name: rows.index_select(0, index) for name, rows in self.asked.items()}
        self._flatten()

    def keep_back(self, rows: int) -> None:
        """Keep the first *rows* of each lane away from training."""
        self.back = rows
        self._flatten()

    def targets(self) -> Tensor:
        """Return the targets of the rows trained on."""
        return self.wanted[:, self.back :]

    def batch(self, streams: LaneStreams, step: int, rows: int) -> tuple[Tensor, Tensor]:
        """Draw rows with replacement from the stream ``batch``."""
        drawn = (streams.integers("batch", step, self.training_rows, (rows,)) + self._first).view(-1)
        lanes = len(self._first)
        inputs = self._flat_inputs.index_select(0, drawn).view(lanes, rows, -1)
        return inputs, self._flat_wanted.index_select(0, drawn).view(lanes, rows, -1)

    def held_out(self, parameters: Parameters) -> tuple[Tensor, Tensor]:
        """Return outputs and targets of the rows kept back."""
        return self._predict(parameters, self.inputs[:, : self.back]), self.wanted[:, : self.back]

    def leave(self, parameters: Parameters, units: Sequence[Hooks]) -> Mapping[str, Tensor]:
        """Return outputs for validation and test inputs."""
        left = {name: self._predict(parameters, rows) for name, rows in self.asked.items()}
        for unit in units:
            left = {name: unit.predictions(outputs) for name, outputs in left.items()}
        return left

    def _predict(self, parameters: Parameters, rows: Tensor) -> Tensor:
        quiet = Inside((), None)
        starts = range(0, rows.shape[1], _ROWS_AT_ONCE)
        parts = [self.outputs(parameters, rows[:, start : start + _ROWS_AT_ONCE], quiet) for start in starts]
        return torch.cat(parts, dim=1)
