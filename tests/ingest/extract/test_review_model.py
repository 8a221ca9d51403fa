"""The trained reader of reviews: its numbers, its context, and what it does without weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import Aspect, Polarity
from ingest.extract.reviews.extract import extract_reviews
from ingest.extract.reviews.features import BUCKETS, features
from ingest.extract.reviews.labels import SentenceInReview
from ingest.extract.reviews.model import (
    ASPECTS,
    EMBEDDING,
    HIDDEN,
    LEAST_SURE,
    PLACES,
    POLARITIES,
    WIDTH,
    ReviewModel,
    Weights,
    load_model,
    packed,
    scores_of,
    unpacked,
)
from ingest.extract.reviews.training.calibrate import least_sure
from ingest.extract.reviews.training.sentences import LabelledSentence
from ingest.extract.weights.manifest import Manifest

_MANIFEST = Manifest(
    component="reviews", version=7, purpose="test", licence="none", files=(), data_sets=(), trained_on={}, tuned_on={}
)


def _weights(**words: tuple[int, float]) -> Weights:
    """Weights in which single words speak for a column; everything else is zero."""
    tables = [np.zeros((BUCKETS, WIDTH), dtype=np.float32) for _ in PLACES]
    for word, (column, score) in words.items():
        only = set(features(word).tolist()) & set(features(f"here is {word} again").tolist())
        tables[0][sorted(only), column] = score
    return Weights(
        tuple(tables),
        np.zeros((BUCKETS, EMBEDDING), dtype=np.float32),
        np.zeros((len(PLACES) * EMBEDDING, HIDDEN), dtype=np.float32),
        np.zeros(HIDDEN, dtype=np.float32),
        np.zeros((HIDDEN, WIDTH), dtype=np.float32),
        np.zeros(WIDTH, dtype=np.float32),
        np.zeros(1, dtype=np.float32),
    )


@pytest.fixture
def model() -> ReviewModel:
    """Reads 'wonderful' as praise of clarity and 'dreadful' as an objection to it; all else argues nothing."""
    clarity = len(POLARITIES) + ASPECTS.index(Aspect.CLARITY)
    weights = _weights(
        wonderful=(POLARITIES.index(Polarity.POSITIVE), 40.0), dreadful=(POLARITIES.index(Polarity.NEGATIVE), 40.0)
    )
    weights.bias[POLARITIES.index(None)] = 1.0
    weights.bias[clarity] = 1.0
    return ReviewModel(weights, _MANIFEST)


def test_no_weights_are_a_value(tmp_path: Path) -> None:
    """Where none are installed the reader is absent, and no error."""
    assert load_model(tmp_path) is None


def test_weights_are_kept_in_eight_bits() -> None:
    """What is stored and read again differs by no more than half a step of each column."""
    weights = _weights(wonderful=(0, 3.0), dreadful=(1, -2.0))
    again = unpacked(packed(weights))
    for before, after in zip(weights.tables, again.tables, strict=True):
        assert np.abs(before - after).max() <= 3.0 / 127 / 2


def test_a_word_of_an_aspects_list_adds_to_its_score() -> None:
    """As much as `listed` says."""
    weights = _weights()
    weights.listed[0] = 0.5
    scores = scores_of(weights, [SentenceInReview("No error bars are shown.")])
    assert scores[0, len(POLARITIES) + ASPECTS.index(Aspect.STATISTICS)] == pytest.approx(0.5)


def test_the_section_is_no_input(make_review: Callable[..., Document], model: ReviewModel) -> None:
    """The same words mean the same under strengths and under weaknesses."""
    text = "The text is dreadful all over."
    for role in (SectionRole.REVIEW_STRENGTHS, SectionRole.REVIEW_WEAKNESSES):
        (point,) = extract_reviews(make_review([(role, text)]), extractor="test/1", model=model).points
        assert (point.polarity, point.aspect) == (Polarity.NEGATIVE, Aspect.CLARITY)


def test_what_argues_nothing_is_no_point(make_review: Callable[..., Document], model: ReviewModel) -> None:
    """A sentence that is neither praise nor objection gives none; the extraction names who read."""
    document = make_review([(SectionRole.REVIEW_OTHER, "The text is wonderful to read. The paper has nine pages.")])
    extraction = extract_reviews(document, extractor="test/1", model=model)
    assert [point.span.quote for point in extraction.points] == ["The text is wonderful to read."]
    assert [(run.component, run.sentences) for run in extraction.read_by] == [("reviews/7", 2)]


def _demanding(model: ReviewModel, least: float) -> ReviewModel:
    return ReviewModel(model.weights, model.manifest.model_copy(update={"settings": {LEAST_SURE: least}}))


def test_what_the_reader_is_not_sure_of_opens_no_argument(
    make_review: Callable[..., Document], model: ReviewModel
) -> None:
    """Below the threshold of the weights nothing is quoted, and the refusal says why."""
    document = make_review([(SectionRole.REVIEW_OTHER, "The text is wonderful to read.")])
    sure = extract_reviews(document, extractor="test/1", model=model)
    unsure = extract_reviews(document, extractor="test/1", model=_demanding(model, 2.0))
    assert len(sure.points) == 1
    assert unsure.points == ()
    assert [each.reason for each in unsure.refused] == ["the reader is not sure that it argues"]


def _tuning(texts: list[tuple[str, Polarity | None]], role: SectionRole) -> list[LabelledSentence]:
    return [
        LabelledSentence(SentenceInReview(text), polarity, None, f"{at:064x}", role)
        for at, (text, polarity) in enumerate(texts)
    ]


def test_the_threshold_is_where_enough_of_what_is_said_is_right(model: ReviewModel) -> None:
    """Sentences of two degrees of certainty: the less certain are half wrong and lie below it."""
    weights = _weights(
        wonderful=(POLARITIES.index(Polarity.POSITIVE), 40.0), decent=(POLARITIES.index(Polarity.POSITIVE), 12.0)
    )
    reader = ReviewModel(weights, model.manifest)
    good = [("It is wonderful here.", Polarity.POSITIVE)] * 40
    mixed = [("It is decent here.", Polarity.POSITIVE), ("It is decent here.", None)] * 20
    least, figures = least_sure(reader, _tuning(good + mixed, SectionRole.REVIEW_STRENGTHS))
    high, low = (reader.read([SentenceInReview(text)])[0].polarity_confidence for text in (good[0][0], mixed[0][0]))
    assert low < least <= high
    assert {each.figure: each.value for each in figures}["reviews.points.precision"] == 1.0


def test_parts_that_are_not_read_do_not_set_the_threshold(model: ReviewModel) -> None:
    """Summaries retell: what the reader makes of them is never quoted."""
    right = _tuning([("It is wonderful here.", Polarity.POSITIVE)] * 40, SectionRole.REVIEW_STRENGTHS)
    wrong = _tuning([("It is wonderful here.", None)] * 400, SectionRole.REVIEW_SUMMARY)
    assert least_sure(model, [*right, *wrong]) == least_sure(model, right)
