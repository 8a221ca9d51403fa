"""Training the relation component: `train_relations` makes its folder from annotated papers.

A multinomial logistic regression over the features of pairs, learnt on training papers; how strongly it is regularised
and the threshold are chosen, and its confidences calibrated, on tuning papers. Deterministic: no random numbers.
Needs scikit-learn; what it writes is read with numpy alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.canonical import sha256_hex
from ingest.extract.gold import NcgArticle, Split, read_gold
from ingest.extract.relations.examples import Example, examples
from ingest.extract.relations.features import CLASSES
from ingest.extract.relations.scorer import COMPONENT, FEATURES_FILE, WEIGHTS_FILE
from ingest.extract.train.card import card
from ingest.extract.weights import Calibration, Manifest
from ingest.extract.weights.calibration import expected_calibration_error, fit_platt
from ingest.extract.weights.manifest import CARD_FILE, MANIFEST_FILE, DataSet, FileRecord, MeasuredFigure

VERSION = 1
_STRENGTHS = (0.05, 0.1, 0.2, 0.5, 1.0)
_THRESHOLDS = tuple(round(0.2 + 0.05 * step, 2) for step in range(11))
_LEAST_SEEN = 3  # a feature of fewer pairs is forgotten
_ITERATIONS = 500


def train_relations(
    data: Path, out: Path, *, join_tuning: bool = False, log: Callable[[str], None] | None = None
) -> Manifest:
    """Learn from the NCG articles under *data*, write the component to *out* and return its manifest.

    With *join_tuning* the settings chosen on tuning papers are kept and both parts are learnt from.

    Raises:
        UnreadableGold: a file of *data* has the name of a format and not its shape.
        ValueError: there are no training or no tuning papers under *data*.
    """
    articles = [each for each in read_gold(data).ncg if {"phrases", "triples"} <= each.annotated]
    parts = {split: [each for each in articles if each.split is split] for split in (Split.TRAIN, Split.TUNE)}
    if not all(parts.values()):
        raise ValueError(f"{data} holds {len(articles)} annotated NCG articles, too few to train and to tune on")
    train, tune = examples(parts[Split.TRAIN]), examples(parts[Split.TUNE])
    log = log or _silent
    log(f"{len(train)} pairs of {len(parts[Split.TRAIN])} articles, {len(tune)} of {len(parts[Split.TUNE])} to tune on")
    best = max((_tried(train, tune, strength, log) for strength in _STRENGTHS), key=lambda each: each.rank)
    calibration, error = _calibrated(best, tune)
    learnt_from = [*train, *tune] if join_tuning else train
    vocabulary = _vocabulary(learnt_from)
    matrix, intercept = _fitted(learnt_from, vocabulary, best.strength)
    figures = (
        MeasuredFigure(
            figure="relations.pair.f1",
            value=round(best.f1, 4),
            n=len(parts[Split.TUNE]),
            measured_on="tuning papers",
            precision=round(best.precision, 4),
            recall=round(best.recall, 4),
        ),
        MeasuredFigure(
            figure="relations.ece", value=round(error, 4), n=len(parts[Split.TUNE]), measured_on="tuning papers"
        ),
    )
    out.mkdir(parents=True, exist_ok=True)
    with (out / WEIGHTS_FILE).open("wb") as file:
        np.savez(file, matrix=matrix.astype(np.float16), intercept=intercept.astype(np.float32))
    (out / FEATURES_FILE).write_text(json.dumps(vocabulary, ensure_ascii=True, indent=0) + "\n", encoding="utf-8")
    manifest = _manifest(out, parts, best, calibration, figures, size=matrix.size, joined=join_tuning)
    (out / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (out / CARD_FILE).write_text(card(manifest), encoding="utf-8")
    return manifest


def _silent(line: str) -> None:
    """Say nothing."""


class _Tried:
    """A strength with its best threshold on the tuning pairs."""

    def __init__(self, strength: float, chances: NDArray[np.float64], labels: NDArray[np.int64]) -> None:
        self.strength, self.chances = strength, chances
        scored = [(_figures(chances, labels, threshold), threshold) for threshold in _THRESHOLDS]
        (self.f1, self.precision, self.recall), self.threshold = max(scored, key=lambda each: (each[0][0], -each[1]))

    @property
    def rank(self) -> tuple[float, float]:
        """The better first; of equals the more strongly regularised."""
        return self.f1, -self.strength


def _tried(train: Sequence[Example], tune: Sequence[Example], strength: float, log: Callable[[str], None]) -> _Tried:
    vocabulary = _vocabulary(train)
    matrix, intercept = _fitted(train, vocabulary, strength)
    tried = _Tried(strength, _chances(tune, vocabulary, matrix, intercept), _labels(tune))
    log(f"strength {strength}: F1 {tried.f1:.3f} at threshold {tried.threshold}")
    return tried


def _vocabulary(found: Sequence[Example]) -> list[str]:
    seen: dict[str, int] = {}
    for example in found:
        for feature in example.features:
            seen[feature] = seen.get(feature, 0) + 1
    return sorted(feature for feature, count in seen.items() if count >= _LEAST_SEEN)


def _fitted(
    found: Sequence[Example], vocabulary: Sequence[str], strength: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights by feature and class, and intercepts; a class that was never seen is as good as impossible."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    index = {feature: number for number, feature in enumerate(vocabulary)}
    rows = [[index[each] for each in example.features if each in index] for example in found]
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    sparse = csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), len(vocabulary)))
    model = LogisticRegression(C=strength, max_iter=_ITERATIONS).fit(sparse, _labels(found))
    matrix, intercept = np.zeros((len(vocabulary), len(CLASSES))), np.full(len(CLASSES), -30.0)
    if len(model.classes_) == 2:  # then there is one row, for the second class against the first
        first, second = model.classes_
        intercept[first] = 0.0
        matrix[:, second], intercept[second] = model.coef_[0], model.intercept_[0]
        return matrix, intercept
    for row, label in enumerate(model.classes_):
        matrix[:, label], intercept[label] = model.coef_[row], model.intercept_[row]
    return matrix, intercept


def _labels(found: Sequence[Example]) -> NDArray[np.int64]:
    return np.array([example.label for example in found], dtype=np.int64)


def _chances(
    found: Sequence[Example],
    vocabulary: Sequence[str],
    matrix: NDArray[np.float64],
    intercept: NDArray[np.float64],
) -> NDArray[np.float64]:
    index = {feature: number for number, feature in enumerate(vocabulary)}
    scores = np.array(
        [
            intercept + matrix[[index[each] for each in example.features if each in index]].sum(axis=0)
            for example in found
        ]
    )
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = exponents / exponents.sum(axis=1, keepdims=True)
    return chances


def _figures(chances: NDArray[np.float64], labels: NDArray[np.int64], threshold: float) -> tuple[float, float, float]:
    """Return F1, precision and recall over related pairs, kind and direction included."""
    best = 1 + chances[:, 1:].argmax(axis=1)
    said = chances[np.arange(len(best)), best] >= threshold
    right = int((said & (best == labels)).sum())
    precision = right / max(1, int(said.sum()))
    recall = right / max(1, int((labels > 0).sum()))
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def _calibrated(best: _Tried, tune: Sequence[Example]) -> tuple[Calibration, float]:
    labels = _labels(tune)
    kinds = 1 + best.chances[:, 1:].argmax(axis=1)
    scores = best.chances[np.arange(len(kinds)), kinds]
    said = scores >= best.threshold
    right = [bool(each) for each in (kinds == labels)[said]]
    calibration = fit_platt([float(each) for each in scores[said]], right)
    probabilities = [calibration.probability(float(each)) for each in scores[said]]
    return calibration, expected_calibration_error(probabilities, right)


def _manifest(
    out: Path,
    parts: dict[Split, list[NcgArticle]],
    best: _Tried,
    calibration: Calibration,
    figures: tuple[MeasuredFigure, ...],
    *,
    size: int,
    joined: bool,
) -> Manifest:
    hashes = {
        split: tuple(sorted({each for article in articles for each in article.paper.hashes}))
        for split, articles in parts.items()
    }
    trained = tuple(sorted({*hashes[Split.TRAIN], *(hashes[Split.TUNE] if joined else ())}))
    return Manifest(
        component=COMPONENT,
        version=VERSION,
        purpose="How two names of a sentence are related: used for, evaluate for, part of, compare, or not at all.",
        licence="CC-BY-SA-3.0",
        attribution="Learnt from NLPContributionGraph (D'Souza, Auer, Pedersen; SemEval-2021 task 11), CC-BY-SA 3.0.",
        parameters=size,
        files=tuple(
            FileRecord(name=name, sha256=sha256_hex((out / name).read_bytes()), size_bytes=(out / name).stat().st_size)
            for name in (WEIGHTS_FILE, FEATURES_FILE)
        ),
        data_sets=(
            DataSet(
                name="ncg",
                licence="CC-BY-SA-3.0",
                source="NLPContributionGraph, SemEval-2021 task 11",
                used_for="pairs of phrases, related by the predicate of a triple",
            ),
        ),
        trained_on={"ncg": trained},
        tuned_on={"ncg": hashes[Split.TUNE]},
        settings={"strength": best.strength, "threshold": best.threshold, "least_seen": _LEAST_SEEN},
        figures=figures,
        calibration={"relation": calibration},
        not_for="Relations across sentences; kinds of relation other than these four.",
    )
