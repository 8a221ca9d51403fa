"""What is known of a name's variants answers who asks about the name: BERT-base for BERT, with less weight.

Each of the best candidates passes a share of its likeness to the names that are variants of it; a variant that is
itself more like the intent than the name keeps its own and stands for itself. One step only: a name has an edge from
each of its variants, however much they add. Which name a variant was reached from is kept, so that a path can say so.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graph.schema import EdgeType, Label
from graph.snapshot import Snapshot
from runtime.retrieve.candidates import Kind, Scores


def pass_to_variants(
    snapshot: Snapshot, kinds: Mapping[Label, Kind], like: Scores, *, share: float, names: int
) -> dict[int, int]:
    """Raise in *like* (by row) the variants of the *names* best candidates of each kind; return variant → name.

    Of several names that a variant belongs to, the one most like the intent counts, then the first by row.
    """
    if EdgeType.VARIANT_OF not in snapshot.manifest.edge_types or share <= 0:
        return {}
    code = snapshot.edge_code(EdgeType.VARIANT_OF, reverse=True)
    best: dict[int, tuple[float, int]] = {}
    for label, kind in sorted(kinds.items()):
        if label in (Label.PAPER, Label.PATTERN):
            continue  # only names have variants
        for name, value in zip(kind.rows[:names].tolist(), kind.scores[:names].tolist(), strict=True):
            others, codes, _ = snapshot.adjacency.entries(name)
            first, last = np.searchsorted(codes, (code, code + 1))
            for variant in others[first:last].tolist():
                best[variant] = max(best.get(variant, (0.0, 0)), (value, -name))
    reached = {}
    for variant, (value, name) in sorted(best.items()):
        if like[variant] < value:
            like[variant] = max(like[variant], share * value)
            reached[variant] = -name
    return reached
