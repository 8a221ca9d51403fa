"""The plan: immutable, identified by content, and every rule of its own enforced where it is constructed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from graph.keys import is_key
from graph.vocabulary.plan import Plan

TASK = {
    "id": "digits-mlp",
    "version": "1",
    "dataset": "digits",
    "dataset_sha256": "0" * 64,
    "split": "fixed",
    "evaluator_sha256": "1" * 64,
}


def fields(**changed: Any) -> dict[str, Any]:
    """Return a plan's document with some fields replaced."""
    document: dict[str, Any] = {
        "intent": "raise accuracy",
        "snapshot": "none",
        "belief_generation": 0,
        "hypothesis": {
            "statement": "dropout raises accuracy",
            "effect_of": "dropout",
            "metric": "accuracy",
            "direction": "increase",
            "falsifier": "the interval lies below",
        },
        "patterns": [],
        "task": TASK,
        "program_version": "1",
        "arms": [
            {"id": "base", "role": "baseline"},
            {"id": "dropout", "role": "proposed", "units": [{"unit": "dropout", "knobs": {"p": 0.3}}]},
        ],
        "seeds": [0, 1, 2, 3, 4],
        "metrics": [
            {"name": "accuracy", "direction": "max", "primary": True},
            {"name": "ece", "direction": "min"},
        ],
        "budget": {"wall_s": 60, "trial_wall_s": 10, "mem_mb": 1024, "max_trials": 40},
    }
    return {**document, **changed}


def arm(id: str, role: str = "proposed", **more: Any) -> dict[str, Any]:
    return {"id": id, "role": role, **more}


BASE, DROPOUT = fields()["arms"]
ACCURACY, ECE = fields()["metrics"]
MIXUP = arm("mixup", units=[{"unit": "mixup"}])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"arms": [BASE]}, "at least 2 items"),
        ({"arms": [BASE, {**DROPOUT, "id": "base"}]}, "arm ids must differ"),
        ({"arms": [DROPOUT, MIXUP]}, "exactly one arm must be the baseline, not 0"),
        ({"arms": [BASE, {**DROPOUT, "role": "baseline"}]}, "exactly one arm must be the baseline, not 2"),
        ({"arms": [BASE, DROPOUT, arm("empty")]}, "same recipe"),
        ({"arms": [BASE, DROPOUT, {**DROPOUT, "id": "again"}]}, "same recipe"),
        ({"arms": [BASE, {**DROPOUT, "role": "ablation"}]}, "ablation 'dropout' needs a parent arm"),
        ({"arms": [BASE, {**DROPOUT, "parent": "gone"}]}, "has parent 'gone'"),
        ({"arms": [BASE, {**DROPOUT, "parent": "dropout"}]}, "has parent 'dropout'"),
        (
            {"arms": [BASE, arm("twice", units=[{"unit": "dropout"}, {"unit": "dropout", "knobs": {"p": 0.1}}])]},
            "binds a unit twice",
        ),
        ({"seeds": [0, 1, 1]}, "seeds must be non-negative and differ"),
        ({"seeds": [0, -1]}, "seeds must be non-negative and differ"),
        ({"seeds": [0]}, "at least 2 items"),
        ({"metrics": []}, "at least 1 item"),
        ({"metrics": [ACCURACY, ACCURACY]}, "metric names must differ"),
        ({"metrics": [{**ACCURACY, "primary": False}]}, "exactly one metric must be primary, not 0"),
        ({"metrics": [ACCURACY, {**ECE, "primary": True}]}, "exactly one metric must be primary, not 2"),
        ({"seeds": list(range(21))}, "42 trials (arms × seeds) exceed budget.max_trials = 40"),
        (
            {"hypothesis": {**fields()["hypothesis"], "effect_of": "mixup"}},
            "effect_of 'mixup' is not a unit of any arm",
        ),
        ({"hypothesis": {**fields()["hypothesis"], "metric": "bleu"}}, "metric 'bleu' is not a metric of the plan"),
        ({"gate": {"guard_metrics": ["nll"]}}, "guard_metrics names metrics that the plan does not measure: nll"),
        ({"stats": {"alpha": 0}}, "greater than 0"),
        ({"stats": {"alpha": 1}}, "less than 1"),
        ({"stats": {"test": "sign_flip"}}, "its smallest p is 0.0625; use more seeds"),
        ({"surprise": 1}, "Extra inputs are not permitted"),
        ({"budget": {**fields()["budget"], "mem_mb": 0}}, "greater than 0"),
        ({"gate": {"confirm_seeds": 1}}, "greater than or equal to 2"),
    ],
)
def test_a_plan_that_breaks_a_rule_cannot_be_made(changed: dict[str, Any], said: str) -> None:
    """The message says which rule, and with what."""
    with pytest.raises(ValidationError) as caught:
        Plan.model_validate(fields(**changed))
    assert said in str(caught.value)


@pytest.mark.parametrize(("seeds", "fits"), [(6, False), (7, True)])
def test_the_sign_flip_test_is_measured_against_the_corrected_level(seeds: int, fits: bool) -> None:
    """Two comparisons under Holm: the smallest p must reach .025. 2/64 does not, 2/128 does."""
    document = fields(
        arms=[BASE, DROPOUT, MIXUP], seeds=list(range(seeds)), stats={"test": "sign_flip", "correction": "holm"}
    )
    if fits:
        Plan.model_validate(document)
    else:
        with pytest.raises(ValidationError, match="cannot reach"):
            Plan.model_validate(document)


