"""Execute: trials in confined children, claimed with a lease and a fence, judged outside, concluded and reported."""

from __future__ import annotations

from runtime.execute.engine import Engine, Progress
from runtime.execute.estimate import Estimate, estimate
from runtime.execute.run import run_plan
from runtime.execute.run_report import FindingRow, RunReport, TrialRow
from runtime.execute.study import StudyReport, run_study

__all__ = [
    "Engine",
    "Estimate",
    "FindingRow",
    "Progress",
    "RunReport",
    "StudyReport",
    "TrialRow",
    "estimate",
    "run_plan",
    "run_study",
]
