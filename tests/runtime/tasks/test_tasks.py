"""Built-in tasks: honest splits, hashes over everything that shapes a result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runtime.tasks import TASKS, RawData, Task, UnknownTask, find_task
from runtime.tasks.texts import Texts, split_documents
from runtime.units.settings import Settings

ALL = sorted(TASKS)
TEXTS = sorted(id for id, task in TASKS.items() if task.kind == "language")
ROWS = sorted(set(ALL) - set(TEXTS))
CLASSES = sorted(id for id in ROWS if TASKS[id].classes)


def rows(values: np.ndarray) -> set[bytes]:
    return {row.tobytes() for row in values}


def with_row_numbers(task: Task) -> Task:
    """Return *task* with each row's number as its inputs, so that rows can be told apart after preparation."""
    labels = task.data.labels
    inputs = np.repeat(np.arange(len(labels), dtype=np.float64)[:, None], 64, 1)
    return replace(task, load=lambda: RawData(inputs, labels), scaling="pixels")


@pytest.mark.parametrize("task", ROWS)
def test_each_row_is_in_exactly_one_part(task: str) -> None:
    """Training, validation and test rows are disjoint and together all rows."""
    found = with_row_numbers(find_task(task))
    split = found.split(3)
    parts = [rows(split.train_inputs), rows(split.val_inputs), rows(split.test_inputs)]

    assert [len(parts[0]), len(parts[2])] == [found.n_train, found.n_test]
    assert sum(map(len, parts)) == len(set.union(*parts)) == len(found.data.labels)


@pytest.mark.parametrize("task", ROWS)
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


@pytest.mark.parametrize("task", CLASSES)
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
    """The hashes of the data sets are pinned: a scikit-learn that changes them makes other tasks."""
    assert {task: find_task(task).ref.dataset_sha256[:16] for task in ROWS} == {
        "breast-cancer-imbalanced": "8068ce7b52765ba7",
        "breast-cancer-mlp": "0f1af9de39448708",
        "diabetes-mlp": "747d60c195f32d68",
        "digits-cnn": "9ffe84d37b66f8a0",
        "digits-mlp": "9ffe84d37b66f8a0",
        "wine-mlp": "dc9d706eb18d61fb",
    }


def test_guessing_is_the_share_of_the_largest_class() -> None:
    """Over the validation rows of the seed."""
    labels = find_task("breast-cancer-mlp").split(4).val_labels

    assert find_task("breast-cancer-mlp").chance(4) == pytest.approx(max(labels.mean(), 1 - labels.mean()))


def test_an_unknown_task_is_answered_with_those_there_are() -> None:
    """The message lists the tasks."""
    with pytest.raises(UnknownTask, match=r"breast-cancer-mlp, .*digits-mlp, .*wine-mlp"):
        find_task("cifar")


def test_a_regression_guesses_the_training_mean() -> None:
    """In the unit of the labels."""
    task = find_task("diabetes-mlp")
    split = task.split(2)
    true = split.val_labels * task.unit + task.origin
    mean = (split.train_labels * task.unit + task.origin).mean()

    assert task.chance(2) == pytest.approx(float(((true - mean) ** 2).mean() ** 0.5), rel=1e-5)


def test_where_classes_are_rare_guessing_is_one_over_the_classes() -> None:
    """Naming the common class alone recalls all of one and none of the other."""
    task = find_task("breast-cancer-imbalanced")
    labels = task.split(1).val_labels
    common = np.tile(np.float32([0.0, 1.0]), (len(labels), 1))

    assert np.bincount(labels)[1] > 5 * np.bincount(labels)[0]
    assert task.score("val", {"val": common}, recipe=[], seed=1)["balanced_accuracy"] == task.chance(1) == 0.5


@pytest.mark.parametrize("task", TEXTS)
def test_a_trial_has_no_held_out_text(task: str) -> None:
    """Neither as inputs nor as labels; lanes have texts of one length."""
    found = find_task(task)
    split = found.split(3)

    assert (len(split.train_inputs), len(split.val_labels), len(split.test_labels)) == (
        found.n_train,
        found.n_val,
        found.n_test,
    )
    assert split.val_inputs.size == split.test_inputs.size == split.train_labels.size == 0
    assert split.train_inputs.max() < found.classes


@pytest.mark.parametrize("task", TEXTS)
def test_held_out_texts_are_other_documents(task: str) -> None:
    """No window of validation or test stands in the training text; test is the same for every seed."""
    split = find_task(task).split(3)
    train = split.train_inputs.astype(np.uint8).tobytes()

    for labels in (split.val_labels, split.test_labels):
        held = labels.astype(np.uint8).tobytes()
        windows = [held[start : start + 400] for start in range(0, len(held) - 400, 400)]
        assert sum(window in train for window in windows) == 0
    assert np.array_equal(split.test_labels, find_task(task).split(4).test_labels)


def test_documents_are_split_whole() -> None:
    """Each document in one part; what is too little is said."""
    texts = Texts(("a", "b", "c", "d"), tuple(np.full(4, each) for each in range(4)), 4)
    train, val, test = split_documents(texts, [2, 0, 1, 3], [3, 2, 1, 0], n_train=3, n_val=2, n_test=1)

    assert (train.tolist(), val.tolist(), test.tolist()) == ([3, 3, 3], [1, 1], [2])
    with pytest.raises(ValueError, match="are asked for"):
        split_documents(texts, [2, 0, 1, 3], [3, 2, 1, 0], n_train=3, n_val=99, n_test=1)


@pytest.mark.parametrize("task", TEXTS)
def test_the_loss_of_a_language_model_is_computed_from_its_weights(task: str) -> None:
    """Weights of zero give every token the same chance: log2 of the vocabulary, worse than guessing by frequency."""
    found = find_task(task)
    shape = found.leaves([], 0)["weights"]
    bits = found.score("val", {"weights": np.zeros(shape, np.float32)}, recipe=[], seed=0)[found.metric]

    assert bits == pytest.approx(np.log2(found.classes), rel=1e-6)
    assert bits > found.chance(0)


@pytest.mark.parametrize("task", ALL)
def test_evaluators_are_part_of_the_identity(task: str) -> None:
    """Each kind has its own hash, and the primary metric is one of its metrics."""
    found = find_task(task)
    same = {id for id in ALL if find_task(id).ref.evaluator_sha256 == found.ref.evaluator_sha256}

    assert {find_task(id).kind for id in same} == {found.kind}
    assert found.primary in found.metrics
