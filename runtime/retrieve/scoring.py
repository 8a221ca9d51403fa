"""From candidates and the walk to scored patterns, each score as a sum of named parts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.schema import EdgeType, Label
from graph.snapshot import Snapshot
from runtime.retrieve.candidates import Kind, Query, score
from runtime.retrieve.settings import PartWeights, RetrieveSettings
from runtime.retrieve.variants import pass_to_variants
from runtime.retrieve.walk import Mass, Rows

# Along which edges of a pattern the likeness of its neighbours counts, and as which part.
PART_OF_EDGE: dict[EdgeType, tuple[Label, str]] = {
    EdgeType.SOLVES: (Label.PROBLEM, "problem"),
    EdgeType.COMPOSED_OF: (Label.METHOD, "method"),
    EdgeType.APPLIES_TO: (Label.TASK, "task"),
    EdgeType.USUALLY_ON: (Label.DATASET, "task"),
    EdgeType.EXEMPLIFIED_BY: (Label.PAPER, "paper"),
}
_ALIKE = 0.5  # likeness of two patterns that any two of one field have: it takes nothing off
# Negative points of a reviewed paper, where the part is a half: the median over 80 NeurIPS papers drawn at random
# outside the test part, as reviews/2 reads them. Reviewers of an accepted paper object too.
_USUAL_OBJECTIONS = 19.0


@dataclass
class Scored:
    """A pattern with its parts; `via` is the best neighbour behind each part. The record is read for the best only.

    `variant_of` names, for a neighbour that counts as a variant of a candidate, that candidate.
    """

    row: int
    parts: dict[str, float]
    via: dict[str, int]
    score: float = 0.0
    variant_of: Mapping[int, int] = field(default_factory=dict)

    def add_up(self, weights: PartWeights) -> None:
        """Set `score` from the parts."""
        self.score = sum(value * float(getattr(weights, name)) for name, value in sorted(self.parts.items()))


def pool(snapshot: Snapshot, kinds: Mapping[Label, Kind], mass: Mass, size: int) -> list[tuple[int, float]]:
    """Return up to *size* patterns with their share of the walk (the best has 1): by the walk and by their own text."""
    patterns = snapshot.rows(Label.PATTERN)
    held = mass[patterns.start : patterns.stop]
    reached = np.flatnonzero(held)
    if len(reached) > size:
        least = np.partition(held[reached], -size)[-size]
        reached = reached[held[reached] >= least]
    best = reached[np.lexsort((reached, -held[reached]))][:size]
    chosen = dict.fromkeys((best + patterns.start).tolist())
    if (direct := kinds.get(Label.PATTERN)) is not None:
        chosen.update(dict.fromkeys(direct.rows[: size // 2].tolist()))
    top = float(held.max(initial=0.0)) or 1.0
    return [(row, float(mass[row]) / top) for row in sorted(chosen)]


def score_patterns(
    snapshot: Snapshot,
    query: Query,
    kinds: Mapping[Label, Kind],
    chosen: Sequence[tuple[int, float]],
    settings: RetrieveSettings,
) -> list[Scored]:
    """Return the patterns with all parts that the snapshot knows, best first, then by row."""
    if not chosen:
        return []
    rows = np.array([row for row, _ in chosen], dtype=np.int64)
    own, meaning, words = score(snapshot, query, Label.PATTERN, rows)
    scored = _near(snapshot, kinds, rows, settings)
    counts = snapshot.pattern_counts[rows - snapshot.rows(Label.PATTERN).start]
    for i, each in enumerate(scored):
        each.parts |= _evidence_parts(counts[i])
        each.parts |= {"match": float(own[i]), "walk": chosen[i][1]}
        each.add_up(settings.parts)
        each.parts |= {"match_meaning": float(meaning[i]), "match_words": float(words[i])}
    return sorted(scored, key=lambda each: (-each.score, each.row))


def _near(snapshot: Snapshot, kinds: Mapping[Label, Kind], rows: Rows, settings: RetrieveSettings) -> list[Scored]:
    """Return the patterns of *rows* with the likeness of their neighbours.

    The best neighbour says how near a pattern is, except for papers: a pattern of a hundred has a near one in any case,
    so the mean over the square root of their number counts.
    """
    like = np.zeros(len(snapshot), dtype=np.float32)
    for kind in kinds.values():
        like[kind.rows] = kind.scores
    variant_of = pass_to_variants(snapshot, kinds, like, share=settings.variants, names=settings.seeds)
    nothing = {part: 0.0 for _, part in PART_OF_EDGE.values()}
    scored = [Scored(int(row), dict(nothing), {}, variant_of=variant_of) for row in rows]
    adjacency = snapshot.adjacency
    starts = adjacency.indptr[rows]
    sizes = adjacency.indptr[rows + 1] - starts
    entries = np.arange(int(sizes.sum())) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    owner = np.repeat(np.arange(len(rows)), sizes)
    codes, others = adjacency.codes[entries], adjacency.indices[entries]
    values = like[others] * adjacency.weights[entries]
    for type, (label, part) in PART_OF_EDGE.items():
        along = codes == snapshot.edge_code(type)
        count = np.sqrt(np.bincount(owner[along], minlength=len(rows))).astype(int) if label is Label.PAPER else None
        at = np.flatnonzero(along & (values > 0))
        order = at[np.lexsort((others[at], -values[at], owner[at]))]
        for i, near in _by_owner(owner[order], order):
            size = 1 if count is None else max(1, int(count[i]))
            value = float(values[near[:size]].sum()) / size
            if value > scored[i].parts[part]:
                scored[i].parts[part], scored[i].via[part] = value, int(others[near[0]])
    return scored


def _by_owner(owner: npt.NDArray[np.int64], order: npt.NDArray[np.int64]) -> list[tuple[int, npt.NDArray[np.int64]]]:
    """Split *order*, which is sorted by *owner*, into one piece an owner."""
    if not len(order):
        return []
    cuts = np.flatnonzero(np.diff(owner)) + 1
    firsts = owner[np.concatenate([[0], cuts])]
    return list(zip(firsts.tolist(), np.split(order, cuts), strict=True))


def _evidence_parts(counts: npt.NDArray[np.float32]) -> dict[str, float]:
    """Saturating counts: the second paper says more than the twentieth."""
    support, weight, favour, against, objections = (float(value) for value in counts)
    per_paper = objections / support
    return {
        "support": 1 - 1 / math.sqrt(max(1.0, weight)),
        "claims": favour / (favour + against + 3),
        "against": against / (favour + against + 3),
        "objections": per_paper / (per_paper + _USUAL_OBJECTIONS),
    }


def diversify(
    snapshot: Snapshot, scored: list[Scored], records: Mapping[int, Mapping[str, Any]], k: int, penalty: float
) -> list[Scored]:
    """Return *k* of *scored*, each chosen for its score less what it repeats of those before it.

    Maximal marginal relevance (Carbonell and Goldstein 1998); likeness is the larger of the cosine of two patterns'
    texts and the share of papers they have in common. What is taken off is the part `repeats`; since it only grows, the
    scores still fall from match to match. The first is always the best.
    """
    if not scored:
        return []
    vectors = snapshot.vectors(Label.PATTERN, np.array([each.row for each in scored], dtype=np.int64))
    papers = [{paper["key"] for paper in records[each.row]["papers"]} for each in scored]
    left = list(range(len(scored)))
    worst = [0.0] * len(scored)
    chosen: list[int] = []
    while left and len(chosen) < k:
        best = max(left, key=lambda i: (scored[i].score - penalty * worst[i], -scored[i].row))
        left.remove(best)
        chosen.append(best)
        for i in left:
            shared = len(papers[i] & papers[best]) / max(1, min(len(papers[i]), len(papers[best])))
            alike = max(float(vectors[i] @ vectors[best]), shared)
            worst[i] = max(worst[i], (alike - _ALIKE) / (1 - _ALIKE))
    for i in chosen:
        scored[i].parts["repeats"] = worst[i]
        scored[i].score -= penalty * worst[i]
    return [scored[i] for i in chosen]
