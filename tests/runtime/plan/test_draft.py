"""Drafting: from matches, beliefs and precedents to a design, deterministic and with reasons."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from graph.keys import hashed_key
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from graph.vocabulary.outcome import FailureLabel, Measured, Outcome
from graph.vocabulary.plan import ArmRole, Plan, PlannedTrial
from graph.write.outcome import record_outcome
from graph.write.plan import write_plan, write_trials
from runtime.learn import conclude
from runtime.plan import NothingRunnable, draft_plan, plan_difference
from runtime.retrieve.answer import Answer, ObjectionKind
from runtime.tasks import UnknownTask

MakeAnswer = Callable[..., Answer]
INTENT = "raise the accuracy of small networks on digits"


def recipes(plan: Plan) -> dict[str, list[str]]:
    return {arm.id: [binding.unit for binding in arm.units] for arm in plan.arms}


def run(
    store: GraphStore,
    plan: Plan,
    gains: dict[str, float],
    *,
    fails: tuple[str, ...] = (),
    split: str = "val",
    spread: float = 0.002,
) -> None:
    """Record *plan* as if it had run: each arm with its gain over the baseline and a little spread by seed."""
    write_plan(store, plan, at=f"2026-01-01T00:00:00.{plan.belief_generation:03d}Z")
    planned = list(plan.trials())
    if split == "test":
        planned = [
            PlannedTrial(arm.id, plan.trial(arm, seed, "test")) for seed in plan.confirm_seeds for arm in plan.arms
        ]
        write_trials(store, plan.id, planned)
    arms = {each.spec.id: each for each in planned}
    outcomes = []
    for claim in store.claim(Label.TRIAL, len(arms), "test", 60.0, now=0.0, keys=list(arms)):
        each = arms[claim.ref.key]
        gain = gains.get(each.arm, 0.0)
        gain += spread * ((each.spec.seed * 7) % 5 - 2) if each.arm != plan.baseline.id else 0.0
        values = {"accuracy": 0.9 + gain, "nll": 0.3 - gain, "ece": 0.05 - gain}
        failed = each.arm in fails
        outcomes.append(
            (
                claim,
                Outcome(
                    trial=each.spec.id,
                    label=FailureLabel.OOM if failed else None,
                    measurements=()
                    if failed
                    else tuple(Measured(metric=name, value=value, split=split) for name, value in values.items()),
                    wall_s=1.0,
                    at="2026-01-01T00:00:00Z",
                ),
            )
        )
    record_outcome(store, outcomes)
    conclude(store, plan)


def claim(store: GraphStore, method: str, direction: str) -> None:
    key = hashed_key("claim", method, direction)
    owned = {"document": f"doc:{method}", "extraction": "x"}
    store.upsert_nodes(Label.DOCUMENT, [{"key": f"doc:{method}", "extraction": "x"}])
    store.upsert_nodes(Label.CLAIM, [{"key": key, "direction": direction, **owned}])
    store.upsert_edges(EdgeType.HAS_INTERVENTION, Label.CLAIM, Label.METHOD, [{"src": key, "dst": method, **owned}])


def test_runnable_methods_of_the_matches_become_arms(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """In whatever spelling; best pattern first; what nothing here runs is named in the rationale."""
    matches = answer(INTENT, (0.9, ["Drop-out"]), (0.5, ["Mix-Up"]), (0.4, ["graph attention"]))
    plan = draft_plan(matches, sqlite_store)

    assert recipes(plan) == {"baseline": [], "dropout": ["dropout"], "mixup": ["mixup"]}
    assert plan.hypothesis.effect_of == "dropout"
    assert (plan.task.id, plan.primary.name, plan.decision) == ("digits-mlp", "accuracy", "propose")
    assert any("nothing here runs it: graph attention" in line for line in plan.planner.rationale)


def test_the_same_answer_gives_the_same_plan(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Also after it was written and not run: a draft teaches nothing."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["mixup"]))
    first = draft_plan(matches, sqlite_store)
    write_plan(sqlite_store, first, at="2026-01-01T00:00:00Z")

    assert draft_plan(matches, sqlite_store).document() == first.document()


def test_the_order_of_equal_matches_does_not_matter_for_what_is_tried(
    sqlite_store: GraphStore, answer: MakeAnswer
) -> None:
    """Ties go by unit."""
    one = draft_plan(answer(INTENT, (0.5, ["mixup"]), (0.5, ["dropout"])), sqlite_store)
    other = draft_plan(answer(INTENT, (0.5, ["dropout"]), (0.5, ["mixup"])), sqlite_store)

    assert one.arms == other.arms


def test_a_pattern_of_two_methods_proposes_their_combination_with_ablations(
    sqlite_store: GraphStore, answer: MakeAnswer
) -> None:
    """The parts are ablations of the whole."""
    plan = draft_plan(answer(INTENT, (0.9, ["dropout", "mixup"]), (0.5, ["adamw"])), sqlite_store)
    roles = {arm.id: (arm.role, arm.parent) for arm in plan.arms}

    assert roles["dropout+mixup"] == (ArmRole.PROPOSED, None)
    assert roles["dropout"] == (ArmRole.ABLATION, "dropout+mixup")
    assert roles["mixup"] == (ArmRole.ABLATION, "dropout+mixup")
    assert roles["adamw"] == (ArmRole.PROPOSED, None)


def test_methods_that_exclude_each_other_are_not_combined(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """They are tried apart."""
    plan = draft_plan(
        answer(INTENT, (0.9, ["exponential moving average", "stochastic weight averaging"])), sqlite_store
    )

    assert recipes(plan) == {"baseline": [], "ema": ["ema"], "swa": ["swa"]}


def test_nothing_runnable_is_an_error_that_says_what_could_be(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """No silent default."""
    with pytest.raises(NothingRunnable, match=r"matched methods: graph attention\. Runnable units: adamw") as caught:
        draft_plan(answer(INTENT, (0.9, ["graph attention"])), sqlite_store)
    assert caught.value.not_runnable == ("graph attention",)


def test_what_papers_claim_weighs_on_the_order(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Equal relevance: the method with a claim for it comes before the one with a claim against it."""
    matches = answer(INTENT, (0.5, ["dropout"]), (0.5, ["mixup"]))
    claim(sqlite_store, "dropout", "degrades")
    claim(sqlite_store, "mixup", "improves")

    assert list(recipes(draft_plan(matches, sqlite_store))) == ["baseline", "mixup", "dropout"]


