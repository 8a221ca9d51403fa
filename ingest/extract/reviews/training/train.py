"""`train_reviews`: from reviews and hand labels to the component that ships.

Steps: read, fine-tune the teacher, label what is unlabelled with it, fit the reader, calibrate it on tuning papers,
write weights, manifest and card. Deterministic for one machine and one version of torch. The folder of the component
is written under another name and renamed when it is whole, so that a kill leaves the old one.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.canonical import content_hash, sha256_hex
from ingest.extract.reviews.features import BUCKETS
from ingest.extract.reviews.model import (
    ASPECTS,
    COMPONENT,
    POLARITIES,
    WEIGHTS_FILE,
    ReviewModel,
    Weights,
    packed,
    scores_of,
    softmax,
    unpacked,
)
from ingest.extract.reviews.training.sentences import (
    MEASURE,
    TRAINING,
    LabelledSentence,
    ReviewSentences,
    read_sentences,
)
from ingest.extract.reviews.training.student import fit_student, hand_targets, soft_targets
from ingest.extract.reviews.training.teacher import Teacher, soft_labels, train_teacher
from ingest.extract.train.card import card
from ingest.extract.weights.calibration import Calibration, expected_calibration_error, fit_platt
from ingest.extract.weights.manifest import CARD_FILE, MANIFEST_FILE, DataSet, FileRecord, Manifest, MeasuredFigure

VERSION = 1
LABELS = Path(__file__).resolve().parents[4] / "benchmarks" / "labels"
_DATA = DataSet(
    name="neurips-reviews",
    licence="OpenReview content, usually CC BY 4.0 per paper; labels are the project's own",
    source="reviews of NeurIPS 2023 and 2025 papers on OpenReview; labels by reading (benchmarks/labels/reviews.md)",
    used_for="what a review sentence does and what it is about",
)
_HAND_WEIGHT = 5.0
_SUMMARY_SHARE = 0.5  # summaries are many and alike


def train_reviews(
    data: Path,
    out: Path,
    *,
    labels: Path = LABELS,
    work: Path = Path("build/training/reviews"),
    unlabelled: int = 40_000,
    per_field: int = 800,
    teacher_epochs: int = 6,
    epochs: int = 6,
    rate: float = 0.005,
    seed: int = 0,
    log: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),
) -> Manifest:
    """Train the reader of reviews on *data* (a folder of ``<year>/reviews/*.json``) and write it to *out*.

    What the teacher learnt and said is kept in *work*, so that a killed run goes on there.

    Raises:
        NoReviewLabels: there is nothing to learn from.
    """
    found = read_sentences(data, labels)
    log(f"{len(found.training)} training labels, {len(found.tuning)} tuning labels, {found.lost} not found again")
    rng = random.Random(seed)
    mixed = rng.sample(list(found.unlabelled), len(found.unlabelled))
    some = [each for each in mixed if each.role != "review_summary" or rng.random() < _SUMMARY_SHARE][:unlabelled]
    kept = _Kept(work, per_field=per_field, teacher_epochs=teacher_epochs, seed=seed, labels=labels, said=len(some))

    def taught() -> Teacher:
        return train_teacher(
            found.training, found.unlabelled, per_field=per_field, epochs=teacher_epochs, seed=seed, log=log
        )

    soft = soft_targets(kept.soft(lambda: soft_labels(kept.teacher(taught), [each.sentence for each in some], log)))
    sentences = [*(each.sentence for each in some), *(each.sentence for each in found.training)]
    targets = np.concatenate([soft, hand_targets(found.training)])
    weights = np.ones(len(sentences), dtype=np.float32)
    weights[len(some) :] = _HAND_WEIGHT
    fitted = fit_student(sentences, targets, weights, epochs=epochs, rate=rate, seed=seed, log=log)
    settings = {
        "unlabelled": len(some),
        "per_field": per_field,
        "teacher_epochs": teacher_epochs,
        "epochs": epochs,
        "rate": rate,
        "seed": seed,
        "hand_weight": _HAND_WEIGHT,
        "buckets": BUCKETS,
    }
    return write_component(out, fitted, found, [each.paper for each in some], settings)


class _Kept:
    """What a run has reached, by what decides it: a file is whole or absent."""

    def __init__(self, work: Path, *, labels: Path, said: int, **settings: int) -> None:
        files = {name: sha256_hex((labels / name).read_bytes()) for name in (MEASURE, TRAINING)}
        key = content_hash({"settings": settings, "files": files})[:16]
        work.mkdir(parents=True, exist_ok=True)
        self._teacher, self._soft = work / f"teacher-{key}.pt", work / f"soft-{key}-{said}.npy"

    def teacher(self, train: Callable[[], Teacher]) -> Teacher:
        """Return the teacher that was kept, or the one that *train* makes."""
        import torch

        if self._teacher.is_file():
            teacher = Teacher()
            teacher.load_state_dict(torch.load(self._teacher, weights_only=True))
            return teacher.eval()
        teacher = train()
        partial = self._teacher.with_suffix(".part")
        torch.save(teacher.state_dict(), partial)
        partial.rename(self._teacher)
        return teacher

    def soft(self, label: Callable[[], npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
        """Return the soft labels that were kept, or those that *label* makes."""
        if self._soft.is_file():
            rows: npt.NDArray[np.float32] = np.load(self._soft, allow_pickle=False)
            return rows
        rows = label()
        partial = self._soft.with_name(f"{self._soft.stem}.part.npy")
        np.save(partial, rows, allow_pickle=False)
        partial.rename(self._soft)
        return rows


def write_component(
    out: Path,
    fitted: Weights,
    found: ReviewSentences,
    papers: Sequence[str],
    settings: dict[str, float | int],
) -> Manifest:
    """Balance and calibrate *fitted* on tuning papers, and write the folder of the component."""
    fitted, balance = _balanced(fitted, found.training, found.tuning)
    settings = {**settings, **balance}
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.parent / f".{out.name}.part"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    stored = packed(fitted)
    np.savez_compressed(partial / WEIGHTS_FILE, **stored)  # type: ignore[arg-type]
    content = (partial / WEIGHTS_FILE).read_bytes()
    manifest = Manifest(
        component=COMPONENT,
        version=VERSION,
        purpose=(
            "Reads the sentences of a review: praise, objection, question, suggestion or none of them, and what it is "
            "about. Sees the sentence and its two neighbours, never the section."
        ),
        licence="Apache-2.0",
        base_model="none (distilled from a fine-tuned all-MiniLM-L6-v2, which does not ship)",
        parameters=fitted.count,
        files=(FileRecord(name=WEIGHTS_FILE, sha256=sha256_hex(content), size_bytes=len(content)),),
        data_sets=(_DATA,),
        trained_on={_DATA.name: tuple(sorted({*papers, *(each.paper for each in found.training)}))},
        tuned_on={_DATA.name: tuple(sorted({each.paper for each in found.tuning}))},
        settings=dict(settings),
        not_for="reviews in other languages than English, and of other fields than machine learning",
    )
    rounded = ReviewModel(unpacked(stored), manifest)
    calibration, figures = _calibrated(rounded, found.tuning)
    manifest = manifest.model_copy(update={"calibration": calibration, "figures": figures})
    (partial / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    (partial / CARD_FILE).write_text(card(manifest), encoding="utf-8")
    if out.exists():
        shutil.rmtree(out)
    partial.rename(out)
    return manifest


def _balanced(
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


def _calibrated(
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
