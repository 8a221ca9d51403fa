"""Execute: trials in confined children, claimed with a lease and a fence, judged outside, concluded and reported."""

from __future__ import annotations

from runtime.execute.engine import Engine, Progress
from runtime.execute.run import run_plan
from runtime.execute.run_report import FindingRow, RunReport, TrialRow

__all__ = ["Engine", "FindingRow", "Progress", "RunReport", "TrialRow", "run_plan"]
