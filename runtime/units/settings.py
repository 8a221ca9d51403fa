"""The settings of the bare recipe, apart from the program so that the planner reads them without torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Hidden layers of *width*, *depth* of them; SGD steps of *batch* rows, step size *rate*, momentum *momentum*."""

    width: int = 128
    depth: int = 2
    steps: int = 400
    batch: int = 64
    rate: float = 0.05
    momentum: float = 0.9
