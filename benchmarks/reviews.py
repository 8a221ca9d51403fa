"""How well the arguments of reviews are read: against labels made by reading, papers apart from all that trained.

    python benchmarks/reviews.py [--data PATH] [--errors N]

PATH is the folder of the reviews (``2023/reviews/*.json``), or one that holds it as ``neurips``. The labels, how they
were made and by whom stand in ``labels/reviews.md``. Intervals resample papers (500 draws).

Bare names are figures on the fresh sample, which was drawn and labelled after the reader's settings were last looked
at. Names that end in `.seen` are those on the first sample, whose errors were read while the reader was made.

`reviews.polarity.f1`: macro over praise, criticism, question, suggestion and none, all labelled sentences.
`reviews.aspect.f1`: macro over the aspects, sentences that argue. Both read the sentence and its neighbours, never the
section; `….rules` are the word rules of the spine on the same sentences, which know no suggestion.
`….end_to_end`: what `extract` states: the polarity and aspect of the point that quotes the sentence, none where no
point does; for the aspect, a point on a sentence that argues nothing counts against its aspect.
`reviews.agreement.*`: two readers on the same hundred sentences; `….repeat`: the first of them a second time.
`reviews.points.precision`: of the labelled sentences that a point quotes, those whose polarity is the point's.
`reviews.*.ece` and `.precision_at_90`: what a confidence is worth. `reviews.cpu_s_per_paper`: parse apart, all reviews
of a paper. `reviews.severity.*` and `reviews.links.*`: see `_review_arguments.py`; `reviews.severity.unclear` is the
accuracy of saying nothing. `reviews.claims.precision`: see `_claim_links.py`.
``--errors N`` prints N errors on the first sample with their sentences to stderr, for reading; nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _claim_links import claim_link_figures
from _figures import Interval, print_figure, quantile, timed
from _review_arguments import link_figures, severity_figures

from graph.canonical import sha256_hex
from graph.keys import normal_title
from graph.vocabulary.document import Document
from graph.vocabulary.extraction import Aspect, Polarity
from ingest.extract.extractor import EXTRACTOR
from ingest.extract.reviews.extract import extract_reviews
from ingest.extract.reviews.labels import SentenceInReview, SentenceLabel
from ingest.extract.reviews.model import ReviewModel, load_model
from ingest.extract.reviews.word_rules import aspect_of, polarity_of
from ingest.extract.weights.calibration import expected_calibration_error
from ingest.parse.reviews_json import parse_reviews_json

_HERE = Path(__file__).resolve().parent
_DEFAULT = _HERE.parent.parent / "shared" / "data"
_DRAWS = 500
_FRESH, _SEEN = "reviews_fresh.jsonl", "reviews.jsonl"
_NONE = "none"
_POLARITY = {
    "praise": Polarity.POSITIVE,
    "criticism": Polarity.NEGATIVE,
    "question": Polarity.QUESTION,
    "suggestion": Polarity.SUGGESTION,
    "none": None,
}
_POLARITIES = tuple(value.value if value else _NONE for value in _POLARITY.values())
_ASPECTS = tuple(aspect.value for aspect in Aspect)


@dataclass(frozen=True)
class Gold:
    """A labelled sentence and where it was found again."""

    paper: str
    polarity: str
    aspect: str
    sentence: SentenceInReview
    document: Document
    start: int
    end: int


@dataclass(frozen=True)
class Guess:
    """What a reader says of one sentence."""

    paper: str
    gold: str
    said: str
    sentence: str = ""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=_DEFAULT)
    parser.add_argument("--errors", type=int, default=0, help="print this many errors to stderr")
    given = parser.parse_args()
    folder = given.data / "neurips" if (given.data / "neurips").is_dir() else given.data
    for suffix, labels in (("", "reviews_second_reader.jsonl"), (".repeat", "reviews_second.jsonl")):
        _agreement(labels, suffix)
    model = load_model()
    for name, suffix in ((_FRESH, ""), (_SEEN, ".seen")):
        gold = _read(folder, name)
        if not gold:
            print(f"no review that {name} labels is in {folder}: no figure of it", file=sys.stderr)
            continue
        _measure(gold, model, suffix, f"{folder.name}, development, {len({each.paper for each in gold})} papers")
        if given.errors and suffix:
            _print_errors(gold, model, given.errors)
    severity_figures(folder)
    link_figures(folder, model)
    claim_link_figures(folder)


def _measure(gold: list[Gold], model: ReviewModel | None, suffix: str, data: str) -> None:
    """Print the figures of one sample; without weights the rules are what reads."""
    rules = _by_rules(gold)
    if model is not None:
        gold, rules = _apart(gold, rules, model)
    by_rules = _sentence_figures(gold, rules, f".rules{suffix}", data, None)
    if model is not None:
        labels = model.read([each.sentence for each in gold])
        _sentence_figures(gold, labels, suffix, data, by_rules)
        _confidence(gold, labels, suffix, data)
    _end_to_end(gold, model, suffix, data)


def _by_rules(gold: Sequence[Gold]) -> list[SentenceLabel]:
    return [SentenceLabel(polarity_of(each.sentence.text), aspect_of(each.sentence.text), 0, 0) for each in gold]


def _agreement(labels: str, suffix: str) -> None:
    """Print how far *labels* agree with the first ones."""
    first = {(row["paper"], row["review"], row["start"]): row for row in _rows("reviews.jsonl")}
    pairs = [(first[row["paper"], row["review"], row["start"]], row) for row in _rows(labels)]
    for what in ("polarity", "aspect"):
        both = [(one[what], other[what]) for one, other in pairs if one[what] and other[what]]
        papers = [one["paper"] for one, other in pairs if one[what] and other[what]]
        guesses = [Guess(paper, one, other) for paper, (one, other) in zip(papers, both, strict=True)]
        for name, measure in (("raw", _accuracy), ("kappa", _kappa)):
            value, interval = measure(guesses), _interval(guesses, measure)
            data = "one reader twice" if suffix else "two readers"
            print_figure(
                f"reviews.agreement.{what}.{name}{suffix}", value, "1", n=len(both), interval=interval, data=data
            )


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_HERE / "labels" / name).read_text(encoding="utf-8").splitlines()]


def _read(folder: Path, labels: str) -> list[Gold]:
    """Return the labelled sentences that are found again, character by character."""
    known: dict[str, tuple[Document, list[dict[str, Any]], list[int]] | None] = {}
    found: list[Gold] = []
    lost = 0
    for row in _rows(labels):
        path = folder / row["year"] / "reviews" / f"{row['paper']}.json"
        if path.name not in known:
            known[path.name] = _opened(path)
        opened = known[path.name]
        if opened is None:
            continue
        document, reviews, begins = opened
        text = reviews[row["review"]][row["field"]][row["start"] : row["end"]]
        if sha256_hex(text.encode()) != row["sha256"]:
            lost += 1
            continue
        start = begins[row["review"]] + row["start"]
        end = begins[row["review"]] + row["end"]
        sentence = SentenceInReview(text, *_neighbours(document, start, end, row["review"]))
        found.append(
            Gold(row["paper"], _value(row["polarity"]), row["aspect"] or _NONE, sentence, document, start, end)
        )
    if lost:
        print(f"{lost} labelled sentences are no longer what they were: left out", file=sys.stderr)
    return found


def _opened(path: Path) -> tuple[Document, list[dict[str, Any]], list[int]] | None:
    if not path.is_file():
        return None
    content = path.read_bytes()
    document = parse_reviews_json(content.decode(), content=content, name=path.name)[0]
    reviews = json.loads(content)["reviews"]
    begins: list[int] = []
    at = 0
    for review in reviews:
        at = document.text.index(review["comments"], at)
        begins.append(at)
        at += len(review["comments"])
    return document, reviews, begins


def _neighbours(document: Document, start: int, end: int, review: int) -> tuple[str, str]:
    inside = [each for each in document.sentences if document.sections[each.section].review == review]
    before = [each for each in inside if each.char_end <= start]
    after = [each for each in inside if each.char_start >= end]
    return (document.quote(before[-1]) if before else "", document.quote(after[0]) if after else "")


def _value(polarity: str) -> str:
    said = _POLARITY[polarity]
    return said.value if said else _NONE


def _apart(gold: list[Gold], rules: list[SentenceLabel], model: ReviewModel) -> tuple[list[Gold], list[SentenceLabel]]:
    """Leave out what the weights learnt from, by title; there should be none."""
    seen = {
        digest
        for listed in (model.manifest.trained_on, model.manifest.tuned_on)
        for hashes in listed.values()
        for digest in hashes
    }
    kept = [
        number
        for number, each in enumerate(gold)
        if sha256_hex(normal_title(each.document.bibliography.title).encode()) not in seen
    ]
    if len(kept) < len(gold):
        print(f"{len(gold) - len(kept)} sentences of papers that the weights learnt from: left out", file=sys.stderr)
    return [gold[number] for number in kept], [rules[number] for number in kept]


def _sentence_figures(
    gold: Sequence[Gold],
    labels: Sequence[SentenceLabel],
    suffix: str,
    data: str,
    peers: tuple[float, float] | None,
) -> tuple[float, float]:
    polarity = _polarity_guesses(gold, labels)
    aspect = _aspect_guesses(gold, labels)
    values = []
    for number, (what, guesses, classes) in enumerate(
        (("polarity", polarity, _POLARITIES), ("aspect", aspect, _ASPECTS))
    ):
        measure = _macro(classes)
        value, interval = measure(guesses), _interval(guesses, measure)
        print_figure(
            f"reviews.{what}.f1{suffix}",
            value,
            "1",
            n=len(guesses),
            interval=interval,
            peer="word rules" if peers else None,
            peer_value=peers[number] if peers else None,
            data=data,
        )
        print_figure(
            f"reviews.{what}.accuracy{suffix}",
            _accuracy(guesses),
            "1",
            n=len(guesses),
            interval=_interval(guesses, _accuracy),
            data=data,
        )
        if peers:
            for name in classes:
                support = sum(each.gold == name for each in guesses)
                print_figure(f"reviews.{what}.f1.{name}{suffix}", _f1(guesses, name), "1", n=support, data=data)
        values.append(value)
    return values[0], values[1]


def _polarity_guesses(gold: Sequence[Gold], labels: Sequence[SentenceLabel]) -> list[Guess]:
    return [
        Guess(each.paper, each.polarity, label.polarity.value if label.polarity else _NONE, each.sentence.text)
        for each, label in zip(gold, labels, strict=True)
    ]


def _aspect_guesses(gold: Sequence[Gold], labels: Sequence[SentenceLabel]) -> list[Guess]:
    return [
        Guess(each.paper, each.aspect, label.aspect.value, each.sentence.text)
        for each, label in zip(gold, labels, strict=True)
        if each.polarity != _NONE
    ]


def _confidence(gold: Sequence[Gold], labels: Sequence[SentenceLabel], suffix: str, data: str) -> None:
    for what, guesses, confidences in (
        ("polarity", _polarity_guesses(gold, labels), [each.polarity_confidence for each in labels]),
        (
            "aspect",
            _aspect_guesses(gold, labels),
            [label.aspect_confidence for each, label in zip(gold, labels, strict=True) if each.polarity != _NONE],
        ),
    ):
        right = [each.gold == each.said for each in guesses]
        print_figure(
            f"reviews.{what}.ece{suffix}", expected_calibration_error(confidences, right), "1", n=len(right), data=data
        )
        sure = [hit for hit, confidence in zip(right, confidences, strict=True) if confidence >= 0.9]
        if sure:
            share = sum(sure) / len(sure)
            print_figure(f"reviews.{what}.precision_at_90{suffix}", share, "1", n=len(sure), data=data)


def _end_to_end(gold: Sequence[Gold], model: ReviewModel | None, suffix: str, data: str) -> None:
    documents = {each.paper: each.document for each in gold}
    with timed() as watch:
        stated = {
            paper: extract_reviews(document, extractor=EXTRACTOR, model=model) for paper, document in documents.items()
        }
    polarity, aspect = [], []
    for each in gold:
        points = [
            (min(point.span.char_end, each.end) - max(point.span.char_start, each.start), -number, point)
            for number, point in enumerate(stated[each.paper].points)
        ]
        share, _, point = max(points, key=lambda found: found[:2], default=(0, 0, None))
        covered = point if point is not None and share > (each.end - each.start) / 2 else None
        polarity.append(Guess(each.paper, each.polarity, covered.polarity.value if covered else _NONE))
        aspect.append(Guess(each.paper, each.aspect, covered.aspect.value if covered else _NONE))
    for what, guesses, classes in (("polarity", polarity, _POLARITIES), ("aspect", aspect, _ASPECTS)):
        measure = _macro(classes)
        print_figure(
            f"reviews.{what}.f1.end_to_end{suffix}",
            measure(guesses),
            "1",
            n=len(guesses),
            interval=_interval(guesses, measure),
            data=data,
        )
    points_found = sum(len(each.points) for each in stated.values())
    quoted = [each for each in polarity if each.said != _NONE]
    print_figure(
        f"reviews.points.precision{suffix}",
        _accuracy(quoted),
        "1",
        n=len(quoted),
        interval=_interval(quoted, _accuracy),
        data=data,
    )
    print_figure(f"reviews.points_per_paper{suffix}", points_found / len(stated), "points", n=len(stated), data=data)
    print_figure(f"reviews.cpu_s_per_paper{suffix}", watch.cpu_s / len(stated), "s", n=len(stated), data=data)


def _f1(guesses: Sequence[Guess], name: str) -> float:
    right = sum(each.gold == each.said == name for each in guesses)
    said = sum(each.said == name for each in guesses)
    there = sum(each.gold == name for each in guesses)
    return 2 * right / (said + there) if said + there else 0.0


def _macro(classes: Sequence[str]) -> Callable[[Sequence[Guess]], float]:
    """Return the mean F1 over those of *classes* that the labels hold."""

    def measure(guesses: Sequence[Guess]) -> float:
        held = [name for name in classes if any(each.gold == name for each in guesses)]
        return sum(_f1(guesses, name) for name in held) / len(held) if held else 0.0

    return measure


def _accuracy(guesses: Sequence[Guess]) -> float:
    return sum(each.gold == each.said for each in guesses) / len(guesses)


def _kappa(guesses: Sequence[Guess]) -> float:
    """Return Cohen's kappa (1960)."""
    total = len(guesses)
    names = {each.gold for each in guesses} | {each.said for each in guesses}
    chance = sum(
        sum(each.gold == name for each in guesses) * sum(each.said == name for each in guesses)
        for name in sorted(names)
    )
    expected = chance / total**2
    return (_accuracy(guesses) - expected) / (1 - expected) if expected < 1 else 1.0


