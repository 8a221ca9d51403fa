"""Review sentences to learn from: labelled by hand, and unlabelled with the form field they stand in.

Guarantees: no sentence comes from a paper of the measures (``reviews.jsonl``, and ``reviews_fresh.jsonl`` where it is
there), nor from one whose title hash mod 5 is 0. Papers with mod 5 = 1 tune and calibrate; the others train. A hand
label whose text is not what was labelled is left out and counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.canonical import sha256_hex
from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import Aspect, Polarity
from ingest.extract.gold.identity import Split, split_of, title_hash
from ingest.extract.reviews.errors import NoReviewLabels
from ingest.extract.reviews.labels import SentenceInReview
from ingest.extract.reviews.reader import in_context
from ingest.parse.reviews_json import parse_reviews_json

MEASURE, FRESH, TRAINING = "reviews.jsonl", "reviews_fresh.jsonl", "reviews_training.jsonl"
_LEAST_WORDS = 3
_POLARITIES = {
    "praise": Polarity.POSITIVE,
    "criticism": Polarity.NEGATIVE,
    "question": Polarity.QUESTION,
    "suggestion": Polarity.SUGGESTION,
    "none": None,
}


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with its hand label and the form field it stands in; `aspect` is None where it argues nothing."""

    sentence: SentenceInReview
    polarity: Polarity | None
    aspect: Aspect | None
    paper: str
    role: SectionRole


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """An unlabelled sentence and the form field it stands in."""

    sentence: SentenceInReview
    role: SectionRole
    paper: str


@dataclass(frozen=True)
class ReviewSentences:
    """What there is to learn from. `lost` counts hand labels whose text was not found again."""

    training: tuple[LabelledSentence, ...]
    tuning: tuple[LabelledSentence, ...]
    unlabelled: tuple[PlacedSentence, ...]
    lost: int = 0


def read_sentences(data: Path, labels: Path) -> ReviewSentences:
    """Read the reviews under *data* (``<year>/reviews/<id>.json``) with the label files of *labels*.

    Raises:
        NoReviewLabels: the label files are not there, or no labelled review is under *data*.
    """
    for name in (MEASURE, TRAINING):
        if not (labels / name).is_file():
            raise NoReviewLabels(f"{labels / name} is missing: give the folder of the label files with --labels")
    measures = [labels / name for name in (MEASURE, FRESH) if (labels / name).is_file()]
    measured = {(row["year"], row["paper"]) for path in measures for row in _rows(path)}
    by_paper: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in _rows(labels / TRAINING):
        by_paper.setdefault((row["year"], row["paper"]), []).append(row)
    kept: dict[Split, list[LabelledSentence]] = {Split.TRAIN: [], Split.TUNE: []}
    unlabelled: list[PlacedSentence] = []
    measured_titles, papers = _titles(data, measured), 0
    lost = 0
    for path in sorted(data.glob("*/reviews/*.json")):
        key = path.parent.parent.name, path.stem
        content = path.read_bytes()
        document = parse_reviews_json(content.decode(), content=content, name=path.name)[0]
        paper = title_hash(document.bibliography.title)
        split = split_of([paper])
        if key in measured or paper in measured_titles or split is Split.TEST:
            continue
        papers += 1
        found = list(_labelled(document, json.loads(content)["reviews"], by_paper.get(key, []), paper))
        lost += len(by_paper.get(key, [])) - len(found)
        kept[split].extend(found)
        if split is Split.TRAIN:
            unlabelled.extend(_placed(document, paper))
    if not kept[Split.TRAIN] or not kept[Split.TUNE]:
        raise NoReviewLabels(f"no labelled review is under {data}: {papers} files of reviews were read")
    return ReviewSentences(tuple(kept[Split.TRAIN]), tuple(kept[Split.TUNE]), tuple(unlabelled), lost)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _titles(data: Path, papers: set[tuple[str, str]]) -> frozenset[str]:
    """Return the title hashes of some papers: another file of the same work is the same paper."""
    found = set()
    for year, paper in papers:
        path = data / year / "reviews" / f"{paper}.json"
        if path.is_file():
            found.add(title_hash(str(json.loads(path.read_bytes()).get("title") or paper)))
    return frozenset(found)


def _labelled(
    document: Document, reviews: list[dict[str, Any]], rows: list[dict[str, Any]], paper: str
) -> Iterator[LabelledSentence]:
    begins: list[int] = []
    at = 0
    for review in reviews:
        at = document.text.index(review["comments"], at)
        begins.append(at)
        at += len(review["comments"])
    index_of = {sentence.char_start: number for number, sentence in enumerate(document.sentences)}
    for row in rows:
        text = reviews[row["review"]][row["field"]][row["start"] : row["end"]]
        number = index_of.get(begins[row["review"]] + row["start"])
        if number is None or sha256_hex(text.encode()) != row["sha256"]:
            continue
        (sentence,) = in_context(document, [number])
        aspect = Aspect(row["aspect"]) if row["aspect"] else None
        role = document.sections[document.sentences[number].section].role
        yield LabelledSentence(sentence, _POLARITIES[row["polarity"]], aspect, paper, role)


def _placed(document: Document, paper: str) -> Iterator[PlacedSentence]:
    wanted = [
        index
        for index, sentence in enumerate(document.sentences)
        if document.sections[sentence.section].review is not None
        and len(document.quote(sentence).split()) >= _LEAST_WORDS
    ]
    for index, sentence in zip(wanted, in_context(document, wanted), strict=True):
        yield PlacedSentence(sentence, document.sections[document.sentences[index].section].role, paper)
