"""A Pattern as compile mines it: a problem, the methods against it, and what speaks for and against."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from graph.vocabulary.document import Frozen
from graph.vocabulary.objection import ObjectionGroup


class Used(Frozen):
    """A node of a pattern and in how many of its papers it occurs."""

    key: str
    papers: int = Field(ge=1)


class PatternMethod(Used):
    """A method of the composition: the core that every paper shares, or a component that some add."""

    role: Literal["core", "component"] = "core"


class Exemplar(Frozen):
    """A paper that shows the pattern."""

    paper: str
    role: str = ""


class MinedPattern(Frozen):
    """One pattern. Every key names a live node of the label that its field says.

    Guarantees: it reaches at least one paper, so that it can be traced to a sentence.
    """

    key: str
    name: str
    summary: str
    support: int = Field(ge=1, description="papers")
    trials: int = Field(default=0, ge=0)
    failures: dict[str, int] = {}
    methods: tuple[PatternMethod, ...] = ()
    problems: tuple[Used, ...] = ()
    tasks: tuple[Used, ...] = ()
    papers: tuple[Exemplar, ...] = Field(min_length=1)
    claims_for: tuple[str, ...] = ()
    claims_against: tuple[str, ...] = ()
    objections: tuple[str, ...] = Field(default=(), description="keys of ReviewPoints")
    objection_groups: tuple[ObjectionGroup, ...] = Field(
        default=(), description="the same by kind, counted over papers, weightiest first; not written to the store"
    )
    datasets: tuple[Used, ...] = ()
    metrics: tuple[Used, ...] = ()
    baselines: tuple[Used, ...] = ()

    @model_validator(mode="after")
    def _names_each_node_once(self) -> MinedPattern:
        for field in ("methods", "problems", "tasks", "datasets", "metrics", "baselines"):
            keys = [used.key for used in getattr(self, field)]
            if len(set(keys)) != len(keys):
                raise ValueError(f"pattern {self.key!r} names a node twice among its {field}: {', '.join(keys)}")
        return self