def _interval(guesses: Sequence[Guess], measure: Callable[[Sequence[Guess]], float]) -> Interval:
    """Return the bootstrap interval of *measure*, papers drawn with replacement."""
    rng = random.Random(0)
    by_paper: dict[str, list[Guess]] = {}
    for each in guesses:
        by_paper.setdefault(each.paper, []).append(each)
    papers = sorted(by_paper)
    drawn = []
    for _ in range(_DRAWS):
        some = [guess for paper in rng.choices(papers, k=len(papers)) for guess in by_paper[paper]]
        drawn.append(measure(some))
    return Interval(quantile(drawn, 0.025), quantile(drawn, 0.975))


def _print_errors(gold: Sequence[Gold], model: ReviewModel | None, limit: int) -> None:
    """Print errors of both kinds, drawn at random, for a person to read; never of the fresh sample."""
    labels = model.read([each.sentence for each in gold]) if model else _by_rules(gold)
    wrong = [
        (f"{kind}: {each.gold} read as {each.said}", each.sentence)
        for kind, guesses in (("polarity", _polarity_guesses(gold, labels)), ("aspect", _aspect_guesses(gold, labels)))
        for each in guesses
        if each.gold != each.said
    ]
    for what, sentence in random.Random(1).sample(wrong, min(limit, len(wrong))):
        print(f"{what} | {sentence}", file=sys.stderr)


if __name__ == "__main__":
    main()
