"""Why a name is what it is: the models that `explain` returns."""

from __future__ import annotations

from pydantic import Field

from graph.vocabulary.document import Frozen


class NamingPaper(Frozen):
    """A paper that writes a name, and in how many of its live quotes."""

    key: str
    title: str
    quotes: int


class Member(Frozen):
    """A name of the group, and by which decision it belongs to it. The target itself has no decision."""

    key: str
    name: str
    rule: str | None = Field(default=None, description="the rule, or the reason somebody gave")
    score: float | None = None
    by: str | None = Field(default=None, description="'rules/<version>' or who decided")
    via: str | None = Field(default=None, description="the member whose likeness joined it; None: the target")
    quotes: int = Field(description="live quotes")
    papers: int = Field(description="papers with a live quote")
    named_in: tuple[NamingPaper, ...] = Field(default=(), description="the first of them, by quotes")


class Meaning(Frozen):
    """What live quotes define a short form to stand for."""

    long: str
    quotes: int


class Decided(Frozen):
    """What somebody decided about this name and another one."""

    decision: str = Field(description="together or apart")
    key: str
    name: str
    by: str
    reason: str
    at: str


class Relative(Frozen):
    """A name that adds something to another one."""

    key: str
    name: str
    added: str = Field(description="what the variant adds: a size, a version, a setting, a part")


class Nearby(Frozen):
    """A name that is like this one and not joined with it."""

    key: str
    name: str
    quotes: int
    why: str = Field(description="why they are not one")


class Explanation(Frozen):
    """One name: its group, its variants, and what was not joined with it."""

    label: str
    key: str
    name: str
    canonical: str = Field(description="key of the group's target")
    shown_as: str = Field(description="how the group is shown")
    members: tuple[Member, ...]
    stands_for: tuple[Meaning, ...] = ()
    decided: tuple[Decided, ...] = ()
    variant_of: tuple[Relative, ...] = ()
    variants: tuple[Relative, ...] = ()
    nearby: tuple[Nearby, ...] = ()


class Explanations(Frozen):
    """What is called *asked*: one explanation for each kind of thing."""

    asked: str
    names: tuple[Explanation, ...]
