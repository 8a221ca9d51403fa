"""An Answer: what `ask` returns and `patternbook ask --json` prints.

The names `snapshot`, `fallbacks`, `matches`, `pattern`, `name`, `score`, `parts` and `evidence` with its fields are
the published contract; the rest is for whoever wants to know why. References are written ``Label/key``.
"""

from __future__ import annotations

from pydantic import Field

from graph.vocabulary.document import Box, Frozen
from graph.vocabulary.extraction import Stance
from graph.vocabulary.objection import Difference, RaisedInTask


class Quote(Frozen):
    """A sentence for or against a match, and where it stands."""

    document: str = Field(description="reference of the Document")
    quote: str = Field(description="verbatim")
    section: str
    page: int | None = None
    boxes: tuple[Box, ...] | None = None
    stance: Stance
    of: str = Field(description="the claim, problem, method or review point that it carries")
    evidence: str | None = Field(default=None, description="reference of the Evidence node")
    paper: str | None = Field(default=None, description="reference of the Paper")
    paper_title: str = ""
    contradicts: tuple[str, ...] = Field(default=(), description="claims of other papers that say the opposite of `of`")


class Named(Frozen):
    """A node of a match, with what it is to the pattern (`role`) and how many of its papers name it."""

    ref: str
    name: str
    role: str = ""
    papers: int = 0


class Objection(Frozen):
    """A reviewer's objection, verbatim."""

    ref: str
    text: str
    aspect: str
    about: str = Field(description="reference of the method or paper it is about")
    evidence: str | None = Field(default=None, description="reference of the Evidence node, where it is quoted here")


class ObjectionKind(Frozen):
    """One kind of objection to a match, counted over its reviewed papers, with quotes."""

    aspect: str
    missing: str | None = Field(default=None, description="what is missing: comparison, ablation, statistics, …")
    names: tuple[str, ...] = Field(default=(), description="what is missing by name")
    tasks: tuple[RaisedInTask, ...] = Field(
        default=(), description="the tasks in whose papers it was raised, most papers first; a paper may study several"
    )
    papers: int = Field(description="reviewed papers in which it was raised")
    of_papers: int = Field(description="reviewed papers of the match")
    reviews: int
    of_reviews: int
    major: int = Field(description="papers in which a reviewer calls it major")
    unanswered: int = Field(default=0, description="papers in which it is said to remain after the response")
    decisive: int = Field(default=0, description="papers whose meta-review takes it up")
    score: Difference | None = Field(
        default=None, description="of a reviewer's score where it is raised, in standard deviations of the venue-year"
    )
    acceptance: Difference | None = Field(default=None, description="of the share of accepted papers")
    quotes: tuple[Objection, ...]


class HeldBelief(Frozen):
    """What the trials so far say of one of the match's methods in one context."""

    ref: str
    method: str
    task: str
    metric: str
    mean: float
    sd: float
    trials: int
    failed: int
    nearness: float = Field(ge=0, le=1, description="of the context to the intent")


class Hop(Frozen):
    """One step of a path: along which edge (None for the first), to which node."""

    edge: str | None = None
    reverse: bool = Field(default=False, description="the edge is walked from its target to its source")
    ref: str
    name: str
    score: float | None = Field(default=None, description="for the first node: how well it matches the intent")


class Match(Frozen):
    """One pattern that answers the intent.

    `score` is the sum of its `parts`, each times its weight in `Answer.weights`; parts without a weight explain others.
    """

    pattern: str
    name: str
    score: float
    parts: dict[str, float]
    evidence: tuple[Quote, ...]
    summary: str = ""
    support: int = 0
    claims_for: int = 0
    claims_against: int = 0
    objection_count: int = 0
    trials: int = 0
    failures: dict[str, int] = {}
    problems: tuple[Named, ...] = ()
    methods: tuple[Named, ...] = ()
    tasks: tuple[Named, ...] = ()
    datasets: tuple[Named, ...] = ()
    metrics: tuple[Named, ...] = ()
    baselines: tuple[Named, ...] = ()
    papers: tuple[Named, ...] = ()
    limits: tuple[str, ...] = Field(default=(), description="limitations that its own papers admit, verbatim")
    objections: tuple[Objection, ...] = ()
    objection_kinds: tuple[ObjectionKind, ...] = Field(default=(), description="weightiest first")
    beliefs: tuple[HeldBelief, ...] = ()
    paths: tuple[tuple[Hop, ...], ...] = ()


class EmbedderUsed(Frozen):
    """Who encoded the intent."""

    model: str
    maker: str
    dimension: int


class Answer(Frozen):
    """The matches, best first, and all that shaped them."""

    intent: str
    snapshot: str
    fallbacks: tuple[str, ...] = Field(description="each with its reason; empty when nothing was degraded")
    matches: tuple[Match, ...]
    embedder: EmbedderUsed | None = Field(default=None, description="None when only words were compared")
    weights: dict[str, float] = Field(default={}, description="of the score's parts and of the two searches")
    generation: int = Field(default=0, description="of the graph that the snapshot was compiled from")
    graph_generation: int | None = Field(default=None, description="of the store now; None when it was not asked")
    belief_generation: int | None = Field(default=None, description="of the beliefs; None when none were read")
