"""Severity, the missing thing, threads and meta-reviews, by word rules: no weights are needed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.vocabulary.document import Document, Review, SectionRole
from graph.vocabulary.extraction import (
    AnswerState,
    Aspect,
    DecisionRole,
    MissingKind,
    Severity,
    StatedPoint,
)
from ingest.extract.reviews.extract import extract_reviews
from ingest.extract.reviews.missing import missing_in

WEAKNESSES, RESPONSE = SectionRole.REVIEW_WEAKNESSES, SectionRole.REVIEW_RESPONSE
FOLLOWUP, DECISION = SectionRole.REVIEW_FOLLOWUP, SectionRole.REVIEW_DECISION

Points = Callable[..., tuple[StatedPoint, ...]]


@pytest.fixture
def points(make_review: Callable[..., Document], monkeypatch: pytest.MonkeyPatch) -> Points:
    """Reads sections of one review with word rules."""
    monkeypatch.setattr("ingest.extract.reviews.extract.load_model", lambda: None)

    def read(*sections: Any) -> tuple[StatedPoint, ...]:
        return extract_reviews(make_review(list(sections)), extractor="test/1").points

    return read


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("My main concern is that the proof of the bound is wrong.", Severity.MAJOR),
        ("The lack of any baseline seriously limits the evaluation.", Severity.MAJOR),
        ("A minor point: the legend of the plot is too small.", Severity.MINOR),
        ("Typo in the caption: 'recieve' should be 'receive'.", Severity.MINOR),
        ("Line 12: the symbol is used before it is defined.", Severity.MINOR),
        ("The plots are insufficient to support the claim of the title.", Severity.MAJOR),
        ("The evaluation covers two data sets from one domain.", Severity.UNCLEAR),
        ("There is no comparison with any baseline.", Severity.UNCLEAR),
    ],
)
def test_severity_is_the_reviewers_word(points: Points, text: str, severity: Severity) -> None:
    """What nobody calls major or minor is unclear, not guessed."""
    (point,) = points((WEAKNESSES, f"- {text}\n"))
    assert point.severity is severity


def test_a_bullet_weighs_what_it_opens_with(points: Points) -> None:
    """What its first sentence says of itself holds for what the bullet goes on to say of another aspect too."""
    text = "- One major limitation is the proof of the bound. The figures are hard to read.\n"
    assert {each.severity for each in points((WEAKNESSES, text))} == {Severity.MAJOR}


@pytest.mark.parametrize(
    ("text", "aspect", "kind", "name"),
    [
        ("There is no comparison with FooNet.", Aspect.BASELINES, MissingKind.COMPARISON, "FooNet"),
        ("No error bars are shown.", Aspect.STATISTICS, MissingKind.STATISTICS, None),
        ("It is evaluated only on toy data.", Aspect.GENERALITY, MissingKind.REAL_DATA, None),
        ("The runtime is not reported.", Aspect.SCALABILITY, MissingKind.COST, None),
        ("An ablation of the two losses is missing.", Aspect.ABLATION, MissingKind.ABLATION, None),
        ("Please release the code.", Aspect.REPRODUCIBILITY, MissingKind.CODE, None),
    ],
)
def test_the_missing_thing(text: str, aspect: Aspect, kind: MissingKind, name: str | None) -> None:
    """Its kind, of a closed list, and its name where the reviewer gives one."""
    missing = missing_in(text, aspect)
    assert missing is not None
    assert (missing.kind, missing.name) == (kind, name)


def test_what_is_there_is_not_missing() -> None:
    """A word of the list alone says nothing: "the theorem is correct"."""
    assert missing_in("The theorem in Section 3 is correct.", Aspect.SOUNDNESS) is None


def test_a_missing_method_is_linked_by_name(make_review: Callable[..., Document]) -> None:
    """A name that no list knows is a mention too, so that the point can be about its node."""
    extraction = extract_reviews(
        make_review([(WEAKNESSES, "- There is no comparison with the baseline FooNet2.\n")]), extractor="test/1"
    )
    assert extraction.points[0].about == ("FooNet2",)
    assert "FooNet2" in {mention.name for mention in extraction.mentions}


OBJECTION = (
    "- The comparison with tuned gradient boosting baselines is missing.\n- The proof of convergence is unclear.\n"
)


def test_the_reviewers_own_word_on_an_objection_decides(points: Points) -> None:
    """A follow-up that speaks of one objection answers that one alone."""
    first, second = points(
        (WEAKNESSES, OBJECTION),
        (RESPONSE, "We added tuned gradient boosting baselines to the comparison."),
        (FOLLOWUP, "The comparison with gradient boosting baselines resolved this."),
    )
    assert first.answer is not None
    assert first.answer.state is AnswerState.RESOLVED
    assert second.answer is None


def test_an_objection_that_remains(points: Points) -> None:
    """What the reviewer still misses after the response is said to remain."""
    first, _ = points(
        (WEAKNESSES, OBJECTION),
        (RESPONSE, "We added tuned gradient boosting baselines to the comparison."),
        (FOLLOWUP, "The comparison with tuned gradient boosting baselines is still missing."),
    )
    assert first.answer is not None
    assert first.answer.state is AnswerState.REMAINS


def test_a_reply_alone_is_no_resolution(points: Points) -> None:
    """The authors' word makes it replied, not resolved."""
    first, second = points(
        (WEAKNESSES, OBJECTION), (RESPONSE, "We added tuned gradient boosting baselines to the comparison.")
    )
    assert first.answer is not None
    assert first.answer.state is AnswerState.REPLIED
    assert second.answer is None


