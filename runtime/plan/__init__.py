"""Plan: from matches and beliefs to a design that runs; deterministic, without any language model."""

from __future__ import annotations

from runtime.plan.difference import PlanDifference, plan_difference
from runtime.plan.draft import NothingRunnable, draft_plan
from runtime.plan.rules import PlanRefused, check_plan, plan_problems

__all__ = [
    "NothingRunnable",
    "PlanDifference",
    "PlanRefused",
    "check_plan",
    "draft_plan",
    "plan_difference",
    "plan_problems",
]