def test_a_plan_does_not_change() -> None:
    """It is frozen; an edit is another plan."""
    plan = Plan.model_validate(fields())

    with pytest.raises(ValidationError, match="frozen"):
        plan.intent = "another"


def test_the_id_is_a_key_and_does_not_count_the_planner() -> None:
    """Who drafted it and why is beside the design."""
    plan = Plan.model_validate(fields())
    noted = Plan.model_validate(fields(planner={"kind": "x", "version": "2", "rationale": ["because"]}))

    assert is_key(plan.id)
    assert plan.id == noted.id


@pytest.mark.parametrize(
    "changed",
    [
        {"intent": "another"},
        {"seeds": [1, 0, 2, 3, 4]},
        {"belief_generation": 1},
        {"program_version": "2"},
        {"parent_plan": "plan:x"},
        {"stats": {"alpha": 0.01}},
    ],
)
def test_whatever_else_differs_is_another_plan(changed: dict[str, Any]) -> None:
    """Everything but the planner's note counts."""
    assert Plan.model_validate(fields(**changed)).id != Plan.model_validate(fields()).id


def test_the_order_of_units_and_the_spelling_of_numbers_do_not_count() -> None:
    """1 and 1.0 are one value; a recipe is a set."""
    one = [{"unit": "focal_loss", "knobs": {"gamma": 1}}, {"unit": "dropout", "knobs": {"p": 0.5}}]
    other = [{"unit": "dropout", "knobs": {"p": 0.5}}, {"unit": "focal_loss", "knobs": {"gamma": 1.0}}]
    plans = [Plan.model_validate(fields(arms=[BASE, arm("both", units=units)])) for units in (one, other)]

    assert plans[0].id == plans[1].id
    assert [t.spec.id for t in plans[0].trials()] == [t.spec.id for t in plans[1].trials()]


def test_a_trial_is_what_is_run_and_not_why() -> None:
    """Another intent, other arm names, other metrics: the same trials."""
    renamed = [BASE | {"id": "bare"}, DROPOUT | {"id": "dropped"}]
    plans = [
        Plan.model_validate(fields()),
        Plan.model_validate(fields(intent="another", arms=renamed, metrics=[ACCURACY])),
    ]

    assert [t.spec.id for t in plans[0].trials()] == [t.spec.id for t in plans[1].trials()]


@pytest.mark.parametrize(
    "changed",
    [
        {"program_version": "2"},
        {"task": {**TASK, "version": "2"}},
        {"task": {**TASK, "dataset_sha256": "2" * 64}},
        {"task": {**TASK, "evaluator_sha256": "2" * 64}},
        {"seeds": [5, 6, 7, 8, 9]},
    ],
)
def test_another_task_program_or_seed_is_another_trial(changed: dict[str, Any]) -> None:
    """No result is taken for that of something else."""
    one, other = (
        {t.spec.id for t in Plan.model_validate(document).trials()} for document in (fields(), fields(**changed))
    )

    assert not one & other


def test_trials_come_in_whole_pairs() -> None:
    """Seed by seed, so that an early stop leaves pairs; confirmation is on test, with new seeds."""
    plan = Plan.model_validate(fields(gate={"confirm_seeds": 3}))
    first = list(plan.trials())[:2]

    assert [(t.arm, t.spec.seed, t.spec.split) for t in first] == [("base", 0, "val"), ("dropout", 0, "val")]
    assert plan.confirm_seeds == (5, 6, 7)
    assert plan.trial(plan.baseline, 0, "test").id != first[0].spec.id


def test_the_published_form_reads_back() -> None:
    """With its id, which is verified."""
    plan = Plan.model_validate(fields())

    assert Plan.from_document(plan.document()) == plan
    assert next(iter(plan.document())) == "id"


def test_an_edited_plan_with_its_old_id_is_refused() -> None:
    """The message says to remove the id."""
    document = {**Plan.model_validate(fields()).document(), "intent": "another"}

    with pytest.raises(ValueError, match="remove the id of an edited plan"):
        Plan.from_document(document)


@given(st.permutations(["dropout", "mixup", "ema", "gelu"]))
def test_no_order_of_units_makes_another_plan(order: list[str]) -> None:
    """Whatever the order in which a recipe is written."""
    units = [{"unit": unit} for unit in order]
    expected = [{"unit": unit} for unit in sorted(order)]
    made = [Plan.model_validate(fields(arms=[BASE, DROPOUT, arm("all", units=each)])) for each in (units, expected)]

    assert made[0].id == made[1].id


def test_a_plan_of_no_study_has_the_id_it_had_before_there_were_studies() -> None:
    """The family is left out of the document where there is none."""
    assert "family" not in Plan.model_validate(fields()).document()["stats"]


def test_the_family_of_a_plan_is_part_of_what_it_is() -> None:
    """It is in the document, read back, and another family makes another plan."""
    plan = Plan.model_validate(fields(stats={"family": {"study": "study:a", "comparisons": 9}}))

    assert Plan.from_document(plan.document()) == plan
    assert plan.id != Plan.model_validate(fields()).id


def test_a_family_smaller_than_the_plan_is_refused() -> None:
    """It holds the plan's own comparisons at least."""
    with pytest.raises(ValidationError, match="fewer than"):
        Plan.model_validate(
            fields(
                metrics=[
                    {"name": "accuracy", "direction": "max", "primary": True},
                    {"name": "nll", "direction": "min"},
                ],
                stats={"family": {"study": "study:a", "comparisons": 1}},
            )
        )
