"""Built-in tasks: honest splits, hashes over everything that shapes a result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runtime.tasks import TASKS, RawData, Task, UnknownTask, find_task
from runtime.units.settings import Settings

ALL = sorted(TASKS)


def rows(values: np.ndarray) -> set[bytes]:
    return {row.tobytes() for row in values}


def with_row_numbers(task: Task) -> Task:
    """Return *task* with each row's number as its inputs, so that rows can be told apart after preparation."""
    labels = task.data.labels
    inputs = np.repeat(np.arange(len(labels), dtype=np.float64)[:, None], 64, 1)
    return replace(task, load=lambda: RawData(inputs, labels), scaling="pixels")


@pytest.mark.parametrize("task", ALL)
def test_each_row_is_in_exactly_one_part(task: str) -> None:
    """Training, validation and test rows are disjoint and together all rows."""
    found = with_row_numbers(find_task(task))
    split = found.split(3)
    parts = [rows(split.train_inputs), rows(split.val_inputs), rows(split.test_inputs)]

    assert [len(parts[0]), len(parts[2])] == [found.n_train, found.n_test]
    assert sum(map(len, parts)) == len(set.union(*parts)) == len(found.data.labels)


@pytest.mark.parametrize("task", ALL)
def test_test_rows_are_those_of_every_seed(task: str) -> None:
    """No seed's training or validation rows hold a test row, so selection never sees one."""
    found = with_row_numbers(find_task(task))
    test = rows(found.split(0).test_inputs)

    for seed in (1, 2, 1000):
        split = found.split(seed)
        assert rows(split.test_inputs) == test
        assert not test & (rows(split.train_inputs) | rows(split.val_inputs))


def test_each_seed_draws_other_training_rows() -> None:
    """Two seeds train on different rows; the same seed on the same."""
    task = find_task("digits-mlp")
    one, again, other = (rows(task.split(seed).train_inputs) for seed in (0, 0, 1))

    assert one == again
    assert one != other


@pytest.mark.parametrize("task", ALL)
def test_training_rows_hold_every_class(task: str) -> None:
    """In the first twenty seeds."""
    found = find_task(task)

    for seed in range(20):
        assert set(found.split(seed).train_labels.tolist()) == set(range(found.classes))


def test_tables_are_scaled_by_training_rows_alone() -> None:
    """Training columns have mean 0 and spread 1; test columns need not."""
    split = find_task("wine-mlp").split(0)

    assert np.allclose(split.train_inputs.mean(0), 0, atol=1e-5)
    assert np.allclose(split.train_inputs.std(0), 1, atol=1e-4)
    assert not np.allclose(split.test_inputs.mean(0), 0, atol=1e-3)


def test_what_shapes_a_result_is_in_the_version() -> None:
    """Other steps, other sizes, other training rows: another version, so never the same trial."""
    task = find_task("digits-mlp")
    changed = [
        replace(task, settings=Settings(steps=100)),
        replace(task, n_train=200),
        replace(task, n_test=500),
        replace(task, scaling="standard"),
    ]

    assert len({task.ref.version, *(each.ref.version for each in changed)}) == 5


def test_the_data_hash_is_over_values_and_shapes() -> None:
    """One changed value, or the same values in another shape, is other data."""
    inputs, labels = np.arange(6.0).reshape(3, 2), np.array([0, 1, 0])
    changed = inputs.copy()
    changed[0, 0] = 1e-9
    data = [RawData(inputs, labels), RawData(changed, labels), RawData(inputs.reshape(2, 3), labels)]

    assert len({each.sha256 for each in data}) == 3
    assert RawData(inputs.copy(), labels.copy()).sha256 == data[0].sha256


def test_the_data_are_those_that_were_studied() -> None:
    """The hashes of the three data sets are pinned: a scikit-learn that changes them makes other tasks."""
    assert {task: find_task(task).ref.dataset_sha256[:16] for task in ALL} == {
        "breast-cancer-mlp": "0f1af9de39448708",
        "digits-mlp": "9ffe84d37b66f8a0",
        "wine-mlp": "dc9d706eb18d61fb",
    }


def test_guessing_is_the_share_of_the_largest_class() -> None:
    """Over the validation rows of the seed."""
    labels = find_task("breast-cancer-mlp").split(4).val_labels

    assert find_task("breast-cancer-mlp").chance(4) == pytest.approx(max(labels.mean(), 1 - labels.mean()))


def test_an_unknown_task_is_answered_with_those_there_are() -> None:
    """The message lists the tasks."""
    with pytest.raises(UnknownTask, match="breast-cancer-mlp, digits-mlp, wine-mlp"):
        find_task("cifar")
