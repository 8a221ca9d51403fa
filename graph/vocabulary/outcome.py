"""An Outcome: what became of one trial. Written by the evaluator's side, never by the trial itself."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from graph.vocabulary.document import Frozen


class FailureLabel(StrEnum):
    """Why a trial failed. Every failure has one; a good trial has none."""

    CRASH = "crash"
    CRASH_NATIVE = "crash_native"
    OOM = "oom"
    BUDGET_WALL = "budget_wall"
    BUDGET_CPU = "budget_cpu"
    SIZE = "size"
    NON_FINITE = "non_finite"
    NO_RESULT = "no_result"
    KILLED = "killed"
    REFUSED = "refused"
    ACCURACY_GATE_MISS = "accuracy_gate_miss"
    LOST_EXECUTOR = "lost_executor"
    FLAKY = "flaky"
    DATA_MISMATCH = "data_mismatch"
    ENVIRONMENT = "environment"


class Measured(Frozen):
    """One measured value."""

    metric: str
    value: float = Field(allow_inf_nan=False)
    split: str


class Cost(Frozen):
    """What one trial used. Trials that ran in one child share what cannot be told apart: its start and its memory.

    Summed over trials, `cpu_s` is user and system time of all their children and of what those started.
    """

    cpu_s: float | None = Field(default=None, ge=0, allow_inf_nan=False, description="its share of the child's")
    train_cpu_s: float | None = Field(default=None, ge=0, allow_inf_nan=False, description="without the child's start")
    gpu_s: float = Field(default=0.0, ge=0, allow_inf_nan=False, description="for how long it held an accelerator")
    peak_mb: float | None = Field(default=None, ge=0, allow_inf_nan=False, description="most memory of the child")
    pack_size: int = Field(default=1, ge=1, description="trials that trained together")


class Outcome(Frozen):
    """What became of one trial: measurements, or a label and a message."""

    trial: str
    label: FailureLabel | None = None
    message: str = ""
    measurements: tuple[Measured, ...] = ()
    wall_s: float = Field(ge=0)
    device: str = "cpu"
    cost: Cost = Cost()
    environment: dict[str, str | int | float | bool] = {}
    log: str | None = None
    artefact: str | None = None
    at: str
