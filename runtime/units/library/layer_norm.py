"""Layer norm: hidden values are shifted and scaled to mean 0 and variance 1 over the width, then gain and offset.

Ba, Kiros, Hinton 2016, "Layer Normalization", equation 4; between product and activation, in each hidden layer.
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit


class LayerNorm(Hooks):
    """Normalises hidden layers."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Put in the norm."""
        return replace(architecture, norm="layer")


UNIT = Unit(
    id="layer_norm",
    name="layer normalization",
    aliases=("layer norm", "layernorm"),
    acronyms=("LN",),
    slot=Slot.NORM,
    source="Ba et al. 2016, equation 4",
    hooks=LayerNorm,
    shapes=("mlp", "cnn"),
)
