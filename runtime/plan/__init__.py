"""Plan: from matches and beliefs to a design that runs; deterministic, without any language model."""

from __future__ import annotations

from runtime.plan.rules import PlanRefused, check_plan, plan_problems

__all__ = ["PlanRefused", "check_plan", "plan_problems"]