def test_objections_become_risks_with_their_evidence(
    sqlite_store: GraphStore, answer: MakeAnswer, objection: Any
) -> None:
    """The reviewer's words, the point and its quote; only of patterns whose methods are tried, each once."""
    point = objection("point:1", "Only one seed was run.")
    other = objection("point:2", "Graphs are too small.")
    matches = answer(
        INTENT,
        (0.9, ["dropout"], {"objections": (point, point)}),
        (0.5, ["graph attention"], {"objections": (other,)}),
    )

    assert [(risk.text, risk.evidence) for risk in draft_plan(matches, sqlite_store).risks] == [
        ("Only one seed was run.", ("ReviewPoint/point:1", "Evidence/quote:point:1"))
    ]


def test_kinds_of_objection_lead_the_risks(sqlite_store: GraphStore, answer: MakeAnswer, objection: Any) -> None:
    """How often and how severely it was raised, with a quote; a single objection that it quotes is not said again."""
    point, single = objection("point:1", "Only one seed was run."), objection("point:2", "The text is long.")
    kind = ObjectionKind(
        aspect="statistics",
        missing="statistics",
        papers=3,
        of_papers=4,
        reviews=5,
        of_reviews=12,
        major=2,
        quotes=(point,),
    )
    matches = answer(INTENT, (0.9, ["dropout"], {"objection_kinds": (kind,), "objections": (point, single)}))

    assert [risk.text for risk in draft_plan(matches, sqlite_store).risks] == [
        "statistics, missing statistics (in 3 of 4 reviewed papers, major in 2): “Only one seed was run.”",
        "The text is long.",
    ]


def test_patterns_are_named_with_their_quotes(sqlite_store: GraphStore, answer: MakeAnswer, quote: Any) -> None:
    """Those that hold a method of an arm; quotes for and against before mentions."""
    matches = answer(
        INTENT,
        (0.9, ["dropout"], {"evidence": (quote("m", "mentions"), quote("s", "supports"))}),
        (0.5, ["graph attention"]),
    )
    patterns = draft_plan(matches, sqlite_store).patterns

    assert [(each.id, each.role, each.quote_ids) for each in patterns] == [("pattern-0", "supports", ("Evidence/s",))]


