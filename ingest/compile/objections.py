"""What reviewers object to in the papers of a pattern: how often, how severely, with which quotes, and at what score.

Counted are papers, then reviews: a reviewer who says it three times says it once; each kind also by the tasks that its
papers study, so that a method can be asked about in one task. The difference in score is taken
within papers (the mean score of the reviews that raise a point less that of the others on the same paper), so that weak
papers do not count as an effect of the point; scores are first put on the scale of their venue and year (mean 0,
standard deviation 1). Its interval is Student's over papers; a pattern with fewer than `LEAST_PAPERS` such papers
borrows the corpus's, and says so. Accepted shares are compared over the corpus, and only where at least
`LEAST_REJECTED` papers were rejected: venues publish few of those.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev

from graph.schema import EdgeType, Label
from graph.vocabulary.extraction import AnswerState, Polarity, Severity
from graph.vocabulary.objection import Difference, ObjectionGroup, RaisedInTask
from ingest.compile.corpus import Corpus, Paper, Point

LEAST_PAPERS = 8
LEAST_REJECTED = 30
_LEAST_RATINGS = 20  # of a venue and year, before its spread means anything
_GROUPS, _QUOTED, _NAMED, _TASKS = 8, 3, 3, 5
_OBJECTING = frozenset({Polarity.NEGATIVE.value, Polarity.SUGGESTION.value})
_SEVERITY = {Severity.MAJOR.value: 0, Severity.UNCLEAR.value: 1, Severity.MINOR.value: 2}
_Z = 1.96

Kind = tuple[str, str | None]
Review = tuple[str, int]


@dataclass
class _Raised:
    """A kind of objection in one paper."""

    reviews: set[Review] = field(default_factory=set)
    points: list[str] = field(default_factory=list)


class Objections:
    """The objections of a corpus, read once."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._ratings = _scaled(corpus)
        self._raised = {key: self._of_paper(paper) for key, paper in corpus.papers.items() if paper.points}
        kinds = sorted({kind for raised in self._raised.values() for kind in raised}, key=_kind_order)
        self._everywhere = {kind: self._difference(kind, self._raised, "corpus") for kind in kinds}
        self._acceptance = self._accepted_shares(kinds)

    @property
    def rejected(self) -> int:
        """How many reviewed papers were rejected, as far as decisions are known."""
        return sum(_accepted(self._corpus.papers[key]) is False for key in self._raised)

    def of(self, papers: Iterable[str], about: Iterable[str] = ()) -> tuple[ObjectionGroup, ...]:
        """Return what reviewers object to in *papers*, weightiest first.

        *about* are points on the method itself from other papers: they count where they were raised.
        """
        here = {key: self._raised[key] for key in dict.fromkeys(papers) if key in self._raised}
        for point in about:
            paper = self._corpus.points[point].paper
            if paper not in here and self._counts(point):
                only = {kind: _only(raised, point) for kind, raised in self._raised.get(paper, {}).items()}
                here[paper] = {kind: raised for kind, raised in only.items() if raised.points}
        of_reviews = sum(len(self._reviews(key)) for key in here)
        kinds = sorted({kind for raised in here.values() for kind in raised}, key=_kind_order)
        groups = [self._group(kind, here, of_reviews) for kind in kinds]
        return tuple(sorted(groups, key=lambda each: (-each.weight, each.aspect, each.missing or ""))[:_GROUPS])

    def _group(self, kind: Kind, here: Mapping[str, Mapping[Kind, _Raised]], of_reviews: int) -> ObjectionGroup:
        raised = {key: by_kind[kind] for key, by_kind in here.items() if kind in by_kind}
        points = [self._corpus.points[point] for each in raised.values() for point in each.points]
        own = self._difference(kind, here, "pattern")
        return ObjectionGroup(
            aspect=kind[0],
            missing=kind[1],
            papers=len(raised),
            of_papers=len(here),
            reviews=len({review for each in raised.values() for review in each.reviews}),
            of_reviews=max(1, of_reviews),
            major=len({p.paper for p in points if p.properties.get("severity") == Severity.MAJOR}),
            unanswered=len({p.paper for p in points if p.properties.get("answer") == AnswerState.REMAINS}),
            decisive=len({p.paper for p in points if p.properties.get("weighed")}),
            names=_most(str(name) for p in points if (name := p.properties.get("missing_name"))),
            tasks=self._by_task(raised, here),
            points=tuple(point.key for point in _one_a_paper(sorted(points, key=telling))[:_QUOTED]),
            score=own or self._everywhere.get(kind),
            acceptance=self._acceptance.get(kind),
        )

    def _by_task(
        self, raised: Mapping[str, _Raised], here: Mapping[str, Mapping[Kind, _Raised]]
    ) -> tuple[RaisedInTask, ...]:
        """Count a kind by the tasks of the papers in which it was raised."""
        studied = {paper: sorted(self._corpus.papers[paper].names(EdgeType.STUDIES)) for paper in here}
        of_papers = Counter(task for tasks in studied.values() for task in tasks)
        papers = Counter(task for paper in raised for task in studied[paper])
        major = Counter(task for paper, each in raised.items() if self._is_major(each) for task in studied[paper])
        ranked = sorted(papers, key=lambda task: (-papers[task], of_papers[task], task))[:_TASKS]
        return tuple(
            RaisedInTask(
                task=task,
                name=self._corpus.name(Label.TASK, task),
                papers=papers[task],
                of_papers=of_papers[task],
                major=major[task],
            )
            for task in ranked
        )

    def _is_major(self, raised: _Raised) -> bool:
        return any(self._corpus.points[key].properties.get("severity") == Severity.MAJOR for key in raised.points)

    def _of_paper(self, paper: Paper) -> dict[Kind, _Raised]:
        found: dict[Kind, _Raised] = {}
        for key in paper.points:
            if not self._counts(key):
                continue
            point = self._corpus.points[key]
            raised = found.setdefault(_kind(point), _Raised())
            raised.reviews.add(_review(point))
            raised.points.append(key)
        return found

    def _counts(self, key: str) -> bool:
        point = self._corpus.points[key]
        return point.polarity in _OBJECTING and not point.properties.get("by_chair")

    def _reviews(self, paper: str) -> set[Review]:
        points = (self._corpus.points[key] for key in self._corpus.papers[paper].points)
        return {_review(point) for point in points if not point.properties.get("by_chair")}

    def _difference(self, kind: Kind, here: Mapping[str, Mapping[Kind, _Raised]], basis: str) -> Difference | None:
        """Return the mean difference in score within papers; None where too few papers tell."""
        found = []
        for paper, by_kind in here.items():
            if kind not in by_kind:
                continue
            raising = by_kind[kind].reviews
            rated = {review: self._ratings[review] for review in self._reviews(paper) if review in self._ratings}
            with_it = [score for review, score in rated.items() if review in raising]
            without = [score for review, score in rated.items() if review not in raising]
            if with_it and without:
                found.append(fmean(sorted(with_it)) - fmean(sorted(without)))
        if len(found) < LEAST_PAPERS:
            return None
        from scipy.stats import t

        mean, error = fmean(found), stdev(found) / math.sqrt(len(found))
        reach = float(t.ppf(0.975, len(found) - 1)) * error
        return Difference(
            value=round(mean, 4),
            low=round(mean - reach, 4),
            high=round(mean + reach, 4),
            papers=len(found),
            basis="pattern" if basis == "pattern" else "corpus",
        )

    def _accepted_shares(self, kinds: Sequence[Kind]) -> dict[Kind, Difference]:
        """Return the difference of accepted shares, with Newcombe's interval (1998, method 10)."""
        decided = {key: ok for key in self._raised if (ok := _accepted(self._corpus.papers[key])) is not None}
        if sum(not ok for ok in decided.values()) < LEAST_REJECTED:
            return {}
        found = {}
        for kind in kinds:
            with_it = [ok for key, ok in decided.items() if kind in self._raised[key]]
            without = [ok for key, ok in decided.items() if kind not in self._raised[key]]
            if min(len(with_it), len(without)) < LEAST_PAPERS:
                continue
            one, other = _wilson(with_it), _wilson(without)
            value = one[0] - other[0]
            low = value - math.hypot(one[0] - one[1], other[2] - other[0])
            high = value + math.hypot(one[2] - one[0], other[0] - other[1])
            found[kind] = Difference(
                value=round(value, 4), low=round(low, 4), high=round(high, 4), papers=len(decided), basis="corpus"
            )
        return found


