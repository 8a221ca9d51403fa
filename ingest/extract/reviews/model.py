"""The trained reader of review sentences: hashed words, a linear part and a small network, in numpy.

Its input is the sentence and its two neighbours in the review, never the section it stands in. The linear part holds a
score for each word at each place; the network sees the mean embedding of each of the three sentences (Cheng et al.
2016, "Wide & deep learning"). Tables are eight-bit integers with one scale a column; probabilities are calibrated by
the maps of the manifest, on papers that trained nothing. Made by `training`; loaded once a process and verified against
its manifest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.vocabulary.extraction import Aspect, Polarity
from ingest.extract.reviews.features import BUCKETS, Ids, features
from ingest.extract.reviews.labels import SentenceInReview, SentenceLabel
from ingest.extract.reviews.word_rules import aspect_words
from ingest.extract.weights.load import WEIGHTS, load_component
from ingest.extract.weights.manifest import Manifest

COMPONENT = "reviews"
WEIGHTS_FILE = "weights.npz"
LEAST_SURE = "least_sure"
POLARITIES: tuple[Polarity | None, ...] = (*Polarity, None)
ASPECTS: tuple[Aspect, ...] = tuple(Aspect)
WIDTH = len(POLARITIES) + len(ASPECTS)
PLACES = ("text", "before", "after")
EMBEDDING, HIDDEN = 48, 64
_WHOLE = ("inner", "inner_bias", "outer", "bias", "listed")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """The numbers of the reader.

    `tables`: one of shape (BUCKETS, WIDTH) a place; `embedding`: (BUCKETS, EMBEDDING); `inner`: (3 × EMBEDDING, HIDDEN)
    with its bias; `outer`: (HIDDEN, WIDTH); `bias`: (WIDTH,). `listed` (shape (1,)) is what a word of an aspect's list
    (`lexicons/aspects.toml`) adds to its score: lists know rare aspects better than few examples do.
    """

    tables: tuple[Floats, ...]
    embedding: Floats
    inner: Floats
    inner_bias: Floats
    outer: Floats
    bias: Floats
    listed: Floats

    @property
    def count(self) -> int:
        """How many numbers there are."""
        parts = (*self.tables, self.embedding, self.inner, self.inner_bias, self.outer, self.bias, self.listed)
        return sum(part.size for part in parts)


def scores_of(weights: Weights, sentences: Sequence[SentenceInReview]) -> Floats:
    """Return what *weights* say of each sentence: scores of the polarities, then of the aspects."""
    ids: dict[str, Ids] = {}
    means: dict[str, Floats] = {}
    linear = np.tile(weights.bias, (len(sentences), 1)).astype(np.float32)
    seen = np.zeros((len(sentences), len(PLACES) * EMBEDDING), dtype=np.float32)
    for number, sentence in enumerate(sentences):
        for place, text in enumerate((sentence.text, sentence.before, sentence.after)):
            if text not in ids:
                ids[text] = features(text)
                means[text] = _scaled_sum(weights.embedding, ids[text])
            linear[number] += _scaled_sum(weights.tables[place], ids[text])
            seen[number, place * EMBEDDING : (place + 1) * EMBEDDING] = means[text]
    deep = np.tanh(seen @ weights.inner + weights.inner_bias) @ weights.outer
    scores: Floats = (linear + deep).astype(np.float32)
    if weights.listed[0]:
        words = np.array([aspect_words(each.text) for each in sentences], dtype=np.float32).reshape(-1, len(ASPECTS))
        scores[:, len(POLARITIES) :] += weights.listed[0] * words
    return scores


@dataclass(frozen=True)
class ReviewModel:
    """The reader: its weights, and what calibrates the outcome."""

    weights: Weights
    manifest: Manifest

    @property
    def name(self) -> str:
        """The component with its version, as `Extraction.read_by` names it."""
        return self.manifest.name

    @property
    def least_sure(self) -> float:
        """The calibrated confidence from which a sentence opens an argument; chosen on tuning papers."""
        least = self.manifest.settings.get(LEAST_SURE)
        return float(least) if isinstance(least, int | float) else 0.0

    def scores(self, sentences: Sequence[SentenceInReview]) -> Floats:
        """Return one row a sentence: scores of the polarities, then of the aspects."""
        return scores_of(self.weights, sentences)

    def read(self, sentences: Sequence[SentenceInReview]) -> list[SentenceLabel]:
        """Return the label of each sentence, with calibrated confidences."""
        scores = self.scores(sentences)
        polarities = softmax(scores[:, : len(POLARITIES)])
        aspects = softmax(scores[:, len(POLARITIES) :])
        labels = []
        for one, other in zip(polarities, aspects, strict=True):
            polarity, aspect = int(one.argmax()), int(other.argmax())
            labels.append(
                SentenceLabel(
                    POLARITIES[polarity],
                    ASPECTS[aspect],
                    self._calibrated("polarity", float(one[polarity])),
                    self._calibrated("aspect", float(other[aspect])),
                )
            )
        return labels

    def _calibrated(self, what: str, probability: float) -> float:
        calibration = self.manifest.calibration.get(what)
        return round(calibration.probability(probability) if calibration else probability, 4)


def _scaled_sum(table: Floats, ids: Ids) -> Floats:
    """Return the sum of some rows over the root of their number."""
    total: Floats = table[ids].sum(axis=0) / np.sqrt(np.float32(max(1, len(ids))))
    return total


def softmax(scores: Floats) -> Floats:
    """Return probabilities, row by row."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Floats = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities


@cache
def load_model(under: Path = WEIGHTS) -> ReviewModel | None:
    """Return the trained reader, or None where no weights are installed.

    Raises:
        DamagedWeights: a file differs from its manifest.
    """
    component = load_component(COMPONENT, under=under)
    if component is None:
        return None
    with np.load(component.folder / WEIGHTS_FILE, allow_pickle=False) as stored:
        return ReviewModel(unpacked(dict(stored)), component.manifest)


def packed(weights: Weights) -> dict[str, npt.NDArray[np.generic]]:
    """Return what the weights file holds: tables as eight-bit integers, with one scale for each column."""
    stored: dict[str, npt.NDArray[np.generic]] = {}
    for name, table in (*zip(PLACES, weights.tables, strict=True), ("embedding", weights.embedding)):
        if len(table) != BUCKETS:
            raise ValueError(f"a table of {len(table)} rows instead of {BUCKETS}")
        largest = np.abs(table).max(axis=0)
        scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
        stored[name] = np.round(table / scale).astype(np.int8)
        stored[f"{name}_scale"] = scale
    for name in _WHOLE:
        stored[name] = getattr(weights, name).astype(np.float32)
    return stored


def unpacked(stored: Mapping[str, npt.NDArray[Any]]) -> Weights:
    """Return the weights that a file holds."""

    def table(name: str) -> Floats:
        whole: Floats = stored[name].astype(np.float32) * stored[f"{name}_scale"]
        return whole

    return Weights(tuple(table(place) for place in PLACES), table("embedding"), *(stored[name] for name in _WHOLE))
