"""What a compile may be told. All of it counts for the snapshot's id."""

from __future__ import annotations

from pydantic import Field

from graph.snapshot import IndexSettings
from graph.vocabulary.document import Frozen


class MiningSettings(Frozen):
    """Which methods become the core of a pattern, and how much a pattern holds."""

    min_papers: int = Field(default=2, ge=1, description="papers that use a method before it is a pattern of its own")
    near_characters: int = Field(default=700, ge=0, description="problem and method this near belong together")
    components: int = Field(default=6, ge=0, description="methods beside the core")
    names: int = Field(default=8, ge=1, description="problems, tasks, datasets, metrics and baselines, each")


class CompileSettings(Frozen):
    """Mining, indexes, and how often a moving graph is read again."""

    mining: MiningSettings = MiningSettings()
    index: IndexSettings = IndexSettings()
    attempts: int = Field(default=3, ge=1, description="readings of a graph that is being written to")
    lease_s: float = Field(default=300, gt=0, description="how long the lease lasts without a sign of life")
