"""How well the weight of an objection is read, and how often a chair's sentence that is linked to an argument is on it.

Both against labels by reading (`labels/reviews_severity.jsonl`, `labels/reviews_links.jsonl`) of papers that no other
review measure uses. Rows with `use` choose were looked at while the rules were written; only the others count here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _figures import Interval, print_figure, quantile

from graph.canonical import sha256_hex
from graph.vocabulary.document import Document
from graph.vocabulary.extraction import Aspect, Polarity, Severity, Span, StatedPoint
from ingest.extract.extractor import EXTRACTOR
from ingest.extract.reviews.extract import extract_reviews
from ingest.extract.reviews.model import ReviewModel
from ingest.extract.reviews.pieces import pieces
from ingest.extract.reviews.severity import opening_of, severity_of
from ingest.parse.reviews_json import parse_reviews_json

_LABELS = Path(__file__).resolve().parent / "labels"
_UNCLEAR = Severity.UNCLEAR.value
_DRAWS = 500


@dataclass(frozen=True)
class _Read:
    """A paper's reviews, where each begins, and which reviews are there."""

    document: Document
    begins: tuple[int, ...]


@dataclass(frozen=True)
class _Weight:
    """How much an objection weighs by its label and by the rules."""

    paper: str
    gold: str
    said: str


@dataclass(frozen=True)
class _Link:
    """Whether a pair speaks of one thing, and whether the extraction links it."""

    paper: str
    same: bool
    linked: bool


def severity_figures(folder: Path) -> None:
    """Print what the rules say of the weight of objections that were labelled."""
    found = []
    for row, read in _rows("reviews_severity.jsonl", folder):
        if row["severity"] is None:  # no objection, whatever the reader took it for
            continue
        start, end = (read.begins[row["review"]] + row[at] for at in ("start", "end"))
        text, sentences = read.document.text[start:end], read.document.sentences
        piece = next(
            each
            for each in pieces(read.document)
            if any(sentences[at].char_start < end and sentences[at].char_end > start for at in each.sentences)
        )
        opening = opening_of(read.document, piece)
        said = severity_of(text, polarity=Polarity.NEGATIVE, aspect=Aspect.OTHER, piece=piece, opening=opening)
        found.append(_Weight(row["paper"], row["severity"], said.value))
    _print(
        (
            ("reviews.severity.accuracy", found, _accuracy),
            ("reviews.severity.unclear", found, lambda some: _share([each.gold == _UNCLEAR for each in some])),
            ("reviews.severity.precision", found, _precision),
            ("reviews.severity.recall", found, _recall),
        ),
        folder,
    )


def link_figures(folder: Path, model: ReviewModel | None) -> None:
    """Print of how many linked pairs both speak of one thing, and how many such pairs are linked.

    A pair is linked where the argument that quotes its first words is said to be weighed in its second.
    """
    found = []
    points: dict[str, tuple[StatedPoint, ...]] = {}
    for row, read in _rows("reviews_links.jsonl", folder):
        if row["paper"] not in points:
            points[row["paper"]] = extract_reviews(read.document, extractor=EXTRACTOR, model=model).points
        start, end = (read.begins[row["review"]] + row[at] for at in ("start", "end"))
        chair = read.begins[row["meta"]] + row["meta_start"]
        quoting = max(points[row["paper"]], key=lambda point: _common(point.span, start, end), default=None)
        if quoting is None or 2 * _common(quoting.span, start, end) < end - start:
            continue  # the reader no longer states this argument
        weighed = quoting.weighed
        linked = weighed is not None and read.document.sentences[weighed.sentence].char_start == chair
        found.append(_Link(row["paper"], bool(row["same"]), linked))
    _print(
        (
            ("reviews.links.precision", [each for each in found if each.linked], _same),
            ("reviews.links.found", [each for each in found if each.same], _linked),
        ),
        folder,
    )


def _rows(name: str, folder: Path) -> list[tuple[dict[str, Any], _Read]]:
    """Return the reporting rows whose text is still what was labelled."""
    known: dict[str, _Read | None] = {}
    found = []
    for line in (_LABELS / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["use"] != "report":
            continue
        if row["paper"] not in known:
            known[row["paper"]] = _opened(folder / row["year"] / "reviews" / f"{row['paper']}.json")
        read = known[row["paper"]]
        if read is None:
            continue
        start, end = (read.begins[row["review"]] + row[at] for at in ("start", "end"))
        if sha256_hex(read.document.text[start:end].encode()) == row["sha256"]:
            found.append((row, read))
    return found


def _opened(path: Path) -> _Read | None:
    if not path.is_file():
        return None
    content = path.read_bytes()
    document = parse_reviews_json(content.decode(), content=content, name=path.name)[0]
    begins: list[int] = []
    at = 0
    for review in json.loads(content)["reviews"]:
        at = document.text.index(review["comments"], at)
        begins.append(at)
        at += len(review["comments"])
    return _Read(document, tuple(begins))


def _common(span: Span, start: int, end: int) -> int:
    return max(0, min(span.char_end, end) - max(span.char_start, start))


def _accuracy(some: Sequence[_Weight]) -> float:
    return _share([each.gold == each.said for each in some])


def _precision(some: Sequence[_Weight]) -> float:
    """Of those that are called major or minor, how many are."""
    return _share([each.gold == each.said for each in some if each.said != _UNCLEAR])


def _recall(some: Sequence[_Weight]) -> float:
    """Of those that are major or minor, how many are called so."""
    return _share([each.gold == each.said for each in some if each.gold != _UNCLEAR])


def _same(some: Sequence[_Link]) -> float:
    return _share([each.same for each in some])


def _linked(some: Sequence[_Link]) -> float:
    return _share([each.linked for each in some])


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def _print(figures: Sequence[tuple[str, Sequence[Any], Callable[[Sequence[Any]], float]]], folder: Path) -> None:
    """Print each figure with its bootstrap interval, papers drawn with replacement."""
    for name, found, measure in figures:
        papers = sorted({each.paper for each in found})
        if not papers:
            continue
        rng = random.Random(0)
        by_paper = {paper: [each for each in found if each.paper == paper] for paper in papers}
        drawn = [
            measure([each for paper in rng.choices(papers, k=len(papers)) for each in by_paper[paper]])
            for _ in range(_DRAWS)
        ]
        interval = Interval(quantile(drawn, 0.025), quantile(drawn, 0.975))
        data = f"{folder.name}, development, {len(papers)} papers"
        print_figure(name, measure(found), "1", n=len(found), interval=interval, data=data)
