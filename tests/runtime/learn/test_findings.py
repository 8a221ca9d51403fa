"""Findings: verdicts by rule, and what each speaks for or against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.vocabulary.finding import Finding, Verdict
from graph.vocabulary.outcome import FailureLabel
from graph.vocabulary.plan import PatternRef, Plan, PlannedMetric
from runtime.learn import conclude
from runtime.tasks import Task

MakePlan = Callable[..., Plan]
ARMS: dict[str, dict[str, dict[str, Any]]] = {
    "baseline": {},
    "dropout": {"dropout": {}},
    "mixup": {"mixup": {}},
    "both": {"dropout": {}, "mixup": {}},
}
SEEDS = tuple(range(8))


@pytest.fixture
def found(records: Any, quick_tasks: dict[str, Task]) -> Callable[..., dict[tuple[str, str], Finding]]:
    """Concludes a plan and returns its findings by (arm, metric)."""

    def conclude_(plan: Plan, split: str = "val") -> dict[tuple[str, str], Finding]:
        concluded = conclude(records.store, plan, tasks=quick_tasks)
        return {(f.arm, f.metric): f for _, f in concluded.findings if f.split == split}

    return conclude_


def test_verdicts_follow_the_sign_of_the_good_direction(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """More accuracy and less nll improve, more ece degrades; the gain is positive where it is better."""
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.02, "mixup": -0.02, "both": 0.0}))
    verdicts = found(plan)

    assert verdicts["dropout", "accuracy"].verdict is Verdict.IMPROVES
    assert verdicts["dropout", "nll"].verdict is Verdict.IMPROVES
    assert verdicts["dropout", "ece"].verdict is Verdict.DEGRADES
    assert verdicts["mixup", "accuracy"].verdict is Verdict.DEGRADES
    assert verdicts["mixup", "ece"].gain == pytest.approx(0.02, abs=1e-3)


def test_a_small_interval_around_zero_is_no_difference_on_the_metric_of_the_hypothesis(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """Within the smallest effect that counts; a metric without a margin stays inconclusive."""
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.0, "mixup": 0.0, "both": 0.0}))
    verdicts = found(plan)

    assert verdicts["dropout", "accuracy"].verdict is Verdict.NO_DIFFERENCE
    assert verdicts["dropout", "nll"].verdict is Verdict.INCONCLUSIVE


def test_a_wide_interval_is_inconclusive(records: Any, make_plan: MakePlan, measured: Any, found: Any) -> None:
    """Absence of evidence is not evidence of absence."""
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.0, "mixup": 0.0, "both": 0.0}, spread=0.05))

    assert found(plan)["dropout", "accuracy"].verdict is Verdict.INCONCLUSIVE


def test_an_arm_that_equals_the_baseline_makes_no_difference(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """On every metric, margin or not: the differences are exactly zero."""
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({}))

    assert {each.verdict for each in found(plan).values()} == {Verdict.NO_DIFFERENCE}


def test_the_correction_counts_the_arms(records: Any, make_plan: MakePlan, measured: Any, found: Any) -> None:
    """Corrected p is at least p, and the smallest is multiplied by the number of arms."""
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.003, "mixup": 0.002, "both": 0.001}))
    each = [finding for (_, metric), finding in found(plan).items() if metric == "accuracy"]
    smallest = min(each, key=lambda finding: finding.p or 0)

    assert smallest.p_corrected == pytest.approx(min(1.0, 3 * (smallest.p or 0)))
    assert all((finding.p_corrected or 0) >= (finding.p or 0) for finding in each)


def test_failed_trials_are_counted_and_take_their_pair_with_them(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """One of eight fails: seven pairs, one failure by its label."""
    plan, values = make_plan(ARMS, seeds=SEEDS), measured({"dropout": 0.02, "mixup": 0.0, "both": 0.0})
    records.run(plan, lambda arm, seed: FailureLabel.OOM if (arm, seed) == ("dropout", 3) else values(arm, seed))
    finding = found(plan)["dropout", "accuracy"]

    assert (finding.n, finding.failures, finding.verdict) == (7, {"oom": 1}, Verdict.IMPROVES)


def test_an_arm_that_fails_too_often_is_not_judged_by_its_lucky_trials(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """Two of eight is more than a fifth."""
    plan, values = make_plan(ARMS, seeds=SEEDS), measured({"dropout": 0.02, "mixup": 0.0, "both": 0.0})
    records.run(plan, lambda arm, seed: FailureLabel.CRASH if arm == "dropout" and seed < 2 else values(arm, seed))

    assert found(plan)["dropout", "accuracy"].verdict is Verdict.FAILED


def test_a_baseline_that_failed_everywhere_leaves_nothing_to_compare(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """No pair: no finding is made up."""
    plan, values = make_plan(ARMS, seeds=SEEDS), measured({"dropout": 0.02})
    records.run(plan, lambda arm, seed: FailureLabel.CRASH if arm == "baseline" else values(arm, seed))

    assert found(plan) == {}


def test_a_finding_speaks_of_claims_on_the_same_method_and_metric(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """Same direction supports, other direction contradicts; other metrics, methods and superseded ones are left."""
    dropout, mixup = records.method("dropout"), records.method("mixup")
    agrees = records.claim(dropout, "improves")
    disagrees = records.claim(dropout, "degrades", metric="accuracy")
    on_ece = records.claim(dropout, "improves", metric="calibration error")
    records.claim(dropout, "improves", metric="BLEU")
    records.claim(mixup, "improves", n=1)
    records.claim(dropout, "improves", live=False)
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.02, "mixup": 0.0, "both": 0.0}))
    verdicts = found(plan)

    assert verdicts["dropout", "accuracy"].supports == (f"Claim/{agrees}", f"Method/{dropout}")
    assert verdicts["dropout", "accuracy"].contradicts == (f"Claim/{disagrees}",)
    assert verdicts["dropout", "ece"].contradicts == (f"Claim/{on_ece}", f"Method/{dropout}")


def test_no_difference_contradicts_a_claim_of_one(records: Any, make_plan: MakePlan, measured: Any, found: Any) -> None:
    """And supports a claim of none; of the Method itself it says nothing."""
    dropout = records.method("dropout")
    claims = {direction: records.claim(dropout, direction) for direction in ("improves", "no_difference")}
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.0, "mixup": 0.0, "both": 0.0}))
    finding = found(plan)["dropout", "accuracy"]

    assert finding.supports == (f"Claim/{claims['no_difference']}",)
    assert finding.contradicts == (f"Claim/{claims['improves']}",)


def test_an_inconclusive_finding_speaks_of_nothing(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """Neither for nor against."""
    records.claim(records.method("dropout"), "improves")
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.0, "mixup": 0.0, "both": 0.0}, spread=0.05))
    finding = found(plan)["dropout", "accuracy"]

    assert (finding.supports, finding.contradicts) == ((), ())


def test_a_combination_speaks_only_of_patterns_that_hold_all_of_it(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """Nothing about its parts follows from it: no claim, no Method, no pattern of one of them."""
    dropout, mixup = records.method("dropout"), records.method("mixup")
    records.claim(dropout, "improves")
    pair, single = records.pattern("pair", dropout, mixup), records.pattern("single", dropout)
    refs = tuple(PatternRef(id=key, label=key) for key in (pair, single))
    plan = make_plan(ARMS, seeds=SEEDS, patterns=refs)
    records.run(plan, measured({"dropout": 0.02, "mixup": 0.0, "both": -0.02}))
    verdicts = found(plan)

    assert verdicts["both", "accuracy"].contradicts == ("Pattern/pair",)
    assert "Pattern/single" in verdicts["dropout", "accuracy"].supports


def test_a_component_tried_alone_says_nothing_of_the_pattern(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """A pattern speaks through its core: what its component does alone is another matter."""
    pair = records.pattern("pair", records.method("dropout"), records.method("mixup"))
    plan = make_plan(ARMS, seeds=SEEDS, patterns=(PatternRef(id=pair, label=pair),))
    records.run(plan, measured({"dropout": 0.0, "mixup": 0.02, "both": 0.02}))
    assert "Pattern/pair" not in found(plan)["mixup", "accuracy"].supports


def test_confirmation_is_compared_apart_from_selection(
    records: Any, make_plan: MakePlan, measured: Any, found: Any
) -> None:
    """Test measurements of new seeds are findings of their own."""
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.02, "mixup": 0.02, "both": 0.02}))
    records.run(plan, measured({"dropout": -0.02, "mixup": 0.02, "both": 0.02}), split="test")

    assert found(plan)["dropout", "accuracy"].verdict is Verdict.IMPROVES
    on_test = found(plan, "test")["dropout", "accuracy"]
    assert (on_test.verdict, on_test.n) == (Verdict.INCONCLUSIVE, plan.gate.confirm_seeds)


def test_a_metric_with_a_margin_is_judged_by_it(records: Any, make_plan: MakePlan, measured: Any, found: Any) -> None:
    """Nll within its margin makes no difference."""
    metrics = (
        PlannedMetric(name="accuracy", direction="max", primary=True),
        PlannedMetric(name="nll", direction="min", noninferiority_margin=0.05),
    )
    plan = make_plan(ARMS, seeds=SEEDS, metrics=metrics)
    records.run(plan, measured({"dropout": 0.0, "mixup": 0.0, "both": 0.0}))

    assert found(plan)["dropout", "nll"].verdict is Verdict.NO_DIFFERENCE
