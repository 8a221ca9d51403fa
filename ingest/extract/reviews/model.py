"""The trained reader of review sentences: one linear layer over hashed words, in numpy.

Its input is the sentence and its two neighbours in the review, never the section it stands in. Weights are eight-bit
integers with one scale a column; probabilities are calibrated by the maps of the manifest, on papers that trained
nothing. Made by `training`; loaded once a process and verified against its manifest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.vocabulary.extraction import Aspect, Polarity
from ingest.extract.reviews.features import BUCKETS, Ids, features
from ingest.extract.reviews.labels import SentenceInReview, SentenceLabel
from ingest.extract.weights.load import WEIGHTS, load_component
from ingest.extract.weights.manifest import Manifest

COMPONENT = "reviews"
WEIGHTS_FILE = "weights.npz"
POLARITIES: tuple[Polarity | None, ...] = (*Polarity, None)
ASPECTS: tuple[Aspect, ...] = tuple(Aspect)
WIDTH = len(POLARITIES) + len(ASPECTS)
PLACES = ("text", "before", "after")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ReviewModel:
    """Tables of shape (BUCKETS, WIDTH), one for the sentence and each neighbour, and what calibrates the outcome."""

    tables: tuple[Floats, ...]
    bias: Floats
    manifest: Manifest

    @property
    def name(self) -> str:
        """The component with its version, as `Extraction.read_by` names it."""
        return self.manifest.name

    def scores(self, sentences: Sequence[SentenceInReview]) -> Floats:
        """Return one row a sentence: scores of the polarities, then of the aspects."""
        ids: dict[str, Ids] = {}
        rows = np.zeros((len(sentences), WIDTH), dtype=np.float32)
        for number, sentence in enumerate(sentences):
            row = self.bias.copy()
            for table, text in zip(self.tables, (sentence.text, sentence.before, sentence.after), strict=True):
                found = ids.get(text)
                if found is None:
                    found = ids[text] = features(text)
                if len(found):
                    row += table[found].sum(axis=0) / np.sqrt(np.float32(len(found)))
            rows[number] = row
        return rows

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
        scale = stored["scale"]
        tables = tuple((stored[place].astype(np.float32) * scale).astype(np.float32) for place in PLACES)
        bias = stored["bias"].astype(np.float32)
    return ReviewModel(tables, bias, component.manifest)


def packed(tables: Sequence[Floats], bias: Floats) -> dict[str, npt.NDArray[np.generic]]:
    """Return what the weights file holds: tables as eight-bit integers, with one scale for each column."""
    for table in tables:
        if table.shape != (BUCKETS, WIDTH):
            raise ValueError(f"a table of shape {table.shape} instead of {(BUCKETS, WIDTH)}")
    largest = np.max([np.abs(table).max(axis=0) for table in tables], axis=0)
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    whole = {place: np.round(table / scale).astype(np.int8) for place, table in zip(PLACES, tables, strict=True)}
    return {**whole, "scale": scale, "bias": bias.astype(np.float32)}
