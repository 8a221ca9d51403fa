"""Write which claims contradict each other. Those of findings are not touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore, Guard, WriteReport
from graph.write.derived_edges import write_derived


class Contradiction(NamedTuple):
    """Two claims, by key, the smaller first; `score` is how sure the less sure of the two is."""

    one: str
    other: str
    score: float


def write_contradictions(
    store: GraphStore, pairs: Sequence[Contradiction], *, fence: Guard | None = None
) -> WriteReport:
    """Make the CONTRADICTS edges between Claims those of *pairs*; both claims stay as they were, with their quotes.

    Raises:
        MissingEndpoint: a claim does not exist.
        StaleWrite: the lease behind *fence* has gone to somebody else.
        ValueError: a pair is not in the order of its keys.
    """
    for pair in pairs:
        if not pair.one < pair.other:
            raise ValueError(f"a contradiction goes from the smaller key to the larger, not {pair.one} to {pair.other}")
    wanted = {(pair.one, pair.other): {"score": pair.score} for pair in pairs}
    return write_derived(store, (EdgeType.CONTRADICTS, Label.CLAIM, Label.CLAIM), wanted, fence=fence)
