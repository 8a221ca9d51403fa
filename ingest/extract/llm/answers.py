"""The shape of an answer. The JSON Schema that is sent with a request is derived from these models.

All fields are required and none may be added, as the strict mode of the endpoints wants it; what is unknown is null.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from graph.vocabulary.document import Frozen
from graph.vocabulary.extraction import Aspect, Direction, MethodRole, NameType, Polarity, ProblemKind


class AnsweredMention(Frozen):
    """A named thing, spelled as in the quote."""

    quote: str = Field(description="one sentence or less, copied verbatim from the passage")
    type: NameType
    name: str = Field(description="as it stands in the quote")
    role: MethodRole | None = Field(description="for methods: what it is to this paper")


class AnsweredProblem(Frozen):
    """A problem, limitation or symptom; the quote is the phrase that states it."""

    quote: str
    kind: ProblemKind


class AnsweredClaim(Frozen):
    """A method changes an outcome."""

    quote: str
    intervention: str
    comparator: str | None
    outcome: str | None
    dataset: str | None
    task: str | None
    direction: Direction
    size: str | None = Field(description="the effect as printed in the quote")


class AnsweredResult(Frozen):
    """A value that the paper reports."""

    quote: str
    method: str | None
    task: str | None
    dataset: str | None
    metric: str
    value: float
    printed: str = Field(description="the value as printed in the quote")


class PaperAnswer(Frozen):
    """What a passage of a paper states."""

    mentions: tuple[AnsweredMention, ...]
    problems: tuple[AnsweredProblem, ...]
    claims: tuple[AnsweredClaim, ...]
    results: tuple[AnsweredResult, ...]


class AnsweredPoint(Frozen):
    """One argument of a reviewer."""

    quote: str
    aspect: Aspect
    polarity: Polarity
    about: tuple[str, ...] = Field(description="names of methods, tasks, datasets or metrics in the quote")


class ReviewAnswer(Frozen):
    """What a passage of a review argues."""

    points: tuple[AnsweredPoint, ...]


Answer = PaperAnswer | ReviewAnswer
Kind = Literal["paper", "review"]
ANSWERS: dict[Kind, type[PaperAnswer] | type[ReviewAnswer]] = {"paper": PaperAnswer, "review": ReviewAnswer}
