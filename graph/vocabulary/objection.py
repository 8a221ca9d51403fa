"""What reviewers object to, counted over papers: how often, how severely, and how scores differ where it is raised."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from graph.vocabulary.document import Frozen


class Difference(Frozen):
    """A difference with its 95 % interval. An association: nobody raised the point by lot."""

    value: float
    low: float
    high: float
    papers: int = Field(ge=2)
    basis: Literal["pattern", "corpus"] = Field(description="over which papers it was taken")


class RaisedInTask(Frozen):
    """How often one kind of objection was raised in those papers of a pattern that study one task."""

    task: str = Field(description="key of the Task")
    name: str
    papers: int = Field(ge=1, description="reviewed papers of the task in which it was raised")
    of_papers: int = Field(ge=1, description="reviewed papers of the pattern that study the task")
    major: int = Field(default=0, ge=0, description="papers in which a reviewer calls it major")


class ObjectionGroup(Frozen):
    """One kind of objection to a pattern. Reviews of chairs are not counted."""

    aspect: str
    missing: str | None = Field(default=None, description="what is missing: comparison, ablation, statistics, …")
    papers: int = Field(ge=1, description="reviewed papers in which it was raised")
    of_papers: int = Field(ge=1, description="reviewed papers of the pattern")
    reviews: int = Field(ge=1)
    of_reviews: int = Field(ge=1)
    major: int = Field(ge=0, description="papers in which a reviewer calls it major")
    unanswered: int = Field(default=0, ge=0, description="papers in which it is said to remain after the response")
    decisive: int = Field(default=0, ge=0, description="papers whose meta-review takes it up")
    names: tuple[str, ...] = Field(default=(), description="what is missing by name, most often first")
    tasks: tuple[RaisedInTask, ...] = Field(
        default=(), description="the tasks in whose papers it was raised, most papers first; a paper may study several"
    )
    points: tuple[str, ...] = Field(min_length=1, description="keys of ReviewPoints, most telling first")
    score: Difference | None = Field(
        default=None, description="of a reviewer's score where it is raised, in standard deviations of the venue-year"
    )
    acceptance: Difference | None = Field(default=None, description="of the share of accepted papers")

    @property
    def weight(self) -> float:
        """Share of papers, drawn towards nothing where they are few, times how often it is major."""
        share = (self.papers + 0.5) / (self.of_papers + 2)
        return share * (1 + 2 * self.major / self.papers)
