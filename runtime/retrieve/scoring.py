"""From candidates and the walk to scored patterns, each score as a sum of named parts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.schema import EdgeType, Label
from graph.snapshot import Snapshot
from runtime.retrieve.candidates import Kind, Query, score
from runtime.retrieve.settings import PartWeights, RetrieveSettings
from runtime.retrieve.walk import Mass, Rows

# Along which edges of a pattern the likeness of its neighbours counts, and as which part.
PART_OF_EDGE: dict[EdgeType, tuple[Label, str]] = {
    EdgeType.SOLVES: (Label.PROBLEM, "problem"),
    EdgeType.COMPOSED_OF: (Label.METHOD, "method"),
    EdgeType.APPLIES_TO: (Label.TASK, "task"),
    EdgeType.USUALLY_ON: (Label.DATASET, "task"),
    EdgeType.EXEMPLIFIED_BY: (Label.PAPER, "paper"),
}
_USED = 0.25  # what a paper that merely uses the method counts as support, beside one that proposes or tests it
_ALIKE = 0.5  # likeness of two patterns that any two of one field have: it takes nothing off


@dataclass
class Scored:
    """A pattern with its parts; `via` is the best candidate behind each part."""

    row: int
    record: Mapping[str, Any]
    parts: dict[str, float]
    via: dict[str, int]
    score: float = 0.0

    def add_up(self, weights: PartWeights) -> None:
        """Set `score` from the parts."""
        self.score = sum(value * float(getattr(weights, name)) for name, value in sorted(self.parts.items()))


def pool(
    snapshot: Snapshot, kinds: Mapping[Label, Kind], reached: tuple[Rows, Mass], size: int
) -> list[tuple[int, float]]:
    """Return up to *size* patterns with their share of the walk (the best has 1): by the walk and by their own text."""
    patterns = snapshot.rows(Label.PATTERN)
    rows, mass = reached
    inside = (rows >= patterns.start) & (rows < patterns.stop)
    rows, mass = rows[inside], mass[inside]
    order = np.lexsort((rows, -mass))
    top = float(mass.max()) if len(mass) else 1.0
    share = {int(row): float(value) / top for row, value in zip(rows[order], mass[order], strict=True)}
    chosen = dict.fromkeys(int(row) for row in rows[order][:size])
    direct = kinds.get(Label.PATTERN)
    if direct is not None:
        chosen.update(dict.fromkeys(int(row) for row in direct.rows[: size // 2]))
    return [(row, share.get(row, 0.0)) for row in sorted(chosen)]


def score_patterns(
    snapshot: Snapshot,
    query: Query,
    kinds: Mapping[Label, Kind],
    chosen: Iterable[tuple[int, float]],
    settings: RetrieveSettings,
) -> list[Scored]:
    """Return the patterns with all parts that the snapshot knows, best first, then by row."""
    listed = list(chosen)
    rows = np.array([row for row, _ in listed], dtype=np.int64)
    own, meaning, words = score(snapshot, query, Label.PATTERN, rows)
    scored = []
    for i, (row, share) in enumerate(listed):
        record = snapshot.record(row)
        parts, via = _neighbour_parts(snapshot, kinds, row)
        parts |= _evidence_parts(record)
        parts |= {"match": float(own[i]), "walk": share}
        each = Scored(row, record, parts, via)
        each.add_up(settings.parts)
        each.parts |= {"match_meaning": float(meaning[i]), "match_words": float(words[i])}
        scored.append(each)
    return sorted(scored, key=lambda each: (-each.score, each.row))


def _neighbour_parts(
    snapshot: Snapshot, kinds: Mapping[Label, Kind], row: int
) -> tuple[dict[str, float], dict[str, int]]:
    parts = {part: 0.0 for _, part in PART_OF_EDGE.values()}
    via: dict[str, int] = {}
    others, codes, ties = snapshot.adjacency.entries(row)
    for type, (label, part) in PART_OF_EDGE.items():
        kind = kinds.get(label)
        if kind is None:
            continue
        along = codes == snapshot.edge_code(type)
        for other, tie in zip(others[along].tolist(), ties[along].tolist(), strict=True):
            value = tie * kind.score_of.get(other, 0.0)
            if value > parts[part]:
                parts[part], via[part] = value, other
    return parts, via


def _evidence_parts(record: Mapping[str, Any]) -> dict[str, float]:
    """Saturating counts: the second paper says more than the twentieth."""
    favour, against = int(record["claims_for"]), int(record["claims_against"])
    support, own = int(record["support"]), int(record["own_papers"])
    return {
        "support": 1 - 1 / math.sqrt(max(1.0, own + _USED * (support - own))),
        "claims": favour / (favour + against + 3),
        "against": against / (favour + against + 3),
        # Reviewers of an accepted paper object too: what counts is how much more than usual.
        "objections": _above(int(record["objection_count"]) / support),
    }


def _above(per_paper: float, usual: float = 8.0) -> float:
    return per_paper / (per_paper + usual)


def diversify(snapshot: Snapshot, scored: list[Scored], k: int, penalty: float) -> list[Scored]:
    """Return *k* of *scored*, each chosen for its score less what it repeats of those before it.

    Maximal marginal relevance (Carbonell and Goldstein 1998); likeness is the larger of the cosine of two patterns'
    texts and the share of papers they have in common. What is taken off is the part `repeats`; since it only grows, the
    scores still fall from match to match. The first is always the best.
    """
    if not scored:
        return []
    vectors = snapshot.vectors(Label.PATTERN, np.array([each.row for each in scored], dtype=np.int64))
    papers = [{paper["key"] for paper in each.record["papers"]} for each in scored]
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
