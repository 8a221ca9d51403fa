"""The settings of the bare recipe, apart from the program so that the planner reads them without torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """SGD steps of *batch* rows, step size *rate*, momentum *momentum*; *depth* layers or blocks of *width*.

    Of a ``cnn``, *width* is the number of channels of the first block. Of a ``transformer``, *width* is that of the
    residual stream, *heads* divide it, and rows are windows of *context* tokens.
    """

    width: int = 128
    depth: int = 2
    steps: int = 400
    batch: int = 64
    rate: float = 0.05
    momentum: float = 0.9
    heads: int = 4
    context: int = 64
