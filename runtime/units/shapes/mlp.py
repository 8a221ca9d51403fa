"""Shape ``mlp``: a multilayer perceptron, for classes or, with one output, for a number.

Layer: h <- act(norm(h W + b)), plus h where the architecture is residual and sizes allow it (He et al. 2016, equation
1); the output layer is linear. Bare: ReLU, no norm, no residual.
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


class Mlp(RowNetwork):
    """Hidden layers of one width."""

    def __init__(self, architecture: Architecture, data: Sequence[TrialData], device: str) -> None:
        super().__init__(data, device)
        self.architecture = architecture
        self.layers: list[tuple[int, int]] = []
        before = self.features
        for layer in range(architecture.depth):
            place = self.declare_layer(f"{layer}", before, architecture.width, WEIGHT)
            norm = self.declare_norm(f"{layer}/norm", architecture.width)
            self.layers.append((place, norm))
            before = architecture.width
        self.last = self.declare_layer(f"{architecture.depth}", before, self.classes or 1, OUTPUT)

    def outputs(self, parameters: Parameters, inputs: Tensor, inside: Inside) -> Tensor:
        """Return logits, or predicted numbers."""
        values = inputs
        for layer, (place, norm) in enumerate(self.layers):
            before = values
            values = torch.baddbmm(parameters[place + 1], before, parameters[place])
            values = self.normed(values, parameters, norm)
            values = inside.branch(self.activate(values), layer)
            if self.architecture.residual and before.shape == values.shape:
                values = before + values
            values = inside.hidden(values, layer)
        return self.output_layer(values, parameters, self.last)
