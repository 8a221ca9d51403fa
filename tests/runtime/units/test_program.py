"""The training program: a pure function of recipe, data, settings and seed; units move nothing but what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runtime.tasks import TASKS, Task, score
from runtime.units import PROGRAM_VERSION, UNITS, bind_all
from runtime.units.program import train
from runtime.units.settings import Settings
from runtime.units.trial import Trained, TrialData


def data(task: Task, seed: int) -> TrialData:
    split = task.split(seed)
    return TrialData(
        split.train_inputs,
        split.train_labels,
        split.val_inputs,
        split.test_inputs,
        task.classes,
        task.image,
        task.background,
    )


def trained(task: Task, units: dict[str, dict[str, Any]], seed: int = 0, **settings: Any) -> Trained:
    recipe = bind_all(list(units.items()))
    settings_ = replace(task.settings, **settings)
    return train([recipe], [data(task, seed)], settings_, [seed], shape=task.shape)[0]


def test_the_same_trial_predicts_the_same_to_the_last_bit() -> None:
    """Also with units that draw, and with others trained in between."""
    task = TASKS["digits-mlp"]
    first = trained(task, {"dropout": {}, "mixup": {}}, steps=12)
    trained(task, {"input_noise": {}}, seed=5, steps=12)
    again = trained(task, {"dropout": {}, "mixup": {}}, steps=12)

    assert np.array_equal(first.arrays["val"], again.arrays["val"])
    assert np.array_equal(first.arrays["test"], again.arrays["test"])


@pytest.mark.parametrize(
    ("unit", "knobs"),
    [
        ("label_smoothing", {"eps": 0}),
        ("dropout", {"p": 0}),
        ("weight_decay", {"decay": 0}),
        ("input_noise", {"sigma": 0}),
        ("cosine_schedule", {"floor": 1}),
        ("warmup", {"share": 0}),
        ("confidence_penalty", {"beta": 0}),
        ("gradient_noise", {"eta": 0}),
        ("gradient_clipping", {"norm": 100}),
        ("shift_augmentation", {"pixels": 0}),
    ],
)
def test_a_unit_at_no_strength_is_the_bare_recipe(unit: str, knobs: dict[str, Any]) -> None:
    """Whatever it draws, a unit of strength zero changes no prediction: draws are its own, pairs share the rest."""
    task = TASKS["digits-mlp"]
    bare, with_unit = trained(task, {}, steps=12), trained(task, {unit: knobs}, steps=12)

    assert np.allclose(bare.arrays["val"], with_unit.arrays["val"], atol=1e-5)


@pytest.mark.parametrize("unit", [unit for unit in sorted(UNITS) if "mlp" in UNITS[unit].shapes])
def test_every_unit_runs_and_changes_something(unit: str) -> None:
    """At its defaults each unit gives finite predictions that differ from the bare recipe's."""
    task = TASKS["digits-mlp"]
    settings = {"steps": 30, "rate": 0.2}
    bare, with_unit = trained(task, {}, **settings), trained(task, {unit: {}}, **settings)

    assert np.isfinite(with_unit.arrays["val"]).all()
    assert not np.array_equal(bare.arrays["val"], with_unit.arrays["val"])


def test_a_loss_that_is_not_finite_ends_in_predictions_that_say_so() -> None:
    """A step size that explodes leaves NaN, not numbers from a run that was cut short."""
    exploded = trained(TASKS["digits-mlp"], {}, rate=1e20, steps=20)

    assert np.isnan(exploded.arrays["val"]).all()


@pytest.mark.parametrize("task", [id for id in sorted(TASKS) if TASKS[id].shape != "transformer" and TASKS[id].classes])
def test_the_bare_recipe_learns_every_task(task: str) -> None:
    """A few steps get validation accuracy well over guessing."""
    found = TASKS[task]
    result = trained(found, {}, steps=60)
    accuracy = score(result.arrays["val"], found.split(0).val_labels)["accuracy"]

    assert accuracy > found.chance(0) + 0.15


def test_the_program_does_what_its_version_did() -> None:
    """The predictions of a small run are pinned: if they change, so did the program: raise PROGRAM_VERSION.

    Rounded, because products of matrices may differ in the last bits between machines.
    """
    task = TASKS["wine-mlp"]
    recipe = {"dropout": {}, "mixup": {}, "adamw": {}, "label_smoothing": {}}
    result = trained(task, recipe, steps=5, width=8, batch=8)
    rounded = np.round(result.arrays["val"][:2].astype(np.float64), 3)

    assert PROGRAM_VERSION == "2"
    assert rounded.tolist() == PINNED_LOGITS


PINNED_LOGITS = [[2.188, 4.182, 2.565], [2.198, 4.418, 2.711]]


def test_settings_of_the_study() -> None:
    """The bare recipe is the one whose effects the design quotes."""
    assert Settings() == Settings(width=128, depth=2, steps=400, batch=64, rate=0.05, momentum=0.9)
