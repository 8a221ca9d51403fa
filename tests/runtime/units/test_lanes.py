"""Lanes: what a lane leaves does not depend on how many there are, which, in what order, or who has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from runtime.tasks import TASKS
from runtime.units import UNITS, bind_all, find_unit
from runtime.units.lanes import MOST_LANES, programs
from runtime.units.program import SHAPES, train
from runtime.units.settings import Settings
from runtime.units.trial import Trained, TrialData
from runtime.units.unit import Recipe, program_key

Lanes = Callable[..., list[Trained]]
CASES = [(shape, unit) for shape in ("mlp", "cnn", "transformer") for unit in ["", *sorted(UNITS)]]
FITTING = [(shape, unit) for shape, unit in CASES if not unit or shape in UNITS[unit].shapes]


def same(one: Trained, other: Trained) -> bool:
    return one.loss == other.loss and all(
        np.array_equal(values, other.arrays[name]) for name, values in one.arrays.items()
    )


@pytest.mark.parametrize(("shape", "unit"), FITTING)
def test_a_lane_is_the_same_in_packs_of_any_size_and_order(lanes: Lanes, shape: str, unit: str) -> None:
    """Bit by bit: packs of 64, 7, 2 and 1, forwards and backwards, with every unit in every shape that it fits."""
    units = {unit: {}} if unit else {}
    seeds = list(range(64))
    all_ = lanes(units, seeds, shape)
    seven, two, alone = lanes(units, seeds[20:27], shape), lanes(units, [26, 3], shape), lanes(units, [26], shape)
    backwards = lanes(units, seeds[26:19:-1], shape)

    assert all(same(one, other) for one, other in zip(all_[20:27], seven, strict=True))
    assert all(same(one, other) for one, other in zip(seven[::-1], backwards, strict=True))
    assert same(all_[26], alone[0])
    assert same(all_[26], two[0])
    assert same(all_[3], two[1])


@pytest.mark.parametrize("task", sorted(TASKS))
def test_lanes_are_the_same_at_the_sizes_of_the_tasks(task: str) -> None:
    """Products may have other kernels at other sizes: a pack of nine, of two, and a lane alone, at each task's own."""
    found = TASKS[task]
    settings = replace(found.settings, steps=2)
    data = {}
    for seed in range(9):
        split = found.split(seed)
        data[seed] = TrialData(
            split.train_inputs[: 20 * settings.context if found.shape == "transformer" else None],
            split.train_labels,
            split.val_inputs,
            split.test_inputs,
            found.classes,
            found.image,
            found.background,
        )

    def pack(seeds: list[int]) -> list[Trained]:
        return train([[]] * len(seeds), [data[seed] for seed in seeds], settings, seeds, shape=found.shape)

    nine, two, alone = pack(list(range(9))), pack([8, 3]), pack([3])

    assert same(nine[3], alone[0])
    assert same(nine[3], two[1])
    assert same(nine[8], two[0])


def test_a_regression_is_the_same_in_packs_of_any_size(lanes: Lanes, small_data: Callable[..., TrialData]) -> None:
    """One output alone would be a product of another kind."""
    data = [small_data("mlp", seed, classes=0) for seed in range(64)]
    all_ = lanes({}, list(range(64)), data=data, rate=0.01)

    assert same(all_[7], lanes({}, [7], data=[data[7]], rate=0.01)[0])
    assert same(all_[7], lanes({}, [2, 7], data=[data[2], data[7]], rate=0.01)[1])


@pytest.mark.parametrize(("shape", "unit"), [case for case in FITTING if case[1] and UNITS[case[1]].knobs])
def test_mates_with_other_knobs_change_nothing(lanes: Lanes, shape: str, unit: str) -> None:
    """A lane at its defaults is the same beside lanes whose knobs stand at the ends of their ranges."""
    found = UNITS[unit]
    ends = [
        {unit: {knob.name: value for knob in found.knobs if not knob.structural for value in [getattr(knob, end)]}}
        for end in ("low", "high")
    ]
    mixed = lanes([ends[0], {unit: {}}, ends[1]], [5, 6, 7], shape)

    assert same(mixed[1], lanes({unit: {}}, [6], shape)[0])


@pytest.mark.parametrize("shape", ["mlp", "cnn", "transformer"])
def test_a_lane_that_diverges_stays_alone(
    small_data: Callable[..., TrialData], small_settings: Mapping[str, Settings], shape: str
) -> None:
    """It leaves NaN; the lanes beside it are what they would be without it."""
    unit, seeds = find_unit("nesterov"), [1, 2, 3]
    recipes: list[Recipe] = [[(unit, {"rate": rate, "momentum": 0.9})] for rate in (0.05, 1e30, 0.02)]
    data = [small_data(shape, seed) for seed in seeds]
    settings = replace(small_settings[shape], steps=12)
    together = train(recipes, data, settings, seeds, shape=shape)
    apart = [train([recipes[lane]], [data[lane]], settings, [seeds[lane]], shape=shape)[0] for lane in (0, 2)]

    assert all(np.isnan(values).all() for values in together[1].arrays.values())
    assert together[1].steps < 12
    assert same(together[0], apart[0])
    assert same(together[2], apart[1])


def test_lanes_with_other_units_are_no_program(lanes: Lanes) -> None:
    """They are refused together."""
    with pytest.raises(ValueError, match="same units"):
        lanes([{"dropout": {}}, {}], [0, 1])


def test_programs_are_cut_in_even_parts() -> None:
    """Fifty trials of one recipe make three programs and not two full ones and a rest; other units come after."""
    recipes = {f"a{number}": bind_all([("dropout", {"p": number / 100})]) for number in range(50)}
    recipes |= {"b": bind_all([])}

    assert [len(each) for each in programs(recipes, most=24)] == [17, 17, 16, 1]
    assert [each[0] for each in programs(recipes, most=24)] == ["a0", "a17", "a34", "b"]


def test_knobs_that_change_sizes_part_programs() -> None:
    """Lanes of one program share structural knobs, and no other."""
    one, other = (bind_all([("temperature_scaling", {"share": share})]) for share in (0.1, 0.2))

    assert program_key(one) != program_key(other)
    assert program_key(bind_all([("dropout", {"p": 0.1})])) == program_key(bind_all([("dropout", {"p": 0.2})]))


def test_every_shape_says_how_many_lanes_it_takes() -> None:
    """The table is complete."""
    assert set(MOST_LANES) == set(SHAPES)
