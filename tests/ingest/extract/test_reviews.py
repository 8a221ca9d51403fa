"""The arguments of a review."""

from __future__ import annotations

import pytest

from graph.vocabulary.document import SectionRole
from graph.vocabulary.extraction import Aspect, Polarity, StatedPoint
from ingest.extract import extract
from ingest.extract.reviews.word_rules import aspect_of


@pytest.fixture(autouse=True)
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """These are the word rules: what reads where no weights are installed."""
    monkeypatch.setattr("ingest.extract.reviews.extract.load_model", lambda: None)


STRENGTHS, WEAKNESSES = SectionRole.REVIEW_STRENGTHS, SectionRole.REVIEW_WEAKNESSES
QUESTIONS, OTHER = SectionRole.REVIEW_QUESTIONS, SectionRole.REVIEW_OTHER


def points(make_review, *sections, authors=()) -> tuple[StatedPoint, ...]:
    return extract(make_review(list(sections), authors)).points


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("The comparison with strong baselines is missing.", Aspect.BASELINES),
        ("There is no ablation over the smoothing weight.", Aspect.ABLATION),
        ("Only one seed is run and no error bars are shown.", Aspect.STATISTICS),
        ("The idea is incremental and not novel.", Aspect.NOVELTY),
        ("The code is not released, which hurts reproducibility.", Aspect.REPRODUCIBILITY),
        ("The computational cost on larger models is unclear.", Aspect.SCALABILITY),
        ("It is evaluated on small toy datasets only.", Aspect.GENERALITY),
        ("The paper is hard to follow and the notation is confusing.", Aspect.CLARITY),
        ("The proof rests on a strong assumption.", Aspect.SOUNDNESS),
        ("Prior work on smoothing is not cited.", Aspect.RELATED_WORK),
    ],
)
def test_aspect(text: str, aspect: Aspect) -> None:
    """The words of an argument say what it is about."""
    assert aspect_of(text) is aspect


def test_each_bullet_is_one_argument(make_review) -> None:
    """A bullet gives its leading sentence, without the bullet, with the polarity of its section."""
    text = "- The comparison with focal loss is missing. It is a usual choice.\n- The writing is hard to follow.\n"
    found = points(make_review, (WEAKNESSES, text))
    assert [each.span.quote for each in found] == [
        "The comparison with focal loss is missing.",
        "The writing is hard to follow.",
    ]
    assert {each.polarity for each in found} == {Polarity.NEGATIVE}


def test_an_argument_names_what_it_is_about(make_review) -> None:
    """Methods, data sets and metrics of an argument are its subject, and are mentions too."""
    extraction = extract(make_review([(WEAKNESSES, "There is no comparison with mixup on MNIST.")]))
    assert extraction.points[0].about == ("mixup", "MNIST")
    assert {mention.name for mention in extraction.mentions} == {"mixup", "MNIST"}


def test_a_line_switches_the_polarity_of_a_mixed_block(make_review) -> None:
    """'Strengths:' and 'Weaknesses:' lines say which is which."""
    text = "Strengths:\n\nThe idea is novel and clear.\n\nWeaknesses:\n\nThe evaluation covers one toy data set.\n"
    found = points(make_review, (OTHER, text))
    assert [each.polarity for each in found] == [Polarity.POSITIVE, Polarity.NEGATIVE]


def test_a_question_is_a_question(make_review) -> None:
    """The section for questions gives questions."""
    found = points(make_review, (QUESTIONS, "How was the number of seeds chosen?"))
    assert [(each.polarity, each.aspect) for each in found] == [(Polarity.QUESTION, Aspect.STATISTICS)]


def test_a_sentence_with_a_person_is_refused(make_review) -> None:
    """A citation by name, or an author of the paper, is never quoted; the refusal does not repeat the words."""
    extraction = extract(
        make_review(
            [(WEAKNESSES, "- The method of Doe et al. is missing.\n- I think Roe should cite more related work.\n")],
            authors=("Jane Roe",),
        )
    )
    assert extraction.points == ()
    assert not any("Roe" in each.what or "Doe" in each.what for each in extraction.refused)


def test_summaries_are_not_read(make_review) -> None:
    """A summary retells the paper and argues nothing."""
    assert points(make_review, (SectionRole.REVIEW_SUMMARY, "The paper lacks nothing and studies mixup.")) == ()


def test_remarks_about_the_score_are_refused(make_review) -> None:
    """What a reviewer says of the process is no argument about the paper."""
    assert points(make_review, (WEAKNESSES, "I will raise my score if the code is released.")) == ()
