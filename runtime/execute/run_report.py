"""What a run of a plan returns and `patternbook run --json` prints."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from graph.vocabulary.document import Frozen
from graph.vocabulary.finding import Finding


class TrialRow(Frozen):
    """One trial of the plan as it stands; measurements are those of its split, by metric."""

    id: str
    arm: str
    seed: int
    split: Literal["val", "test"]
    state: str
    label: str | None = None
    measurements: dict[str, float] = {}
    reused: bool = Field(default=False, description="it was final before this run began")


class FindingRow(Finding):
    """A finding with its key."""

    id: str


class RunReport(Frozen):
    """All trials of a plan, reused and confirming ones included, what they show, and the report for people."""

    plan: str
    trials: tuple[TrialRow, ...]
    findings: tuple[FindingRow, ...]
    report: str
    confirmed: tuple[str, ...] = Field(default=(), description="arms that passed the gate and were tried on test")
    belief_generation: int = 0
    notes: tuple[str, ...] = Field(default=(), description="what did not go as planned, in sentences")

    @property
    def failed(self) -> int:
        """How many trials failed or were given up."""
        return sum(trial.state in {"failed", "dead"} for trial in self.trials)

    @property
    def open(self) -> int:
        """How many trials have not run: the budget was spent, or somebody else holds them."""
        return sum(trial.state not in {"done", "failed", "dead"} for trial in self.trials)
