"""What tuning papers decide of a fitted reader: its balance, what its confidences are worth, how sure it must be.

Tuning papers train nothing, and no paper of a measure is among them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.extract.reviews.model import ASPECTS, POLARITIES, ReviewModel, Weights, scores_of, softmax
from ingest.extract.reviews.pieces import READ
from ingest.extract.reviews.training.sentences import LabelledSentence
from ingest.extract.weights.calibration import Calibration, expected_calibration_error, fit_platt
from ingest.extract.weights.manifest import MeasuredFigure

_RIGHT = 0.8  # of the sentences that open an argument, so many shall have the polarity that is stated
_Z = 1.2816  # and that with a one-sided confidence of 90 %: tuning papers are few


def balanced(
    fitted: Weights, training: Sequence[LabelledSentence], tuning: Sequence[LabelledSentence]
) -> tuple[Weights, dict[str, float]]:
    """Return *fitted* with two settings read off small grids, by the macro F1 on tuning papers.

    How far the scores of frequent classes are lowered (logit adjustment, Menon et al. 2021), for each of the two
    outcomes; and what a listed word of an aspect adds.
    """
    sentences = [each.sentence for each in tuning]
    plain = scores_of(replace(fitted, listed=np.zeros(1, dtype=np.float32)), sentences)
    words = scores_of(replace(fitted, listed=np.ones(1, dtype=np.float32)), sentences) - plain
    split = len(POLARITIES)
    shift = np.zeros(plain.shape[1], dtype=np.float32)
    chosen: dict[str, float] = {}
    for what, columns, of, classes, bonuses in (
        ("polarity", slice(0, split), _polarity_of, split, (0.0,)),
        (
            "aspect",
            slice(split, None),
            _aspect_of,
            len(ASPECTS),
            (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
        ),
    ):
        share = np.bincount([each for each in map(of, training) if each >= 0], minlength=classes).clip(min=1)
        prior = np.log(share / share.sum()).astype(np.float32)
        known = [number for number, each in enumerate(map(of, tuning)) if each >= 0]
        wanted = [of(tuning[number]) for number in known]
        reached: dict[tuple[float, float], float] = {}
        for strength in (0.0, 0.25, 0.5, 0.75, 1.0):
            for bonus in bonuses:
                scores = plain[known, columns] + bonus * words[known, columns] - strength * prior
                reached[strength, bonus] = round(_macro([int(each) for each in scores.argmax(axis=1)], wanted), 3)
        _, strength, bonus = min((-value, *pair) for pair, value in reached.items())
        shift[columns] = -strength * prior
        chosen[f"{what}_balance"] = strength
        if what == "aspect":
            chosen["listed_words"] = bonus
    listed = np.array([chosen["listed_words"]], dtype=np.float32)
    return replace(fitted, bias=fitted.bias + shift, listed=listed), chosen


def _polarity_of(labelled: LabelledSentence) -> int:
    return POLARITIES.index(labelled.polarity)


def _aspect_of(labelled: LabelledSentence) -> int:
    """Return the place of its aspect, -1 where it argues nothing."""
    return ASPECTS.index(labelled.aspect) if labelled.aspect else -1


def calibrated(
    model: ReviewModel, tuning: Sequence[LabelledSentence]
) -> tuple[dict[str, Calibration], tuple[MeasuredFigure, ...]]:
    """Return the maps of confidences, and the figures, on tuning papers; those of the maps are cross-fitted."""
    scores = model.scores([each.sentence for each in tuning])
    split = len(POLARITIES)
    calibration: dict[str, Calibration] = {}
    figures: list[MeasuredFigure] = []
    for what, rows, wanted in (
        ("polarity", softmax(scores[:, :split]), [POLARITIES.index(each.polarity) for each in tuning]),
        ("aspect", softmax(scores[:, split:]), [ASPECTS.index(each.aspect) if each.aspect else -1 for each in tuning]),
    ):
        known = [number for number, each in enumerate(wanted) if each >= 0]
        said = [int(rows[number].argmax()) for number in known]
        right = [choice == wanted[number] for choice, number in zip(said, known, strict=True)]
        sure = [float(rows[number].max()) for number in known]
        papers = [tuning[number].paper for number in known]
        calibration[what] = fit_platt(sure, right)
        figures += [
            MeasuredFigure(
                figure=f"reviews.{what}.f1",
                value=_macro(said, [wanted[number] for number in known]),
                n=len(set(papers)),
                measured_on="tuning papers",
            ),
            MeasuredFigure(
                figure=f"reviews.{what}.ece",
                value=_cross_fitted(sure, right, papers),
                n=len(set(papers)),
                measured_on="tuning papers",
            ),
        ]
    return calibration, tuple(figures)


def least_sure(model: ReviewModel, tuning: Sequence[LabelledSentence]) -> tuple[float, tuple[MeasuredFigure, ...]]:
    """Return the lowest confidence from which `_RIGHT` of the opened arguments are right, and what holds there.

    Only sentences of the parts that are read count. Where none suffices, it is `_RIGHT` itself: confidences are
    calibrated.
    """
    inside = [each for each in tuning if each.role in READ]
    labels = model.read([each.sentence for each in inside])
    said = sorted(
        (label.polarity_confidence, label.polarity is each.polarity)
        for label, each in zip(labels, inside, strict=True)
        if label.polarity is not None
    )
    enough = (
        sure
        for place, (sure, _) in enumerate(said)
        if (place == 0 or said[place - 1][0] < sure) and _lower([right for _, right in said[place:]]) >= _RIGHT
    )
    least = next(enough, _RIGHT)
    kept = [right for sure, right in said if sure >= least]
    papers = len({each.paper for each in inside})
    figures = (
        ("reviews.points.precision", sum(kept) / len(kept) if kept else 0.0),
        ("reviews.points.kept", len(kept) / len(said) if said else 0.0),
    )
    measured = "tuning papers, where the threshold was chosen"
    return least, tuple(
        MeasuredFigure(figure=name, value=value, n=papers, measured_on=measured) for name, value in figures
    )


def _lower(right: Sequence[bool]) -> float:
    """Return the lower end of Wilson's interval of a share."""
    n, share = len(right), sum(right) / len(right)
    middle = share + _Z**2 / (2 * n)
    return (middle - _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))) / (1 + _Z**2 / n)


def _cross_fitted(sure: Sequence[float], right: Sequence[bool], papers: Sequence[str]) -> float:
    """Return the calibration error where each half of the papers is mapped by what the other half gives."""
    half = [int(paper, 16) // 5 % 2 == 0 for paper in papers]
    mapped = [0.0] * len(sure)
    for side in (True, False):
        fitted = fit_platt(
            [each for each, mine in zip(sure, half, strict=True) if mine is not side],
            [each for each, mine in zip(right, half, strict=True) if mine is not side],
        )
        for number, mine in enumerate(half):
            if mine is side:
                mapped[number] = fitted.probability(sure[number])
    return expected_calibration_error(mapped, right)


def _macro(said: Sequence[int], wanted: Sequence[int]) -> float:
    values = []
    for name in sorted(set(wanted)):
        right = sum(a == b == name for a, b in zip(said, wanted, strict=True))
        values.append(2 * right / (said.count(name) + list(wanted).count(name)))
    return sum(values) / len(values)
