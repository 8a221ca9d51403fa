"""The network as units may change it: a frozen record that each shape builds its parameters and its way through from.

Fields that a shape does not have are ignored by it; a unit that would change only such fields does not fit the shape
and says so by `Unit.shapes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from runtime.units.settings import Settings

if TYPE_CHECKING:
    from torch import Tensor

Norm = Literal["none", "layer", "rms"]
Placement = Literal["pre", "post"]


@dataclass(frozen=True)
class Architecture:
    """Sizes and parts. *activation* None is ReLU; *gain* scales the standard deviation of initial weights.

    *norm* is of each hidden layer (mlp, cnn: between product and activation) or of each block (transformer: at
    *placement*). *residual* adds what went into a layer to what came out, where both have the same size.
    """

    width: int
    depth: int
    heads: int = 1
    context: int = 1
    norm: Norm = "none"
    placement: Placement = "pre"
    residual: bool = False
    gated: bool = False
    activation: Callable[[Tensor], Tensor] | None = None
    spread: Callable[[int, int], float] | None = None


def bare_architecture(settings: Settings, shape: str) -> Architecture:
    """Return the network of the bare recipe; a transformer has norms and residual connections from the start."""
    bare = Architecture(settings.width, settings.depth, settings.heads, settings.context)
    return replace(bare, norm="layer", residual=True) if shape == "transformer" else bare
