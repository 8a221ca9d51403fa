"""What an ingest may be told. Defaults are those of the contract; every number says its unit."""

from __future__ import annotations

import os

from pydantic import Field

from graph.vocabulary.document import Frozen


def _cpu_count() -> int:
    """Return how many CPUs this process may use, which in a container is fewer than the machine has."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class IngestSettings(Frozen):
    """Settings of one ingest run. None of them changes what is read from a file, only whether it is read."""

    include: tuple[str, ...] = Field(
        default=(), description="shell patterns; of a folder, only files that match one are read; empty: all"
    )
    exclude: tuple[str, ...] = Field(default=(), description="folders that are never entered, e.g. HOME itself")
    max_file_mb: float = Field(default=200, gt=0, description="a larger file fails without being read")
    workers: int = Field(
        default_factory=_cpu_count, ge=0, description="child processes that parse and extract; 0: in this process"
    )
    file_timeout_s: float = Field(
        default=600, gt=0, description="time for one file; a worker that takes longer is stopped"
    )
    worker_memory_mb: int = Field(
        default=4096, ge=256, description="memory a worker may use for data; a file that needs more fails"
    )
    max_attempts: int = Field(
        default=2, ge=1, description="how often a file may kill its worker before it is quarantined"
    )
    lease_s: float = Field(default=120, gt=0, description="how long a claim lasts without a sign of life")
    poll_s: float = Field(default=0.5, gt=0, description="how often to look whether another ingest has finished a file")

    @property
    def max_file_bytes(self) -> int:
        """The size limit in bytes."""
        return int(self.max_file_mb * 1_000_000)
