"""The correction over a family: all comparisons of all plans of a study, as many as the plans declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from graph.vocabulary.plan import Family, Plan, Stats
from runtime.learn.family import compare_arms, correct_all
from runtime.learn.statistics import correct
from runtime.tasks import TASKS

MakePlan = Callable[..., Plan]
SEEDS = tuple(range(6))


@pytest.fixture
def two(make_plan: MakePlan) -> tuple[Plan, Plan]:
    """Two plans of one study: one arm and three metrics each, on two tasks, so six comparisons."""
    stats = Stats(family=Family(study="study:a", comparisons=6))
    return make_plan(seeds=SEEDS, stats=stats), make_plan(seeds=SEEDS, stats=stats, task=TASKS["wine-mlp"].ref)


def corrected(records: Any, plan: Plan, split: Any = "val") -> Mapping[tuple[str, str], float]:
    return correct_all(records.store, plan, split, compare_arms(records.store, plan, split).comparisons)


def raw(records: Any, plan: Plan, split: Any = "val") -> list[float]:
    return [each.p for each in compare_arms(records.store, plan, split).comparisons.values()]


def test_the_correction_is_over_all_plans_of_the_study(records: Any, measured: Any, two: tuple[Plan, Plan]) -> None:
    """Holm over the six p of both plans, of which each plan has three."""
    first, second = two
    records.run(first, measured({"weight_decay": 0.002}, spread=0.002))
    records.run(second, measured({"weight_decay": 0.001}, spread=0.002))
    together = correct([*raw(records, first), *raw(records, second)], "holm")

    assert [*corrected(records, first).values(), *corrected(records, second).values()] == pytest.approx(together)


def test_what_has_not_run_counts_as_if_it_showed_nothing(records: Any, measured: Any, two: tuple[Plan, Plan]) -> None:
    """Half a study is corrected for the whole: the declared number holds from the start."""
    first, _ = two
    records.run(first, measured({"weight_decay": 0.002}, spread=0.002))

    assert list(corrected(records, first).values()) == pytest.approx(
        correct([*raw(records, first), 1.0, 1.0, 1.0], "holm")[:3]
    )


def test_on_test_the_family_is_what_was_tried_there(records: Any, measured: Any, two: tuple[Plan, Plan]) -> None:
    """The declared number is that of validation; one plan's confirmation alone has three comparisons."""
    first, _ = two
    records.run(first, measured({"weight_decay": 0.01}), split="test")

    expected = correct(raw(records, first, "test"), "holm")

    assert list(corrected(records, first, "test").values()) == pytest.approx(expected)


def test_a_plan_of_no_study_is_corrected_by_metric(records: Any, measured: Any, make_plan: MakePlan) -> None:
    """With one arm nothing is to be corrected, however many metrics there are."""
    plan = make_plan(seeds=SEEDS)
    records.run(plan, measured({"weight_decay": 0.002}, spread=0.002))

    assert list(corrected(records, plan).values()) == pytest.approx(raw(records, plan))


def test_another_study_is_another_family(records: Any, measured: Any, two: tuple[Plan, Plan]) -> None:
    """Plans of other studies in the store change nothing."""
    first, second = two
    stranger = second.model_copy(update={"stats": Stats(family=Family(study="study:b", comparisons=6))})
    records.run(first, measured({"weight_decay": 0.002}, spread=0.002))
    before = corrected(records, first)
    records.run(stranger, measured({"weight_decay": 0.002}, spread=0.002))

    assert corrected(records, first) == before
