"""How a match was reached: from a node that is like the intent, edge by edge, to the pattern.

Where a pattern answers by a variant of what was asked for, the path goes from the name over its variant.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.schema import EdgeType, Label
from graph.snapshot import Snapshot
from runtime.retrieve.answer import Hop
from runtime.retrieve.candidates import Kind
from runtime.retrieve.scoring import PART_OF_EDGE, Scored

_WIDTH = 64  # neighbours looked at on either side of a path in two steps


def paths_to(
    snapshot: Snapshot, scored: Scored, kinds: Mapping[Label, Kind], seeds: Mapping[int, float]
) -> tuple[tuple[Hop, ...], ...]:
    """Return the direct paths, strongest first; where there is none, the best one over a node between."""
    scores = {row: value for kind in kinds.values() for row, value in kind.score_of.items()}
    found = []
    for part, row in scored.via.items():
        if part == "match":
            continue
        edges = [type for type, (_, name) in PART_OF_EDGE.items() if name == part]
        others, codes, _ = snapshot.adjacency.entries(scored.row)
        type = next(type for type in edges if row in others[codes == snapshot.edge_code(type)])
        name = scored.variant_of.get(row, row)
        between = (_hop(snapshot, row, EdgeType.VARIANT_OF, True),) if name != row else ()
        path = (_start(snapshot, name, scores[name]), *between, _hop(snapshot, scored.row, type, True))
        found.append((scores[name], row, path))
    direct = tuple(path for _, _, path in sorted(found, key=lambda each: (-each[0], each[1])))
    if direct:
        return direct
    if scored.row in scores:
        return ((_start(snapshot, scored.row, scores[scored.row]),),)
    return _over_one_node(snapshot, scored.row, scores, seeds)


def _over_one_node(
    snapshot: Snapshot, pattern: int, scores: Mapping[int, float], seeds: Mapping[int, float]
) -> tuple[tuple[Hop, ...], ...]:
    best: tuple[float, int, int, int, int] | None = None
    others, codes, _ = snapshot.adjacency.entries(pattern)
    for middle, code in zip(others[:_WIDTH].tolist(), codes[:_WIDTH].tolist(), strict=True):
        far, far_codes, _ = snapshot.adjacency.entries(middle)
        for seed, far_code in zip(far[:_WIDTH].tolist(), far_codes[:_WIDTH].tolist(), strict=True):
            if seed in seeds and seed != pattern:
                found = (-scores[seed], seed, middle, far_code, code)
                best = found if best is None or found < best else best
    if best is None:
        return ()
    _, seed, middle, far_code, code = best
    # Codes are read from the middle to the seed and from the pattern to the middle: the path goes the other way.
    first, first_reversed = snapshot.edge_type(far_code)
    second, second_reversed = snapshot.edge_type(code)
    return (
        (
            _start(snapshot, seed, scores[seed]),
            _hop(snapshot, middle, first, not first_reversed),
            _hop(snapshot, pattern, second, not second_reversed),
        ),
    )


def _start(snapshot: Snapshot, row: int, score: float) -> Hop:
    return Hop(ref=str(snapshot.ref(row)), name=_name(snapshot, row), score=round(score, 6))


def _hop(snapshot: Snapshot, row: int, type: EdgeType, reverse: bool) -> Hop:
    return Hop(edge=type.value, reverse=reverse, ref=str(snapshot.ref(row)), name=_name(snapshot, row))


def _name(snapshot: Snapshot, row: int) -> str:
    return str(snapshot.record(row).get("name") or snapshot.ref(row).key)
