"""The form of task.toml: what is refused, and with which sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runtime.projects import Contract, ContractError, Project, open_project
from runtime.projects.contract import contract_from, fill, read_contract


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"metric": []}, "metric is not a field of a task"),
        ({"title": ""}, "title: "),
        ({"id": "Not An Id"}, "id: "),
        ({"metrics": [{"name": "a", "direction": "max"}]}, "exactly one metric must be primary, not 0"),
        (
            {"metrics": [{"name": "a", "direction": "max", "primary": True}] * 2},
            "metrics names a twice",
        ),
        (
            {"knobs": {"lr": {"type": "float", "default": 2.0, "low": 0, "high": 1}}},
            "knobs.lr: must lie between 0 and 1",
        ),
        ({"knobs": {"lr": {"type": "float", "default": 2.0}}}, "knobs.lr: a knob of type float needs low and high"),
        ({"knobs": {"n": {"type": "int", "default": 1.5, "low": 0, "high": 2}}}, "knobs.n: must be a whole number"),
        ({"knobs": {"Lr": {"type": "bool", "default": True}}}, "knobs.Lr: a knob's name is"),
        ({"knobs": {"c": {"type": "choice", "default": "x", "choices": ["a"]}}}, "must be one of a, not 'x'"),
        ({"commands": {"train": ["x", "{knob.lr}"]}}, "commands.train: {knob.lr} names no knob"),
        ({"commands": {"train": ["x", "{left}"]}}, "commands.train: {left} is not known here"),
        ({"commands": {"train": []}}, "commands.train: "),
        ({"baselines": [{"knobs": {"lr": 1}}]}, "baselines.baseline: there is no knob 'lr'"),
        ({"baselines": [{"knobs": {"guess": 1000}}]}, "baselines.baseline: guess must lie between"),
        ({"baselines": []}, "baselines must hold at least one"),
        ({"outputs": {"keep": []}}, "outputs.keep: "),
        ({"evaluator": {"command": ["sh", "../x"], "files": ["../x"]}}, "must be a path inside the task's folder"),
        ({"evaluator": {"command": ["sh", "{out}"]}}, "evaluator.command: {out} is not known here"),
    ],
)
def test_a_rule_that_is_broken_is_named_with_its_place(document: dict[str, Any], changed: Any, says: str) -> None:
    """Each sentence starts with the file and says where."""
    with pytest.raises(ContractError) as refused:
        contract_from({**document, **changed}, source="task.toml")
    assert str(refused.value).startswith("task.toml: ")
    assert says in str(refused.value)


def test_every_place_that_is_wrong_is_named(document: dict[str, Any]) -> None:
    """Not the first alone."""
    with pytest.raises(ContractError, match=r"title: .*; nonsense is not a field"):
        contract_from({**document, "title": "", "nonsense": 1}, source="task.toml")


def test_a_contract_never_changes(document: dict[str, Any]) -> None:
    """It is frozen."""
    contract = contract_from(document, source="task.toml")
    with pytest.raises(ValueError, match="frozen"):
        contract.id = "other"  # type: ignore[misc]


def test_a_contract_reads_what_it_writes(document: dict[str, Any]) -> None:
    """Under the names of task.toml, `validate` among them."""
    commands = {"train": ["a"], "validate": ["b"], "test": ["c"]}
    contract = contract_from({**document, "commands": commands}, source="task.toml")

    assert contract.document()["commands"] == {"train": ["a"], "validate": ["b"], "test": ["c"]}
    assert Contract.model_validate(contract.document()) == contract


def test_what_is_no_toml_is_said_to_be_none() -> None:
    """With what the parser says."""
    with pytest.raises(ContractError, match=r"x/task.toml is not valid TOML"):
        read_contract("a = ", source="x/task.toml")


def test_braces_of_the_commands_own_are_left_alone() -> None:
    """Only placeholders are filled in."""
    assert fill(("awk", "{print $1}", "${HOME}", "--seed={seed}"), {"seed": "3"}) == [
        "awk",
        "{print $1}",
        "${HOME}",
        "--seed=3",
    ]


def test_a_folder_without_a_task_is_answered_with_where_to_read(tmp_path: Any) -> None:
    """The message names the how-to page."""
    with pytest.raises(ContractError, match=r"holds no task.toml: docs/how-to/tasks.md"):
        open_project(tmp_path)


def test_files_that_are_not_what_is_declared_are_refused(make_project: Callable[..., Project]) -> None:
    """Another content, a missing file, a missing evaluator."""
    with pytest.raises(ContractError, match=r"data/train.txt has the sha256 .*, the task declares"):
        make_project({"data/train.txt": "9\n"})
    with pytest.raises(ContractError, match=r"held/val.txt is not in"):
        make_project({"data/train.txt": "6\n7\n8\n", "held/val.txt": None})


def test_links_are_refused(make_project: Callable[..., Project]) -> None:
    """A link could lead to what is held out, or out of the folder."""
    folder = make_project().folder
    (folder / "shortcut").symlink_to("held")
    with pytest.raises(ContractError, match="shortcut is a link"):
        open_project(folder)


def test_what_may_not_be_meant_is_noticed(make_project: Callable[..., Project]) -> None:
    """A visible copy of what is held out."""
    project = make_project({"notes/copy.txt": "7\n"})

    assert list(project.notices()) == [
        "notes/copy.txt has the content of held/val.txt, which is held out, and a trial sees it"
    ]


def test_the_version_covers_what_shapes_a_result_and_nothing_else(make_project: Callable[..., Project]) -> None:
    """Code, commands, knobs and data do; titles, budgets, README files and byte code do not."""
    before = make_project().ref.version
    same = [
        make_project({"README.md": "x", "__pycache__/a.pyc": "x"}).ref.version,
        make_project(title="another").ref.version,
        make_project(budget={"trial_wall_s": 1}).ref.version,
    ]
    changed = [
        make_project(commands={"train": ["sh", "guess.sh", "fast"]}).ref.version,
        make_project(outputs={"keep": ["guess.txt"]}).ref.version,
        make_project({"guess.sh": "true\n"}).ref.version,
    ]

    assert set(same) == {before}
    assert len({before, *changed}) == 4


def test_a_lock_file_is_compared_with_what_is_installed(make_project: Callable[..., Project]) -> None:
    """Missing and other versions are named; comments, options and what is as pinned are not."""
    import numpy as np

    pins = f"numpy=={np.__version__}\npytest==0.0.1\nno-such-thing[x]==2.0 ; python_version > '3'\n"
    lock = f"# made by hand\n--no-index\n{pins}"
    project = make_project({"pins.lock": lock}, environment={"lock": "pins.lock"})
    notices = list(project.notices())

    assert len(notices) == 2
    assert notices[0].startswith("pins.lock pins pytest==0.0.1, installed is ")
    assert notices[1] == "pins.lock pins no-such-thing==2.0, which is not installed"
