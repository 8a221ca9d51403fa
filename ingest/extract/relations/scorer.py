"""The trained component at run time: how likely each pair of names is related, and how.

A linear model over the features of a pair (`ingest.extract.relations.features`), kept as one matrix; numpy alone.
Absent weights are a value: then the rules speak alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.extract.relations.features import CLASSES, Pair, Said, candidate_pairs, features
from ingest.extract.relations.relation import Name, Relation, RelationType
from ingest.extract.weights import Calibration, load_component
from ingest.extract.weights.load import WEIGHTS

COMPONENT = "relations"
WEIGHTS_FILE, FEATURES_FILE = "weights.npz", "features.json"
_MOST_NAMES = 24  # pairs grow with the square; a sentence of more names is a list


@dataclass(frozen=True)
class Scorer:
    """The loaded model: a row of `matrix` for each feature, a column for each of `CLASSES`."""

    index: dict[str, int]
    matrix: NDArray[np.float32]
    intercept: NDArray[np.float32]
    threshold: float
    calibration: Calibration

    def probabilities(self, found: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of each of `CLASSES` for one pair."""
        rows = [self.index[each] for each in found if each in self.index]
        scores = self.intercept.astype(np.float64) + self.matrix[rows].sum(axis=0, dtype=np.float64)
        exponents = np.exp(scores - scores.max())
        chances: NDArray[np.float64] = exponents / exponents.sum()
        return chances

    def relations(self, text: str, names: Sequence[Name], by_rules: Sequence[Relation]) -> list[Relation]:
        """Return the relations whose probability passes the threshold, in reading order."""
        lower, said = text.lower(), said_by(by_rules, names)
        found: list[Relation] = []
        for pair in candidate_pairs(names):
            chances = self.probabilities(features(lower, names, pair, said))
            best = 1 + int(chances[1:].argmax())
            kind = CLASSES[best]
            if kind is None or chances[best] < self.threshold:
                continue
            type, backward = kind
            head, tail = pair[::-1] if backward else pair
            sure = round(self.calibration.probability(float(chances[best])), 3)
            found.append(Relation(type=type, head=head, tail=tail, confidence=sure))
        return found


def said_by(by_rules: Sequence[Relation], names: Sequence[Name]) -> Said:
    """Return what the rules say of each pair in reading order."""
    said: dict[Pair, tuple[RelationType, bool]] = {}
    for each in by_rules:
        backward = names[each.tail].start < names[each.head].start
        pair = (each.tail, each.head) if backward else (each.head, each.tail)
        said[pair] = (each.type, backward)
    return said


def readable(names: Sequence[Name]) -> bool:
    """Say whether a sentence has few enough names to look at every pair."""
    return len(names) <= _MOST_NAMES


@lru_cache(maxsize=4)
def load_scorer(under: Path = WEIGHTS) -> Scorer | None:
    """Return the trained component, or None where none is installed.

    Raises:
        DamagedWeights: a file is not what its manifest says.
    """
    component = load_component(COMPONENT, under=under)
    if component is None:
        return None
    with np.load(component.folder / WEIGHTS_FILE) as stored:
        matrix, intercept = stored["matrix"], stored["intercept"]
    names = json.loads((component.folder / FEATURES_FILE).read_text(encoding="utf-8"))
    settings = component.manifest.settings
    return Scorer(
        index={name: number for number, name in enumerate(names)},
        matrix=matrix.astype(np.float32),
        intercept=intercept.astype(np.float32),
        threshold=float(str(settings["threshold"])),
        calibration=component.manifest.calibration["relation"],
    )