def test_an_intent_about_calibration_guards_accuracy(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Primary ece, accuracy with a margin that it may not be given up by."""
    plan = draft_plan(answer("calibration of networks on wine", (0.9, ["label smoothing"])), sqlite_store)

    assert (plan.primary.name, plan.gate.guard_metrics, plan.task.id) == ("ece", ("accuracy",), "wine-mlp")
    assert {m.name: m.noninferiority_margin for m in plan.metrics}["accuracy"] == 0.01
    assert plan.hypothesis.direction == "decrease"


def test_seeds_come_from_power_and_the_reason_is_given(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """More arms, more seeds; the smallest effect that is found is in the plan."""
    few = draft_plan(answer(INTENT, (0.9, ["dropout"])), sqlite_store)
    many = draft_plan(answer(INTENT, *((0.9, [name]) for name in ("dropout", "mixup", "adamw", "gelu"))), sqlite_store)

    assert len(few.seeds) < len(many.seeds)
    assert many.stats.min_detectable is not None
    assert any("chance of 80 %" in line for line in many.planner.rationale)


def test_task_and_seeds_can_be_asked_for(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """They overrule; an unknown task is an error."""
    matches = answer(INTENT, (0.9, ["dropout"]))
    plan = draft_plan(matches, sqlite_store, task="wine-mlp", seeds=4)

    assert (plan.task.id, len(plan.seeds)) == ("wine-mlp", 4)
    with pytest.raises(UnknownTask, match="'cifar' is not a task"):
        draft_plan(matches, sqlite_store, task="cifar")


def test_a_unit_for_images_is_left_out_on_a_table_with_the_reason(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """It was considered."""
    matches = answer("wine", (0.9, ["random shifts"]), (0.5, ["dropout"]))

    assert [(each.unit, each.reason) for each in draft_plan(matches, sqlite_store).excluded] == [
        ("shift_augmentation", "shift augmentation needs a task with image")
    ]


def test_after_a_win_the_plan_builds_on_it(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Combined with the next best, the winner as ablation, at less strength; on seeds nobody has seen."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["mixup"]), (0.4, ["focal loss"]))
    first = draft_plan(matches, sqlite_store)
    run(sqlite_store, first, {"dropout": 0.03, "mixup": 0.006, "focal_loss": -0.03})
    second = draft_plan(matches, sqlite_store)

    assert (second.decision, second.parent_plan) == ("refine", first.id)
    assert recipes(second) == {
        "baseline": [],
        "dropout+mixup": ["dropout", "mixup"],
        "dropout": ["dropout"],
        "dropout-half": ["dropout"],
    }
    assert not set(second.seeds) & {*first.seeds, *first.confirm_seeds}
    assert second.planner.rationale[0] == "refine: dropout improves accuracy: build on it"


def test_what_is_known_not_to_work_is_left_out_with_its_trials(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """The reason has numbers, the trials can be looked up."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["focal loss"]))
    first = draft_plan(matches, sqlite_store)
    run(sqlite_store, first, {"dropout": 0.03, "focal_loss": -0.03})
    (excluded,) = draft_plan(matches, sqlite_store).excluded

    assert excluded.unit == "focal_loss"
    assert excluded.reason.startswith(f"known not to help accuracy on digits-mlp: after {len(first.seeds)} seed pairs")
    there = sqlite_store.get_nodes(Label.TRIAL, excluded.trials)
    assert {tuple(node.properties["units"]) for node in there.values()} == {("focal_loss",)}


def test_what_is_known_to_have_no_effect_that_counts_is_left_out(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Neither a loss nor a gain: running it again would find the same. A small sure gain stays."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["mixup"]))
    run(sqlite_store, draft_plan(matches, sqlite_store), {"dropout": 0.0, "mixup": 0.006})
    plan = draft_plan(matches, sqlite_store)

    assert [each.unit for each in plan.excluded] == ["dropout"]
    assert plan.excluded[0].reason.startswith("known to have no effect of 0.01 on accuracy on digits-mlp")
    assert ["mixup"] in recipes(plan).values()


def test_what_is_known_not_to_work_is_left_out_for_other_intents_too(
    sqlite_store: GraphStore, answer: MakeAnswer
) -> None:
    """Beliefs belong to method and context, not to the question that taught them."""
    run(
        sqlite_store,
        draft_plan(answer(INTENT, (0.9, ["dropout"]), (0.5, ["focal loss"])), sqlite_store),
        {"dropout": 0.0, "focal_loss": -0.03},
    )
    other = draft_plan(answer("fight overfitting on digits", (0.9, ["focal loss"]), (0.5, ["mixup"])), sqlite_store)

    assert [each.unit for each in other.excluded] == ["focal_loss"]
    assert (other.decision, other.parent_plan) == ("propose", None)


def test_a_unit_whose_trials_fail_is_left_out(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """With the labels."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["mixup"]))
    first = draft_plan(matches, sqlite_store)
    run(sqlite_store, first, {"dropout": 0.03}, fails=("mixup",))
    (excluded,) = draft_plan(matches, sqlite_store).excluded

    assert (excluded.unit, excluded.reason) == ("mixup", f"its trials on digits-mlp fail: {len(first.seeds)} × oom")


def test_after_losses_the_plan_turns_to_methods_not_tried(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Pivot: what lost is excluded, the new matches are tried."""
    first = draft_plan(answer(INTENT, (0.9, ["dropout"]), (0.5, ["focal loss"])), sqlite_store)
    run(sqlite_store, first, {"dropout": -0.03, "focal_loss": -0.03})
    second = draft_plan(answer(INTENT, (0.9, ["dropout"]), (0.5, ["focal loss"]), (0.1, ["mixup"])), sqlite_store)

    assert (second.decision, recipes(second)) == ("pivot", {"baseline": [], "mixup": ["mixup"]})


def test_after_losses_without_another_method_it_is_an_error(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """It says what was left out and why."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["focal loss"]))
    run(sqlite_store, draft_plan(matches, sqlite_store), {"dropout": -0.03, "focal_loss": -0.03})

    with pytest.raises(NothingRunnable, match="left out: dropout: known not to help accuracy"):
        draft_plan(matches, sqlite_store)


def test_after_no_clear_result_it_is_run_again_with_more_seeds(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Replicate, with twice the seeds up to the most."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["mixup"]))
    first = draft_plan(matches, sqlite_store)
    run(sqlite_store, first, {"dropout": 0.005, "mixup": 0.006}, spread=0.02)
    second = draft_plan(matches, sqlite_store)

    assert (second.decision, recipes(second)) == ("replicate", recipes(first))
    assert 2 * len(first.seeds) <= len(second.seeds) <= 20


def test_the_confirmation_decides_what_won(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """An arm that improved on validation and not on test is not built upon."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["mixup"]))
    first = draft_plan(matches, sqlite_store)
    run(sqlite_store, first, {"dropout": 0.03, "mixup": 0.01})
    run(sqlite_store, first, {"dropout": 0.0, "mixup": 0.01}, split="test")

    assert draft_plan(matches, sqlite_store).planner.rationale[0] == "refine: mixup improves accuracy: build on it"


def test_the_difference_of_two_plans_says_what_changed_and_why(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Arms that came and went, exclusions with trials, the decision, that beliefs changed."""
    matches = answer(INTENT, (0.9, ["dropout"]), (0.5, ["focal loss"]), (0.4, ["mixup"]))
    first = draft_plan(matches, sqlite_store)
    run(sqlite_store, first, {"dropout": 0.03, "focal_loss": -0.03, "mixup": 0.006})
    difference = plan_difference(first, draft_plan(matches, sqlite_store))
    dropped = {change.arm: change.reason for change in difference.arms if change.change == "dropped"}
    added = [change.arm for change in difference.arms if change.change == "added"]

    assert (difference.decision, difference.beliefs_changed, difference.snapshot_changed) == ("refine", True, False)
    assert dropped["focal_loss"].startswith("known not to help accuracy")
    assert dropped["mixup"] == "tried, improves on validation"
    assert added == ["dropout+mixup", "dropout-half"]
    assert any(line.startswith("now left out focal_loss") and "trial:" in line for line in difference.lines)


def test_a_plan_does_not_differ_from_itself(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """Nothing changed."""
    plan = draft_plan(answer(INTENT, (0.9, ["dropout"])), sqlite_store)

    assert not plan_difference(plan, plan).changed


def test_drafting_does_not_import_torch() -> None:
    """Planning does not pay for the program."""
    code = "import sys, runtime.plan, runtime.execute; print('torch' in sys.modules, 'sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]


def test_a_fallback_of_the_answer_stands_in_the_plan(sqlite_store: GraphStore, answer: MakeAnswer) -> None:
    """What made the patterns less sure is among the reasons: nobody runs a plan on a weak match unawares."""
    matches = answer(INTENT, (0.9, ["dropout"])).model_copy(update={"fallbacks": ("meaning only",)})
    rationale = draft_plan(matches, sqlite_store).planner.rationale
    assert "the patterns were found less surely: meaning only" in rationale
