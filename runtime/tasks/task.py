"""A built-in task: a data set, an honest split, a training program and an evaluator, at one version.

Rows or, of a language model, documents: those of test are fixed once for the task and belong to no trial's training or
validation, so that selection on validation never sees them. Each seed draws its training rows from the others; what
remains is its validation rows. Whatever shapes a result (sizes, steps, the program's settings) is hashed into the
version, so that two different runs never share an identity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from graph.canonical import content_hash, sha256_hex
from graph.vocabulary.plan import TaskRef
from runtime.tasks import evaluation
from runtime.tasks.evaluation import Kind
from runtime.tasks.language import unigram_bits
from runtime.tasks.texts import Texts, split_documents
from runtime.units.settings import Settings
from runtime.units.streams import Streams
from runtime.units.unit import Recipe

# The split of test rows is the same for every seed; its stream is that of this number, which no trial has.
_TEST_SPLIT_SEED = -1

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class RawData:
    """A data set as it comes: inputs (rows, features) as float64; labels from 0 or, of a regression, as float64."""

    inputs: npt.NDArray[np.float64]
    labels: npt.NDArray[Any]

    @cached_property
    def sha256(self) -> str:
        """The sha256 over shapes and little-endian bytes of both arrays."""
        head = f"{self.inputs.shape}/{self.labels.shape}/".encode()
        return sha256_hex(
            head
            + np.ascontiguousarray(self.inputs, "<f8").tobytes()
            + np.ascontiguousarray(self.labels, "<f8" if self.labels.dtype.kind == "f" else "<i8").tobytes()
        )


@dataclass(frozen=True)
class Split:
    """One seed's rows, prepared. The labels of validation and test rows stay with the harness.

    Of a language model, inputs are one text of tokens, and the held-out texts are the labels: no trial reads them.
    """

    train_inputs: npt.NDArray[Any]
    train_labels: npt.NDArray[Any]
    val_inputs: npt.NDArray[Any]
    val_labels: npt.NDArray[Any]
    test_inputs: npt.NDArray[Any]
    test_labels: npt.NDArray[Any]

    def labels(self, part: Literal["val", "test"]) -> npt.NDArray[Any]:
        """Return what the evaluator compares with."""
        return self.val_labels if part == "val" else self.test_labels


@dataclass(frozen=True)
class Task:
    """One task. *names* are what papers call its problem and data set: the planner matches intents with them.

    *n_train* and *n_test* count rows, of a language model tokens, and *n_val* the tokens of its validation text.
    *origin* and *unit* are the zero and the unit of a regression's labels in training: round numbers near the mean and
    the standard deviation of such measurements, not taken from the rows.
    """

    id: str
    title: str
    dataset: str
    load: Callable[[], RawData | Texts]
    n_train: int
    n_test: int
    names: tuple[str, ...]
    scaling: Literal["pixels", "standard", "none"]
    image: tuple[int, int] | None = None
    shape: str = "mlp"
    modality: str = "table"
    settings: Settings = field(default_factory=Settings)
    kind: Kind = "classes"
    n_val: int = 0
    origin: float = 0.0
    unit: float = 1.0
    metric: str = "bits"

    @property
    def metrics(self) -> dict[str, str]:
        """Metric names with the good direction, max or min; the first is the primary one unless a plan says so."""
        return evaluation.directions(self.kind, self.metric)

    @property
    def primary(self) -> str:
        """The metric that a plan compares unless its intent names another, and that guessing is measured by."""
        return next(iter(self.metrics))

    @property
    def features(self) -> frozenset[str]:
        """What units may ask for."""
        found = {"image"} if self.image is not None else set()
        return frozenset(found if self.kind == "regression" else found | {"classes"})

    @cached_property
    def data(self) -> RawData | Texts:
        """The data set, loaded once."""
        return self.load()

    @property
    def classes(self) -> int:
        """How many classes the labels hold; 0 for a regression, the vocabulary of a language model."""
        if isinstance(self.data, Texts):
            return self.data.vocabulary
        return 0 if self.kind == "regression" else int(self.data.labels.max()) + 1

    @property
    def background(self) -> float:
        """The prepared value of an empty pixel."""
        return _PIXEL_SHIFT if self.scaling == "pixels" else 0.0

    @cached_property
    def ref(self) -> TaskRef:
        """The identity of the task as plans and trials carry it."""
        shaped_by: dict[str, object] = {
            "n_train": self.n_train,
            "n_test": self.n_test,
            "scaling": self.scaling,
            "shape": self.shape,
            "settings": asdict(self.settings),
        }
        if self.kind != "classes":
            shaped_by |= {"kind": self.kind, "n_val": self.n_val, "origin": self.origin, "unit": self.unit}
        return TaskRef(
            id=self.id,
            version=f"1~{content_hash(shaped_by)[:12]}",
            dataset=self.dataset,
            dataset_sha256=self.data.sha256,
            split=self._split_in_words(),
            evaluator_sha256=evaluation.sha256_of(self.kind),
        )

    def split(self, seed: int) -> Split:
        """Return the rows of *seed*: test rows are those of every seed, training rows are drawn from the others."""
        if isinstance(self.data, Texts):
            return self._split_text(self.data, seed)
        inputs, labels = self.data.inputs, self._prepared_labels(self.data.labels)
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
        """Return what guessing reaches in the primary metric on the validation rows of *seed*.

        The share of the largest class; one over the classes where classes count alike; the error of the training mean;
        the bits of the training text's frequencies.
        """
        split = self.split(seed)
        if self.kind == "language":
            return unigram_bits(split.train_inputs, split.val_labels, self.classes)
        if self.kind == "regression":
            return float(np.sqrt(((split.val_labels - split.train_labels.mean()) ** 2).mean())) * self.unit
        if self.kind == "imbalanced":
            return 1.0 / len(np.unique(split.val_labels))
        return float(np.bincount(split.val_labels).max() / len(split.val_labels))

    def leaves(self, recipe: Recipe, seed: int) -> dict[str, tuple[int, ...]]:
        """Return the arrays that a trial must leave, by name, with their shapes."""
        if self.kind == "language":
            return {"weights": evaluation.weights_shape(recipe, self.settings, self.classes)}
        split = self.split(seed)
        return {part: (len(labels), max(1, self.classes)) for part, labels in split_labels(split).items()}

    def score(
        self, part: Literal["val", "test"], arrays: Mapping[str, Floats], *, recipe: Recipe, seed: int
    ) -> dict[str, float]:
        """Return the metrics of what a trial left on validation or test."""
        return evaluation.score_kind(
            self.kind,
            arrays["weights" if self.kind == "language" else part],
            self.split(seed).labels(part),
            unit=self.unit,
            recipe=recipe,
            settings=self.settings,
            classes=self.classes,
            metric=self.metric,
        )

    def _split_in_words(self) -> str:
        if self.kind == "language":
            return (
                f"documents; test {self.n_test} tokens fixed, train {self.n_train} by seed, "
                f"val {self.n_val} of the others"
            )
        return f"test {self.n_test} fixed, train {self.n_train} by seed, val the rest"

    def _prepared_labels(self, labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return ((labels - self.origin) / self.unit).astype(np.float32) if self.kind == "regression" else labels

    def _split_text(self, texts: Texts, seed: int) -> Split:
        count = len(texts.documents)
        train, val, test = split_documents(
            texts,
            Streams(_TEST_SPLIT_SEED).at(f"split/test/{self.dataset}").permutation(count).tolist(),
            Streams(seed).at("split/train").permutation(count).tolist(),
            n_train=self.n_train,
            n_val=self.n_val,
            n_test=self.n_test,
        )
        nothing = np.zeros(0, np.int64)
        return Split(train, nothing, nothing, val, nothing, test)

    def _scaler(self, train: npt.NDArray[np.float64]) -> Callable[[npt.NDArray[np.float64]], Floats]:
        if self.scaling == "pixels":
            return lambda rows: (rows / _PIXEL_RANGE + _PIXEL_SHIFT).astype(np.float32)
        mean, spread = train.mean(0), train.std(0) + 1e-8
        return lambda rows: ((rows - mean) / spread).astype(np.float32)


def split_labels(split: Split) -> dict[str, npt.NDArray[Any]]:
    """Return the held-out labels by part."""
    return {"val": split.val_labels, "test": split.test_labels}


# The digits are 0 to 16; shifted so that the mean of a pixel is near 0 (it is 4.9 / 16).
_PIXEL_RANGE, _PIXEL_SHIFT = 16.0, -0.3
