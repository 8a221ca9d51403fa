"""The weights of retrieval. All of them stand in the answer; none was fitted to a file."""

from __future__ import annotations

from pydantic import Field

from graph.schema import EdgeType, Label
from graph.vocabulary.document import Frozen


class PartWeights(Frozen):
    """What each part of a pattern's score counts. The parts lie in 0 to 1, `objections` and `against` are taken off."""

    match: float = 0.30
    problem: float = 0.16
    method: float = 0.12
    task: float = 0.06
    paper: float = 0.14
    walk: float = 0.12
    support: float = 0.06
    claims: float = 0.04
    against: float = -0.05
    objections: float = -0.03
    belief: float = 0.05


class RetrieveSettings(Frozen):
    """How candidates are found, how far the walk goes, and how different the matches must be."""

    dense: float = Field(default=0.6, ge=0, le=1, description="share of meaning against words in the fusion")
    candidates: int = Field(default=30, ge=1, description="of each kind, by words and by meaning each")
    seeds: int = Field(default=12, ge=1, description="best candidates of each kind that the walk starts from")
    damping: float = Field(default=0.5, gt=0, lt=1, description="share of the walk that goes on at each step")
    steps: int = Field(default=6, ge=1, description="power iterations at most")
    tolerance: float = Field(default=2e-5, ge=0, description="mass an edge must carry for the walk to take it")
    pool: int = Field(default=60, ge=1, description="patterns that are scored in full")
    finalists: int = Field(
        default=20, ge=1, description="best of them: weighed by beliefs, the matches chosen among them"
    )
    variants: float = Field(
        default=0.5, ge=0, le=1, description="share of a name's likeness that the variants of it get"
    )
    diversity: float = Field(default=0.25, ge=0, le=1, description="what likeness to a better match takes off")
    parts: PartWeights = PartWeights()


# How readily a walk takes an edge, either way. Statements of a pattern lead most surely to it; a bare mention, or the
# data and metrics that half of a field shares, hardly.
EDGE_WEIGHTS: dict[EdgeType, float] = {
    EdgeType.COMPOSED_OF: 1.0,
    EdgeType.SOLVES: 1.0,
    EdgeType.EXEMPLIFIED_BY: 1.0,
    EdgeType.APPLIES_TO: 0.5,
    EdgeType.SUPPORTED_BY: 0.5,
    EdgeType.CONTRADICTED_BY: 0.5,
    EdgeType.PROPOSES: 0.8,
    EdgeType.ADDRESSES: 0.8,
    EdgeType.LIMITED_BY: 0.3,
    EdgeType.USES: 0.4,
    EdgeType.STUDIES: 0.4,
    EdgeType.HAS_INTERVENTION: 0.5,
    EdgeType.STATES: 0.3,
    EdgeType.VARIANT_OF: 0.3,
    EdgeType.HAS_COMPARATOR: 0.1,
    EdgeType.HAS_TASK: 0.2,
    EdgeType.COMPARES_WITH: 0.15,
    EdgeType.USUALLY_AGAINST: 0.1,
    EdgeType.USUALLY_ON: 0.1,
    EdgeType.USUALLY_MEASURED_BY: 0.05,
    EdgeType.EVALUATES_ON: 0.1,
    EdgeType.MEASURES: 0.05,
    EdgeType.HAS_DATASET: 0.1,
    EdgeType.HAS_METRIC: 0.05,
    EdgeType.MENTIONS: 0.05,
}

# How much of the walk starts at each kind of candidate.
SEED_WEIGHTS: dict[Label, float] = {
    Label.PROBLEM: 1.0,
    Label.PATTERN: 1.0,
    Label.PAPER: 0.8,
    Label.METHOD: 0.7,
    Label.TASK: 0.5,
    Label.DATASET: 0.3,
    Label.METRIC: 0.1,
}
