"""The gate: which arms are confirmed on test, and why others are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.vocabulary.finding import Finding, Verdict
from graph.vocabulary.plan import Gate, Plan, PlannedMetric
from runtime.execute.gate import gate

METRICS = (
    PlannedMetric(name="ece", direction="min", primary=True),
    PlannedMetric(name="accuracy", direction="max", noninferiority_margin=0.01),
)


@pytest.fixture
def plan(make_plan: Callable[..., Plan]) -> Plan:
    """One arm, primary ece, accuracy guarded."""
    return make_plan(metrics=METRICS, gate=Gate(guard_metrics=("accuracy",)))


def found(plan: Plan, metric: str, low: float | None, verdict: Verdict = Verdict.IMPROVES, **more: Any) -> Finding:
    fields: dict[str, Any] = {
        "plan": plan.id,
        "arm": "weight_decay",
        "metric": metric,
        "verdict": verdict,
        "split": "val",
        "task": plan.task.id,
        "statement": "",
        "trials": ("trial:x",),
        "ci_low": low,
        "n": 5,
        "at": "",
    }
    return Finding(**{**fields, **more})


def test_a_clear_gain_that_keeps_the_guard_passes(plan: Plan) -> None:
    """The interval of the primary lies above 0, that of the guard above minus its margin."""
    gated = gate(plan, [found(plan, "ece", 0.001), found(plan, "accuracy", -0.005, Verdict.INCONCLUSIVE)])

    assert (gated.passing, gated.held) == (("weight_decay",), ())


@pytest.mark.parametrize(
    ("primary", "guard", "reason"),
    [
        ((-0.001, Verdict.INCONCLUSIVE), 0.0, "does not lie above the gate"),
        ((0.001, Verdict.INCONCLUSIVE), 0.0, "does not survive the correction"),
        ((None, Verdict.FAILED), 0.0, "too many of its trials failed"),
        ((0.001, Verdict.IMPROVES), -0.02, "may harm the guard metric accuracy"),
        ((0.001, Verdict.IMPROVES), None, "may harm the guard metric accuracy"),
    ],
)
def test_what_does_not_pass_is_told_why(
    plan: Plan, primary: tuple[float | None, Verdict], guard: float | None, reason: str
) -> None:
    """In a sentence."""
    gated = gate(plan, [found(plan, "ece", *primary), found(plan, "accuracy", guard, Verdict.INCONCLUSIVE)])

    assert gated.passing == ()
    assert reason in gated.held[0][1]


def test_findings_on_test_do_not_open_the_gate(plan: Plan) -> None:
    """Selection is on validation alone."""
    gated = gate(plan, [found(plan, "ece", 0.001, split="test"), found(plan, "accuracy", 0.0, split="test")])

    assert "no finding on ece" in gated.held[0][1]
