"""Settings of decoding, chosen on tuning papers, and the calibration of every confidence on the same papers.

Grids are coarse on purpose: a threshold that only one step of .02 makes good is luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ingest.extract.encoder.consistency import Consistency, Place
from ingest.extract.encoder.decode import Decoding, places
from ingest.extract.encoder.scores import DocumentScores, sigmoid
from ingest.extract.train.encoded import IGNORED, Encoded
from ingest.extract.train.measure import Counts, best_threshold, gold_spans
from ingest.extract.weights import Calibration, MeasuredFigure
from ingest.extract.weights.calibration import expected_calibration_error, fit_isotonic

TUNING = "tuning papers"
_WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8)
_THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


@dataclass(frozen=True)
class Read:
    """Documents of one set with their scores."""

    documents: tuple[Encoded, ...]
    scores: tuple[DocumentScores, ...]


def head_places(read: Read, head: str, decoding: Decoding) -> list[list[Place]]:
    """Return what *head* finds in each document."""
    return [
        places(head, [sentence.text for sentence in document.document.sentences], document.tokens, scores, decoding)
        for document, scores in zip(read.documents, read.scores, strict=True)
    ]


def span_hits(read: Read, head: str, decoding: Decoding) -> tuple[list[Counts], list[list[tuple[float, bool]]]]:
    """Return counts and (score, right) of each document, over the sentences of which the set says something."""
    found = head_places(read, head, decoding)
    hits: list[list[tuple[float, bool]]] = []
    for document, places_ in zip(read.documents, found, strict=True):
        gold = gold_spans(document, head)
        hits.append(
            [
                (place.score, (place.first, place.last, place.kind) in (gold[place.sentence] or ()))
                for place in places_
                if gold[place.sentence] is not None
            ]
        )
    return _counts(read, head, found), hits


def tune_spans(read: Read, head: str, decoding: Decoding, *, whole_documents: bool) -> Consistency:
    """Return the weight and threshold with the highest F1 on *read*; of equals the first, that is the lower.

    Places are found once for each weight: since they are taken from the surest down, those below a threshold never
    stand in the way of one above it.
    """
    best, best_f1 = Consistency(0.0, 0.0), -1.0
    for weight in _WEIGHTS if whole_documents else (0.0,):
        tried = replace(decoding, consistency={**decoding.consistency, head: Consistency(weight, _THRESHOLDS[0])})
        found = head_places(read, head, tried)
        for threshold in _THRESHOLDS:
            kept = [[place for place in each if place.score >= threshold] for each in found]
            f1 = sum(_counts(read, head, kept), Counts()).f1
            if f1 > best_f1 + 5e-4:
                best, best_f1 = Consistency(weight, threshold), f1
    return best


def _counts(read: Read, head: str, found: Sequence[Sequence[Place]]) -> list[Counts]:
    counts: list[Counts] = []
    for document, places_ in zip(read.documents, found, strict=True):
        gold = gold_spans(document, head)
        known = [place for place in places_ if gold[place.sentence] is not None]
        right = sum((place.first, place.last, place.kind) in (gold[place.sentence] or ()) for place in known)
        counts.append(Counts(right, len(known), sum(len(each) for each in gold if each is not None)))
    return counts


def choose(ncg: Read, scirex: Read, tdmsci: Read, decoding: Decoding) -> Decoding:
    """Return *decoding* with everything that is set on tuning papers set on these."""
    decoding = replace(decoding, contribution_threshold=best_threshold(ncg.documents, ncg.scores)[0])
    consistency = {
        "scirex": tune_spans(scirex, "scirex", decoding, whole_documents=True),
        "tdmsci": tune_spans(tdmsci, "tdmsci", decoding, whole_documents=False),
        "phrases": tune_spans(ncg, "phrases", decoding, whole_documents=False),
    }
    decoding = replace(decoding, consistency=consistency)
    calibration = {head: _calibrated(_pairs(read, head, decoding)) for head, read in _reads(ncg, scirex, tdmsci)}
    calibration["contribution"] = _calibrated(_contribution_pairs(ncg))
    calibration["roles"] = _calibrated([*_role_pairs(ncg), *_role_pairs(scirex)])
    return replace(decoding, calibration=calibration)


def _reads(ncg: Read, scirex: Read, tdmsci: Read) -> tuple[tuple[str, Read], ...]:
    return ("scirex", scirex), ("tdmsci", tdmsci), ("phrases", ncg)


def _pairs(read: Read, head: str, decoding: Decoding) -> list[list[tuple[float, bool]]]:
    return span_hits(read, head, decoding)[1]


def _contribution_pairs(read: Read) -> list[list[tuple[float, bool]]]:
    return [
        [(float(p), bool(y == 1)) for p, y in zip(sigmoid(each.contribution), document.contribution, strict=True)]
        for document, each in zip(read.documents, read.scores, strict=True)
    ]


def _role_pairs(read: Read) -> list[list[tuple[float, bool]]]:
    """The likeliest role of each sentence with a weak label, and whether it is that label."""
    found: list[list[tuple[float, bool]]] = []
    for document, each in zip(read.documents, read.scores, strict=True):
        rows = np.flatnonzero(document.roles != IGNORED)
        best = each.roles[rows].argmax(axis=1)
        found.append(
            [
                (float(sigmoid(each.roles[row, kind])), bool(document.roles[row] == kind))
                for row, kind in zip(rows, best, strict=True)
            ]
        )
    return found


def _calibrated(documents: Sequence[Sequence[tuple[float, bool]]]) -> Calibration:
    pairs = [pair for document in documents for pair in document]
    if not pairs:
        return Calibration(kind="platt", slope=1.0, intercept=0.0)
    return fit_isotonic([score for score, _ in pairs], [right for _, right in pairs])


def figures(ncg: Read, scirex: Read, tdmsci: Read, decoding: Decoding) -> list[MeasuredFigure]:
    """Return the figures on tuning papers, on which the thresholds were chosen too.

    The error of calibration is cross-fitted: fitted on every other document, measured on the rest, both ways.
    """
    found: list[MeasuredFigure] = []
    threshold = decoding.contribution_threshold
    chosen = Counts()
    for document, each in zip(ncg.documents, ncg.scores, strict=True):
        marked, gold = sigmoid(each.contribution) >= threshold, document.contribution == 1
        chosen += Counts(int((marked & gold).sum()), int(marked.sum()), int(gold.sum()))
    found.append(_figure("ncg.sentence.f1", chosen, len(ncg.documents)))
    found.append(_figure("ncg.phrase.f1", phrases_end_to_end(ncg, decoding), len(ncg.documents)))
    for name, head, read in (
        ("ncg.phrase.f1.given_gold", "phrases", ncg),
        ("scirex.mention.f1", "scirex", scirex),
        ("tdmsci.entity.f1", "tdmsci", tdmsci),
    ):
        found.append(_figure(name, sum(span_hits(read, head, decoding)[0], Counts()), len(read.documents)))
    for name, documents in (
        *((head, _pairs(read, head, decoding)) for head, read in _reads(ncg, scirex, tdmsci)),
        ("contribution", _contribution_pairs(ncg)),
        ("roles", [*_role_pairs(ncg), *_role_pairs(scirex)]),
    ):
        found.extend(_calibration_figures(name, documents))
    return found


def phrases_end_to_end(ncg: Read, decoding: Decoding) -> Counts:
    """Return the counts of phrases on the sentences that were chosen, none given."""
    total = Counts()
    found = head_places(ncg, "phrases", decoding)
    for document, scores, its in zip(ncg.documents, ncg.scores, found, strict=True):
        marked = sigmoid(scores.contribution) >= decoding.contribution_threshold
        gold = gold_spans(document, "phrases")
        kept = [place for place in its if marked[place.sentence]]
        right = sum((place.first, place.last, place.kind) in (gold[place.sentence] or ()) for place in kept)
        total += Counts(right, len(kept), sum(len(each) for each in gold if each is not None))
    return total


def _figure(name: str, counts: Counts, n: int) -> MeasuredFigure:
    return MeasuredFigure(
        figure=name,
        value=round(counts.f1, 4),
        n=n,
        measured_on=TUNING,
        precision=round(counts.precision, 4),
        recall=round(counts.recall, 4),
    )


def _calibration_figures(name: str, documents: Sequence[Sequence[tuple[float, bool]]]) -> list[MeasuredFigure]:
    halves = documents[0::2], documents[1::2]
    probabilities: list[float] = []
    right: list[bool] = []
    for fitted_on, measured in (halves, halves[::-1]):
        calibration = _calibrated(fitted_on)
        for document in measured:
            probabilities.extend(calibration.probability(score) for score, _ in document)
            right.extend(hit for _, hit in document)
    sure = [hit for p, hit in zip(probabilities, right, strict=True) if p >= 0.9]
    figures_ = [
        MeasuredFigure(
            figure=f"extract.ece.{name}",
            value=round(expected_calibration_error(probabilities, right), 4),
            n=len(documents),
            measured_on=TUNING,
        )
    ]
    if sure:
        figures_.append(
            MeasuredFigure(
                figure=f"extract.precision_at_90.{name}",
                value=round(sum(sure) / len(sure), 4),
                n=len(sure),
                measured_on=TUNING,
            )
        )
    return figures_
