"""RMS norm: hidden values are divided by their root mean square over the width, then multiplied by a gain.

Zhang and Sennrich 2019, "Root Mean Square Layer Normalization", equation 4. In a transformer it takes the place of
layer norm.
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit


class RmsNorm(Hooks):
    """Normalises by the root mean square."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Put in the norm."""
        return replace(architecture, norm="rms")


UNIT = Unit(
    id="rms_norm",
    name="RMS normalization",
    aliases=("RMSNorm", "root mean square layer normalization", "RMS layer normalization"),
    slot=Slot.NORM,
    source="Zhang and Sennrich 2019, equation 4",
    hooks=RmsNorm,
)
