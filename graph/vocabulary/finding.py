"""What is learnt from trials: a Finding (what the statistics say) and a Belief (what to expect next time)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from graph.vocabulary.document import Frozen


class Verdict(StrEnum):
    """What the statistics say of one arm against the baseline."""

    IMPROVES = "improves"
    DEGRADES = "degrades"
    NO_DIFFERENCE = "no_difference"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"


class Finding(Frozen):
    """One arm against the baseline of its plan, on one metric and split.

    `trials` are the keys of the Trials behind it, at least one. `supports` and `contradicts` are references
    (``Label/key``) to Patterns, Claims or Methods. A positive `gain` is better, whatever the metric's sign.
    """

    plan: str
    arm: str
    metric: str
    verdict: Verdict
    split: Literal["val", "test"]
    task: str
    statement: str
    trials: tuple[str, ...] = Field(min_length=1)
    gain: float | None = Field(default=None, allow_inf_nan=False)
    ci_low: float | None = Field(default=None, allow_inf_nan=False)
    ci_high: float | None = Field(default=None, allow_inf_nan=False)
    p: float | None = Field(default=None, ge=0, le=1)
    p_corrected: float | None = Field(default=None, ge=0, le=1)
    n: int = Field(ge=0, description="seed pairs")
    failures: dict[str, int] = {}
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    at: str


class Belief(Frozen):
    """The posterior over a method's effect in a context, in units of the metric; positive is better.

    `method` is the key of a Method, `informed_by` are references (``Label/key``) to Findings and Claims, at least one.
    """

    method: str
    task: str
    metric: str
    mean: float = Field(allow_inf_nan=False)
    sd: float = Field(ge=0, allow_inf_nan=False)
    prior_mean: float = Field(allow_inf_nan=False)
    prior_sd: float = Field(ge=0, allow_inf_nan=False)
    trials: int = Field(default=0, ge=0, description="seed pairs behind it")
    failed: int = Field(default=0, ge=0, description="trials that failed")
    informed_by: tuple[str, ...] = Field(min_length=1)
