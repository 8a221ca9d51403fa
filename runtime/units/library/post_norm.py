"""Post-norm: the norm stands behind the residual connection, x <- norm(x + f(x)), and none at the end.

Vaswani et al. 2017, "Attention Is All You Need", section 3.1; against the norm in front, x <- x + f(norm(x)), which the
bare transformer has (Xiong et al. 2020, figure 1).
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Slot, Unit


class PostNorm(Hooks):
    """Moves the norm behind."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Change the placement."""
        return replace(architecture, placement="post")


UNIT = Unit(
    id="post_norm",
    name="post-norm",
    aliases=("post-layer normalization", "post layer norm", "post-LN"),
    slot=Slot.PLACEMENT,
    source="Vaswani et al. 2017, section 3.1",
    hooks=PostNorm,
    shapes=("transformer",),
)
