"""What an answer says, held against the document: each item gets its place in the text, or is refused with a reason.

Guarantees: every span is verbatim; every name of an item stands in its passage, and every name of a claim, a result or
a point is also a mention. White space may differ between quote and document (a model joins lines): the span that is
kept is the document's own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import (
    Mention,
    MethodRole,
    NameType,
    Span,
    StatedClaim,
    StatedPoint,
    StatedProblem,
    StatedResult,
)
from ingest.extract.confidence import LANGUAGE_MODEL
from ingest.extract.llm.answers import (
    AnsweredClaim,
    AnsweredMention,
    AnsweredPoint,
    AnsweredProblem,
    AnsweredResult,
    PaperAnswer,
    ReviewAnswer,
)
from ingest.extract.llm.passages import Passage
from ingest.extract.refusals import Refusals

NOT_QUOTED = "quote is not in the passage"
NO_NAME = "name is not in the passage"
NOT_PRINTED = "value or size is not in the quote"
NOT_A_VALUE = "value is not the one that is printed"


@dataclass
class Grounded:
    """What was kept, in the order of the answers."""

    mentions: list[Mention] = field(default_factory=list)
    problems: list[StatedProblem] = field(default_factory=list)
    claims: list[StatedClaim] = field(default_factory=list)
    results: list[StatedResult] = field(default_factory=list)
    points: list[StatedPoint] = field(default_factory=list)


class Grounding:
    """Grounds the answers about one document."""

    def __init__(self, document: Document, refusals: Refusals) -> None:
        self._document = document
        self._refusals = refusals
        self._starts = [sentence.char_start for sentence in document.sentences]
        self.kept = Grounded()

    def paper(self, passage: Passage, answer: PaperAnswer) -> None:
        """Keep what *answer* says of a passage of a paper."""
        for mention in answer.mentions:
            self._mention(passage, mention)
        for problem in answer.problems:
            self._problem(passage, problem)
        for claim in answer.claims:
            self._claim(passage, claim)
        for result in answer.results:
            self._result(passage, result)

    def review(self, passage: Passage, answer: ReviewAnswer) -> None:
        """Keep what *answer* says of a passage of a review."""
        for point in answer.points:
            self._point(passage, point)

    def _find(self, words: str, start: int, end: int) -> Span | None:
        """Return the first place of *words* between two characters of the text, white space aside."""
        pattern = r"\s+".join(re.escape(word) for word in words.split())
        found = re.compile(pattern).search(self._document.text, start, end) if pattern else None
        return None if found is None else Span(char_start=found.start(), char_end=found.end(), quote=found.group())

    def _place(self, passage: Passage, quote: str) -> tuple[Span, int] | None:
        """Return the quote's span and its first sentence; None, and a refusal, where it is not there."""
        span = self._find(quote, passage.char_start, passage.char_end)
        if span is None:
            self._refusals.add(quote, NOT_QUOTED, None)
            return None
        return span, max(0, bisect_right(self._starts, span.char_start) - 1)

    def _name(self, passage: Passage, span: Span, name: str) -> Span | None:
        """Return where *name* stands: in the quote, else in the passage."""
        return self._find(name, span.char_start, span.char_end) or self._find(
            name, passage.char_start, passage.char_end
        )

    def _named(
        self, passage: Passage, span: Span, names: Iterable[tuple[NameType, str | None, MethodRole | None]]
    ) -> list[Mention] | None:
        """Return mentions of all *names* that are given, or None, and a refusal, where one is not in the passage."""
        mentions: list[Mention] = []
        for type, name, role in names:
            if not name:
                continue
            place = self._name(passage, span, name)
            if place is None:
                self._refusals.add(name, NO_NAME, None)
                return None
            sentence = max(0, bisect_right(self._starts, place.char_start) - 1)
            mentions.append(
                Mention(
                    type=type, name=_one_line(name), span=place, sentence=sentence, role=role, confidence=LANGUAGE_MODEL
                )
            )
        return mentions

    def _mention(self, passage: Passage, each: AnsweredMention) -> None:
        place = self._place(passage, each.quote)
        if place is None:
            return
        role = (each.role or MethodRole.MENTIONED) if each.type is NameType.METHOD else None
        self.kept.mentions += self._named(passage, place[0], [(each.type, each.name, role)]) or []

    def _problem(self, passage: Passage, each: AnsweredProblem) -> None:
        if place := self._place(passage, each.quote):
            span, sentence = place
            self.kept.problems.append(
                StatedProblem(kind=each.kind, span=span, sentence=sentence, confidence=LANGUAGE_MODEL)
            )

    def _claim(self, passage: Passage, each: AnsweredClaim) -> None:
        place = self._place(passage, each.quote)
        if place is None:
            return
        span, sentence = place
        if each.size and self._find(each.size, span.char_start, span.char_end) is None:
            self._refusals.add(each.size, NOT_PRINTED, sentence)
            return
        names = self._named(
            passage,
            span,
            [
                (NameType.METHOD, each.intervention, MethodRole.USED),
                (NameType.METHOD, each.comparator, MethodRole.BASELINE),
                (NameType.METRIC, each.outcome, None),
                (NameType.DATASET, each.dataset, None),
                (NameType.TASK, each.task, None),
            ],
        )
        if names is None:
            return
        self.kept.mentions += names
        self.kept.claims.append(
            StatedClaim(
                intervention=_one_line(each.intervention),
                comparator=_line_or_none(each.comparator),
                outcome=_line_or_none(each.outcome),
                dataset=_line_or_none(each.dataset),
                task=_line_or_none(each.task),
                direction=each.direction,
                size=_line_or_none(each.size),
                sentence=sentence,
                confidence=LANGUAGE_MODEL,
            )
        )

    def _result(self, passage: Passage, each: AnsweredResult) -> None:
        place = self._place(passage, each.quote)
        if place is None:
            return
        span, sentence = place
        if self._find(each.printed, span.char_start, span.char_end) is None:
            self._refusals.add(each.printed, NOT_PRINTED, sentence)
            return
        if _number(each.printed) != each.value:
            self._refusals.add(each.printed, NOT_A_VALUE, sentence)
            return
        names = self._named(
            passage,
            span,
            [
                (NameType.METHOD, each.method, MethodRole.MENTIONED),
                (NameType.METRIC, each.metric, None),
                (NameType.DATASET, each.dataset, None),
                (NameType.TASK, each.task, None),
            ],
        )
        if names is None:
            return
        self.kept.mentions += names
        self.kept.results.append(
            StatedResult(
                method=_line_or_none(each.method),
                task=_line_or_none(each.task),
                dataset=_line_or_none(each.dataset),
                metric=_one_line(each.metric),
                value=each.value,
                printed=each.printed,
                sentence=sentence,
                confidence=LANGUAGE_MODEL,
            )
        )

    def _point(self, passage: Passage, each: AnsweredPoint) -> None:
        place = self._place(passage, each.quote)
        if place is None:
            return
        span, sentence = place
        review = self._document.sections[self._document.sentences[sentence].section].review
        self.kept.points.append(
            StatedPoint(
                aspect=each.aspect,
                polarity=each.polarity,
                span=span,
                sentence=sentence,
                review=review or 0,
                about=tuple(_one_line(name) for name in each.about if self._find(name, span.char_start, span.char_end)),
                confidence=LANGUAGE_MODEL,
            )
        )


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _line_or_none(name: str | None) -> str | None:
    return _one_line(name) or None if name else None


def _number(printed: str) -> float | None:
    found = re.search(r"[-+−]?\d[\d,]*\.?\d*", printed)
    return None if found is None else float(found.group().replace(",", "").replace("−", "-"))
