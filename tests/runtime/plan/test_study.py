"""Studies: one plan a task, the same family in each, and a sentence for what cannot be run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.plan import PlanRefused
from runtime.plan.study import Study, StudyRefused, read_study, study_plans
from runtime.tasks import UnknownTask

EXAMPLE = Path(__file__).parents[3] / "examples" / "study.toml"


@pytest.fixture
def make_study() -> Callable[..., Study]:
    """Makes a study of two arms on two tasks."""

    def make(**changed: Any) -> Study:
        fields: dict[str, Any] = {
            "intent": "what helps?",
            "metric": "accuracy",
            "tasks": ("digits-mlp", "wine-mlp"),
            "seeds": 3,
            "confirm_seeds": 2,
            "arms": {"ls": {"label_smoothing": {}}, "shift": {"shift_augmentation": {}}},
            "only": {"shift": ("digits-mlp",)},
        }
        return Study(**{**fields, **changed})

    return make


def test_each_task_has_a_plan_with_the_baseline_and_the_arms_that_fit(make_study: Callable[..., Study]) -> None:
    """Arms that are kept to some tasks are in the plans of those alone."""
    plans = study_plans(make_study())

    assert [(plan.task.id, [arm.id for arm in plan.arms]) for plan in plans] == [
        ("digits-mlp", ["baseline", "ls", "shift"]),
        ("wine-mlp", ["baseline", "ls"]),
    ]


def test_all_plans_declare_the_one_family(make_study: Callable[..., Study]) -> None:
    """Two arms and one arm, three metrics each: nine comparisons."""
    study = make_study()
    families = {plan.stats.family for plan in study_plans(study)}

    assert {(family.study, family.comparisons) for family in families if family} == {(study.id, 9)}


def test_the_same_study_is_the_same_plans(make_study: Callable[..., Study]) -> None:
    """So that running it again goes on; another number of seeds is another study."""
    first, again, other = (study_plans(make_study(**changed)) for changed in ({}, {}, {"seeds": 4}))

    assert [plan.id for plan in first] == [plan.id for plan in again]
    assert not {plan.id for plan in first} & {plan.id for plan in other}


def test_the_example_is_the_study_of_780_runs() -> None:
    """13 arms, the baseline among them, 20 seeds, three tasks; confirmed with at least ten new seeds."""
    plans = study_plans(read_study(EXAMPLE))

    assert [len(plan.arms) for plan in plans] == [13, 13, 13]
    assert sum(len(list(plan.trials())) for plan in plans) == 780
    assert all(len(set(plan.confirm_seeds) - set(plan.seeds)) >= 10 for plan in plans)


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"tasks": ("digits",), "only": {}}, UnknownTask, "no task digits"),
        ({"metric": "rmse"}, StudyRefused, "does not measure 'rmse'"),
        ({"only": {"ls": ("digits-mlp",), "shift": ("digits-mlp",)}}, StudyRefused, "no arm"),
        ({"only": {}}, PlanRefused, "needs a task with"),
        (
            {"arms": {"ls": {"label_smoothing": {}}, "same": {"label_smoothing": {}}}, "only": {}},
            StudyRefused,
            "recipe",
        ),
    ],
)
def test_what_cannot_be_run_is_said(
    make_study: Callable[..., Study], changed: dict[str, Any], error: type[Exception], says: str
) -> None:
    """Before anything runs."""
    with pytest.raises(error, match=says):
        study_plans(make_study(**changed))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("intent = ", "not valid TOML"),
        ('intent = "x"', "metric: Field required"),
        ('intent = "x"\nmetric = "accuracy"\ntasks = ["t"]\n[arms]\nbaseline = { ema = {} }', "added by itself"),
        ('intent = "x"\nmetric = "accuracy"\ntasks = ["t"]\n[arms]\nnone = {}', "without units"),
        ('intent = "x"\nmetric = "accuracy"\ntasks = ["t"]\n[arms]\na = { ema = {} }\n[only]\nb = ["t"]', "no arm"),
    ],
)
def test_a_file_that_is_no_study_is_refused_with_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    """A sentence that names the file and the field."""
    file = tmp_path / "study.toml"
    file.write_text(text)

    with pytest.raises(StudyRefused, match=says):
        read_study(file)