def telling(point: Point) -> tuple[int, float, str]:
    """Order points: what a reviewer calls major first, then the surest."""
    return (_SEVERITY.get(str(point.properties.get("severity")), 1), -point.confidence, point.key)


def _one_a_paper(points: Sequence[Point]) -> list[Point]:
    """Put the first point of each paper before the second of any."""
    said: Counter[str] = Counter()
    ranked = []
    for place, point in enumerate(points):
        ranked.append((said[point.paper], place, point))
        said[point.paper] += 1
    return [point for _, _, point in sorted(ranked, key=lambda each: each[:2])]


def _only(raised: _Raised, point: str) -> _Raised:
    return _Raised(raised.reviews, [point]) if point in raised.points else _Raised()


def _kind(point: Point) -> Kind:
    missing = point.properties.get("missing")
    return str(point.properties.get("aspect") or "other"), str(missing) if missing else None


def _kind_order(kind: Kind) -> tuple[str, str]:
    return kind[0], kind[1] or ""


def _review(point: Point) -> Review:
    return str(point.properties.get("document")), int(point.properties.get("review") or 0)


def _most(names: Iterable[str]) -> tuple[str, ...]:
    count = Counter(names)
    return tuple(sorted(count, key=lambda name: (-count[name], name))[:_NAMED])


def _accepted(paper: Paper) -> bool | None:
    decision = str(paper.properties.get("decision") or "").casefold()
    if "reject" in decision:
        return False
    return True if "accept" in decision else None


def _scaled(corpus: Corpus) -> dict[Review, float]:
    """Return each review's score on the scale of its venue and year; those of too small a group are left out."""
    groups: dict[tuple[str, str], dict[Review, float]] = {}
    for point in corpus.points.values():
        rating = point.properties.get("rating")
        if rating is None or point.properties.get("by_chair"):
            continue
        about = corpus.papers[point.paper].properties
        venue = str(about.get("venue") or ""), str(about.get("year") or "")
        groups.setdefault(venue, {})[_review(point)] = float(rating)
    scaled: dict[Review, float] = {}
    for ratings in groups.values():
        if len(ratings) < _LEAST_RATINGS or (spread := stdev(ratings.values())) == 0:
            continue
        middle = fmean(ratings.values())
        scaled.update({review: (rating - middle) / spread for review, rating in ratings.items()})
    return scaled


def _wilson(hits: Sequence[bool]) -> tuple[float, float, float]:
    """Return a share with Wilson's interval."""
    n, share = len(hits), sum(hits) / len(hits)
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    return share, middle - reach, middle + reach
