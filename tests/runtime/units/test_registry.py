"""The registry: every unit is complete, knobs are checked, and units that exclude each other are told apart."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from runtime.units import UNITS, Slot, UnitError, bind_all, clashes, find_unit, registry


def test_there_are_the_units_of_the_study() -> None:
    """All units that the issue names can be run."""
    named = {
        "label_smoothing",
        "dropout",
        "weight_decay",
        "mixup",
        "cosine_schedule",
        "ema",
        "input_noise",
        "adamw",
        "focal_loss",
        "gradient_clipping",
    }

    assert named <= set(UNITS)


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_a_unit_says_what_it_is(unit: str) -> None:
    """Its id is its key, it names its source, its defaults lie within its own ranges, and it has a docstring."""
    found = UNITS[unit]

    assert found.id == unit
    assert any(character.isdigit() for character in found.source)
    assert found.bind({}) == found.defaults
    assert sys.modules[found.hooks.__module__].__doc__


def test_knobs_are_filled_with_defaults() -> None:
    """Knobs that are not given have their default."""
    assert find_unit("adamw").bind({"decay": 0.1}) == {"rate": 0.002, "decay": 0.1}


def test_whole_and_real_numbers_are_one_value() -> None:
    """1 and 1.0 bind alike."""
    assert find_unit("focal_loss").bind({"gamma": 1}) == find_unit("focal_loss").bind({"gamma": 1.0})


@pytest.mark.parametrize(
    ("unit", "knobs", "said"),
    [
        ("dropout", {"p": 1.5}, "between 0 and 0.9"),
        ("dropout", {"q": 0.1}, "has no knob q"),
        ("dropout", {"p": True}, "must be a number"),
        ("dropout", {"p": "much"}, "must be a number"),
        ("dropout", {"p": float("nan")}, "between 0 and 0.9"),
        ("shift_augmentation", {"pixels": 1.5}, "whole number"),
    ],
)
def test_a_bad_knob_is_refused_in_a_sentence(unit: str, knobs: dict[str, float | str | bool], said: str) -> None:
    """The message names unit and knob and says what is allowed."""
    with pytest.raises(UnitError, match=said):
        find_unit(unit).bind(knobs)


def test_an_unknown_unit_is_answered_with_those_there_are() -> None:
    """The message lists the units."""
    with pytest.raises(UnitError, match=r"'magic' is not a runnable unit; these are: .*dropout"):
        find_unit("magic")


def test_two_optimisers_exclude_each_other() -> None:
    """An arm has one optimiser."""
    assert list(clashes(["nesterov", "adamw"])) == ["adamw and nesterov both fill the slot optimiser; an arm has one"]


def test_adamw_and_weight_decay_do_the_same_twice() -> None:
    """AdamW decays weights itself."""
    assert len(list(clashes(["weight_decay", "adamw"]))) == 1


def test_binding_refuses_what_clashes() -> None:
    """A recipe cannot be built from units that exclude each other."""
    with pytest.raises(UnitError, match="ema and swa"):
        bind_all([("swa", {}), ("ema", {})])


def test_units_are_applied_in_the_order_of_their_slots() -> None:
    """Whatever the order they are named in: inputs before targets, targets before the loss."""
    named = [("focal_loss", {}), ("label_smoothing", {}), ("mixup", {})]

    assert [unit.id for unit, _ in bind_all(named)] == ["mixup", "label_smoothing", "focal_loss"]


def test_a_unit_for_images_does_not_fit_a_table() -> None:
    """The reason is a sentence."""
    unit = find_unit("shift_augmentation")

    assert unit.misfit(shape="mlp", features=frozenset({"image"})) is None
    assert unit.misfit(shape="mlp", features=frozenset()) == "shift augmentation needs a task with image"
    assert "programs of shape mlp, cnn" in str(unit.misfit(shape="transformer", features=frozenset({"image"})))


def test_the_registry_does_not_import_torch() -> None:
    """The planner reads units without paying for the program."""
    code = "import sys, runtime.units; print('torch' in sys.modules, 'pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]


class _Points:
    """Stands in for the installed entry points, which a test cannot install."""

    def __init__(self, *found: object) -> None:
        self.found = found

    def __call__(self, *, group: str) -> list[EntryPoint]:
        assert group == "patternbook.units"
        return [_Loaded(f"point{number}", "outside:UNIT", group, found) for number, found in enumerate(self.found)]


class _Loaded(EntryPoint):
    def __init__(self, name: str, value: str, group: str, found: object) -> None:
        super().__init__(name, value, group)
        vars(self)["found"] = found

    def load(self) -> object:
        return vars(self)["found"]


def test_an_installed_package_adds_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit behind an entry point stands beside the built-in ones."""
    outside = replace(find_unit("gelu"), id="outside")
    monkeypatch.setattr(registry, "entry_points", _Points(outside))

    assert set(registry.load_units()) == {*UNITS, "outside"}


@pytest.mark.parametrize(("found", "said"), [("no unit", "is no Unit"), (find_unit("gelu"), "there is already")])
def test_an_entry_point_that_adds_no_unit_is_refused(monkeypatch: pytest.MonkeyPatch, found: object, said: str) -> None:
    """The message names the entry point."""
    monkeypatch.setattr(registry, "entry_points", _Points(found))

    with pytest.raises(UnitError, match=f"point0 .*{said}"):
        registry.load_units()


def test_there_are_units_of_every_kind() -> None:
    """More than twenty-five, and in every slot one."""
    assert len(UNITS) >= 25
    assert {unit.slot for unit in UNITS.values()} == set(Slot)
