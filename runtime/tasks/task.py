"""A built-in task: a data set, an honest split, a training program and an evaluator, at one version.

The test rows are fixed once for the task and belong to no trial's training or validation rows, so that selection on
validation never sees them. Each seed draws its training rows from the others; what remains is its validation rows.
Whatever shapes a result (sizes, steps, the program's settings) is hashed into the version, so that two different runs
never share an identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from graph.canonical import content_hash, sha256_hex
from graph.vocabulary.plan import TaskRef
from runtime.tasks.evaluator import DIRECTIONS, evaluator_sha256
from runtime.units.settings import Settings
from runtime.units.streams import Streams

# The split of test rows is the same for every seed; its stream is that of this number, which no trial has.
_TEST_SPLIT_SEED = -1

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RawData:
    """A data set as it comes: inputs (rows, features) as float64, labels from 0."""

    inputs: npt.NDArray[np.float64]
    labels: Labels

    @cached_property
    def sha256(self) -> str:
        """The sha256 over shapes and little-endian bytes of both arrays."""
        head = f"{self.inputs.shape}/{self.labels.shape}/".encode()
        return sha256_hex(
            head
            + np.ascontiguousarray(self.inputs, "<f8").tobytes()
            + np.ascontiguousarray(self.labels, "<i8").tobytes()
        )


@dataclass(frozen=True)
class Split:
    """One seed's rows, prepared. The labels of validation and test rows stay with the harness."""

    train_inputs: Floats
    train_labels: Labels
    val_inputs: Floats
    val_labels: Labels
    test_inputs: Floats
    test_labels: Labels


@dataclass(frozen=True)
class Task:
    """One task. *names* are what papers call its problem and data set: the planner matches intents with them."""

    id: str
    title: str
    dataset: str
    load: Callable[[], RawData]
    n_train: int
    n_test: int
    names: tuple[str, ...]
    scaling: Literal["pixels", "standard"]
    image: tuple[int, int] | None = None
    shape: str = "mlp"
    modality: str = "table"
    settings: Settings = field(default_factory=Settings)

    @property
    def metrics(self) -> dict[str, str]:
        """Metric names with the good direction, max or min."""
        return dict(DIRECTIONS)

    @property
    def features(self) -> frozenset[str]:
        """What units may ask for."""
        return frozenset({"classes"} | ({"image"} if self.image is not None else set()))

    @cached_property
    def data(self) -> RawData:
        """The data set, loaded once."""
        return self.load()

    @property
    def classes(self) -> int:
        """How many classes the labels hold."""
        return int(self.data.labels.max()) + 1

    @property
    def background(self) -> float:
        """The prepared value of an empty pixel."""
        return _PIXEL_SHIFT if self.scaling == "pixels" else 0.0

    @cached_property
    def ref(self) -> TaskRef:
        """The identity of the task as plans and trials carry it."""
        shaped_by = {
            "n_train": self.n_train,
            "n_test": self.n_test,
            "scaling": self.scaling,
            "shape": self.shape,
            "settings": asdict(self.settings),
        }
        return TaskRef(
            id=self.id,
            version=f"1~{content_hash(shaped_by)[:12]}",
            dataset=self.dataset,
            dataset_sha256=self.data.sha256,
            split=f"test {self.n_test} fixed, train {self.n_train} by seed, val the rest",
            evaluator_sha256=evaluator_sha256(),
        )

    def split(self, seed: int) -> Split:
        """Return the rows of *seed*: test rows are those of every seed, training rows are drawn from the others."""
        inputs, labels = self.data.inputs, self.data.labels
        order = Streams(_TEST_SPLIT_SEED).at(f"split/test/{self.dataset}").permutation(len(labels))
        test, others = order[: self.n_test], order[self.n_test :]
        drawn = others[Streams(seed).at("split/train").permutation(len(others))]
        train, val = drawn[: self.n_train], drawn[self.n_train :]
        prepare = self._scaler(inputs[train])
        return Split(
            prepare(inputs[train]),
            labels[train],
            prepare(inputs[val]),
            labels[val],
            prepare(inputs[test]),
            labels[test],
        )

    def chance(self, seed: int) -> float:
        """Return the share of the largest class among the validation rows of *seed*: what guessing reaches."""
        labels = self.split(seed).val_labels
        return float(np.bincount(labels).max() / len(labels))

    def _scaler(self, train: npt.NDArray[np.float64]) -> Callable[[npt.NDArray[np.float64]], Floats]:
        if self.scaling == "pixels":
            return lambda rows: (rows / _PIXEL_RANGE + _PIXEL_SHIFT).astype(np.float32)
        mean, spread = train.mean(0), train.std(0) + 1e-8
        return lambda rows: ((rows - mean) / spread).astype(np.float32)


# The digits are 0 to 16; shifted so that the mean of a pixel is near 0 (it is 4.9 / 16).
_PIXEL_RANGE, _PIXEL_SHIFT = 16.0, -0.3
