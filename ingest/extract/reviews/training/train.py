"""`train_reviews`: from reviews and hand labels to the component that ships.

Steps: read, fine-tune the teacher, label what is unlabelled with it, fit the reader, calibrate it, write weights,
manifest and card. Deterministic for one machine and one version of torch. A killed run goes on from the teacher and
from what it said, where it had come so far; the folder of the component is written under another name and renamed when
it is whole, so that a kill leaves the old one.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.canonical import content_hash, sha256_hex
from ingest.extract.reviews.features import BUCKETS
from ingest.extract.reviews.model import (
    COMPONENT,
    LEAST_SURE,
    WEIGHTS_FILE,
    ReviewModel,
    Weights,
    packed,
    unpacked,
)
from ingest.extract.reviews.training.calibrate import balanced, calibrated, least_sure
from ingest.extract.reviews.training.sentences import (
    FRESH,
    MEASURE,
    TRAINING,
    ReviewSentences,
    read_sentences,
)
from ingest.extract.reviews.training.student import fit_student, hand_targets, soft_targets
from ingest.extract.reviews.training.teacher import Teacher, soft_labels, train_teacher
from ingest.extract.train.card import card
from ingest.extract.weights.manifest import CARD_FILE, MANIFEST_FILE, DataSet, FileRecord, Manifest

VERSION = 2
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
    return write_component(out, fitted, found, settings)


class _Kept:
    """What a run has reached, by what decides it: a file is whole or absent."""

    def __init__(self, work: Path, *, labels: Path, said: int, **settings: int) -> None:
        there = [name for name in (MEASURE, FRESH, TRAINING) if (labels / name).is_file()]
        files = {name: sha256_hex((labels / name).read_bytes()) for name in there}
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
    settings: dict[str, float | int],
) -> Manifest:
    """Balance and calibrate *fitted* on tuning papers, and write the folder of the component."""
    fitted, balance = balanced(fitted, found.training, found.tuning)
    settings = {**settings, **balance}
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.parent / f".{out.name}.part"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    stored = packed(fitted)
    np.savez_compressed(partial / WEIGHTS_FILE, allow_pickle=False, **stored)
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
        trained_on={
            _DATA.name: tuple(
                sorted({each.paper for each in found.unlabelled} | {each.paper for each in found.training})
            )
        },
        tuned_on={_DATA.name: tuple(sorted({each.paper for each in found.tuning}))},
        settings=dict(settings),
        not_for="reviews in other languages than English, and of other fields than machine learning",
    )
    rounded = ReviewModel(unpacked(stored), manifest)
    calibration, figures = calibrated(rounded, found.tuning)
    manifest = manifest.model_copy(update={"calibration": calibration})
    least, kept = least_sure(ReviewModel(rounded.weights, manifest), found.tuning)
    settings = {**settings, LEAST_SURE: least}
    manifest = manifest.model_copy(update={"settings": settings, "figures": (*figures, *kept)})
    (partial / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    (partial / CARD_FILE).write_text(card(manifest), encoding="utf-8")
    if out.exists():
        shutil.rmtree(out)
    partial.rename(out)
    return manifest