@pytest.mark.parametrize("text", ["Some concerns were addressed.", "The authors should address all concerns."])
def test_vague_words_answer_nothing(points: Points, text: str) -> None:
    """Which concerns, or that they ought to be addressed, says nothing of this one."""
    assert all(point.answer is None for point in points((WEAKNESSES, OBJECTION), (FOLLOWUP, text)))


def test_a_word_on_all_concerns_answers_each(points: Points) -> None:
    """With less confidence than a word on the objection itself."""
    answers = [p.answer for p in points((WEAKNESSES, OBJECTION), (FOLLOWUP, "All my concerns were addressed."))]
    assert all(each is not None and each.state is AnswerState.RESOLVED for each in answers)
    assert all(each is not None and each.confidence < 0.7 for each in answers)


def test_a_meta_review_takes_an_objection_up(
    make_review: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The objection that the chair's decision names is linked to that sentence; the other one is not."""
    monkeypatch.setattr("ingest.extract.reviews.extract.load_model", lambda: None)
    document = make_review(
        [
            (WEAKNESSES, OBJECTION),
            (DECISION, "The main concern is the missing comparison with tuned gradient boosting baselines."),
        ]
    )
    sections = tuple(
        section.model_copy(update={"review": 1}) if section.role is DECISION else section
        for section in document.sections
    )
    document = document.model_copy(update={"sections": sections, "reviews": (Review(), Review(is_meta=True))})
    first, second, *_ = extract_reviews(document, extractor="test/1").points
    assert first.weighed is not None
    assert first.weighed.role is DecisionRole.DECISIVE
    assert "main concern" in document.quote(document.sentences[first.weighed.sentence])
    assert second.weighed is None


@pytest.mark.parametrize("text", ["Reviewer x1Yz doubts the baselines.", "The baselines are weak (x1Yz, aB3c)."])
def test_a_reviewers_code_is_not_quoted(points: Points, text: str) -> None:
    """The codes of a forum stand for persons; the sentence is refused, the next one of the argument may stay."""
    found = points((WEAKNESSES, f"- {text} The comparison with other baselines is missing.\n"))
    assert [point.span.quote for point in found] == ["The comparison with other baselines is missing."]


def test_who_read_the_review_is_said(make_review: Callable[..., Document], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without weights the word rules read, and the extraction says so."""
    monkeypatch.setattr("ingest.extract.reviews.extract.load_model", lambda: None)
    extraction = extract_reviews(make_review([(WEAKNESSES, "- No baseline is shown.\n")]), extractor="test/1")
    assert [(run.component, run.part) for run in extraction.read_by] == [("review-rules/2", "reviews")]
