"""What reviewers object to, counted over papers."""

from __future__ import annotations

from typing import Any

import pytest

from graph.schema import EdgeType, Label
from ingest.compile.corpus import Corpus, Name, Paper, Point
from ingest.compile.objections import LEAST_PAPERS, LEAST_REJECTED, Objections


class Reviews:
    """A corpus of papers whose reviews raise points."""

    def __init__(self) -> None:
        self.corpus = Corpus({label: {} for label in Label}, {}, {}, {}, {}, {}, {})

    def paper(self, key: str, **properties: Any) -> None:
        """Add a paper."""
        self.corpus.papers[key] = Paper(key, {"venue": "V", "year": 2025, **properties})

    def point(self, paper: str, review: int, aspect: str, polarity: str = "negative", **properties: Any) -> str:
        """Add a point of a review and return its key."""
        key = f"{paper}.{review}.{len(self.corpus.points)}"
        row = {"aspect": aspect, "polarity": polarity, "document": f"d-{paper}", "review": review, "confidence": 0.5}
        self.corpus.points[key] = Point(key, paper, {**row, **properties})
        self.corpus.papers[paper].points.append(key)
        return key

    def studies(self, paper: str, *tasks: str) -> None:
        """Say which tasks a paper studies."""
        self.corpus.papers[paper].facts[EdgeType.STUDIES] = dict.fromkeys(tasks, 0.9)
        self.corpus.names[Label.TASK].update({task: Name(task, task.title()) for task in tasks})

    def objections(self) -> Objections:
        """Return what is counted."""
        return Objections(self.corpus)


@pytest.fixture
def reviews() -> Reviews:
    """No paper yet."""
    return Reviews()


def test_papers_are_counted_and_not_points(reviews: Reviews) -> None:
    """A reviewer who says it twice says it once; praise and questions are no objections."""
    for key in ("a", "b"):
        reviews.paper(key)
    for _ in range(2):
        reviews.point("a", 0, "statistics", missing="statistics")
    reviews.point("a", 1, "statistics", "question", missing="statistics")
    reviews.point("b", 0, "clarity", "positive")
    (group,) = reviews.objections().of(["a", "b"])
    assert (group.papers, group.of_papers, group.reviews, group.of_reviews) == (1, 2, 1, 3)


def test_what_a_chair_repeats_is_not_counted_again(reviews: Reviews) -> None:
    """A meta-review sums up the others."""
    reviews.paper("a")
    reviews.point("a", 0, "novelty")
    reviews.point("a", 1, "novelty", by_chair=True)
    (group,) = reviews.objections().of(["a"])
    assert (group.reviews, group.of_reviews) == (1, 1)


def test_the_severe_and_frequent_come_first(reviews: Reviews) -> None:
    """Of two kinds raised equally often, the one that is called major; quotes begin with it."""
    reviews.paper("a")
    reviews.point("a", 0, "clarity", severity="minor")
    mild = reviews.point("a", 1, "soundness", severity="unclear", confidence=0.9)
    grave = reviews.point("a", 0, "soundness", severity="major")
    first, second = reviews.objections().of(["a"])
    assert (first.aspect, first.major, first.points) == ("soundness", 1, (grave, mild))
    assert (second.aspect, second.major) == ("clarity", 0)


def test_a_point_on_the_method_counts_where_it_was_raised(reviews: Reviews) -> None:
    """Another paper's reviewer objects to the method: that paper is one more reviewed paper, with this point alone."""
    reviews.paper("own")
    reviews.paper("other")
    reviews.point("own", 0, "clarity")
    about = reviews.point("other", 0, "novelty")
    reviews.point("other", 0, "soundness")
    groups = reviews.objections().of(["own"], [about])
    assert {(each.aspect, each.papers, each.of_papers) for each in groups} == {("clarity", 1, 2), ("novelty", 1, 2)}


def test_a_kind_is_counted_by_the_tasks_of_its_papers(reviews: Reviews) -> None:
    """Of the papers on a task, those in which it was raised; the task with most of them first; others are not named."""
    for key in ("a", "b", "c"):
        reviews.paper(key)
    reviews.studies("a", "parsing")
    reviews.studies("b", "parsing", "tagging")
    reviews.studies("c", "ranking", "tagging")
    reviews.point("a", 0, "novelty", severity="major")
    reviews.point("b", 0, "novelty")
    reviews.point("c", 0, "clarity")
    (group,) = [each for each in reviews.objections().of(["a", "b", "c"]) if each.aspect == "novelty"]
    counted = [(each.name, each.papers, each.of_papers, each.major) for each in group.tasks]
    assert counted == [("Parsing", 2, 2, 1), ("Tagging", 1, 2, 0)]


def _rated(reviews: Reviews, papers: int, *, lower: float) -> None:
    """Each paper has a review that raises statistics and one that does not, rated *lower* apart, and some spread."""
    for number in range(papers):
        key = f"p{number:02}"
        reviews.paper(key)
        reviews.point(key, 0, "statistics", rating=6.0 - lower + number % 3)
        reviews.point(key, 1, "clarity", "positive", rating=6.0 + number % 3)


def test_the_difference_in_score_is_taken_within_papers(reviews: Reviews) -> None:
    """Reviews that raise a point score lower than others on the same paper; the unit is the venue-year's spread."""
    _rated(reviews, 12, lower=2)
    (group,) = reviews.objections().of(reviews.corpus.papers)
    assert group.score is not None
    assert (group.score.papers, group.score.basis) == (12, "pattern")
    assert group.score.low <= group.score.value <= group.score.high < 0


def test_a_small_pattern_borrows_the_corpus_and_says_so(reviews: Reviews) -> None:
    """Too few papers of its own: the difference is the corpus's."""
    _rated(reviews, LEAST_PAPERS + 4, lower=2)
    (group,) = reviews.objections().of(["p00"])
    assert group.score is not None
    assert group.score.basis == "corpus"


def test_too_few_papers_give_no_difference(reviews: Reviews) -> None:
    """Nothing is said of scores where even the corpus is small."""
    _rated(reviews, LEAST_PAPERS - 1, lower=2)
    (group,) = reviews.objections().of(["p00"])
    assert group.score is None


@pytest.mark.parametrize(("rejected", "told"), [(LEAST_REJECTED - 1, False), (LEAST_REJECTED, True)])
def test_acceptance_needs_rejected_papers(reviews: Reviews, rejected: int, told: bool) -> None:
    """With fewer rejected papers than the limit nothing is said of acceptance."""
    for number in range(2 * LEAST_REJECTED):
        key = f"p{number:02}"
        reviews.paper(key, decision="Reject" if number < rejected else "Accept (poster)")
        reviews.point(key, 0, "novelty" if number % 2 else "clarity")
    groups = reviews.objections().of(reviews.corpus.papers)
    assert all((group.acceptance is not None) is told for group in groups)
