"""The gate: which arms have shown enough on validation to be confirmed on test, and why the others have not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.vocabulary.finding import Finding, Verdict
from graph.vocabulary.plan import ArmRole, Plan


@dataclass(frozen=True)
class Gated:
    """Arms in the order of the plan; *held* has a sentence for each arm that does not pass."""

    passing: tuple[str, ...]
    held: tuple[tuple[str, str], ...]


def gate(plan: Plan, findings: Sequence[Finding]) -> Gated:
    """Apply the plan's gate to its findings on validation."""
    on_val = {(finding.arm, finding.metric): finding for finding in findings if finding.split == "val"}
    passing: list[str] = []
    held: list[tuple[str, str]] = []
    for arm in plan.arms:
        if arm.role is ArmRole.BASELINE:
            continue
        reason = _reason(plan, arm.id, on_val)
        if reason is None:
            passing.append(arm.id)
        else:
            held.append((arm.id, reason))
    return Gated(tuple(passing), tuple(held))


def _reason(plan: Plan, arm: str, on_val: dict[tuple[str, str], Finding]) -> str | None:
    primary = on_val.get((arm, plan.primary.name))
    if primary is None:
        return f"it has no finding on {plan.primary.name}"
    if primary.verdict is Verdict.FAILED:
        return "too many of its trials failed"
    if primary.ci_low is None or primary.ci_low <= plan.gate.primary_gain_ci_low_gt:
        return f"the interval of its gain on {plan.primary.name} does not lie above the gate"
    if primary.verdict is not Verdict.IMPROVES:
        return f"its gain on {plan.primary.name} does not survive the correction for the number of arms"
    margins = {metric.name: metric.noninferiority_margin for metric in plan.metrics}
    for guard in plan.gate.guard_metrics:
        finding, margin = on_val.get((arm, guard)), margins[guard]
        if finding is None or finding.ci_low is None or margin is None or finding.ci_low <= -margin:
            return f"it may harm the guard metric {guard} by more than its margin"
    return None
