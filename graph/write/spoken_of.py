"""Write which claim of its paper an argument of a review speaks about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore, Guard, WriteReport
from graph.write.derived_edges import write_derived


class SpokenOf(NamedTuple):
    """A ReviewPoint and a Claim, by key, how sure it is that the one speaks of the other, and what says so."""

    point: str
    claim: str
    confidence: float
    ground: str


def write_spoken_of(store: GraphStore, links: Sequence[SpokenOf], *, fence: Guard | None = None) -> WriteReport:
    """Make the SPEAKS_OF edges those of *links*.

    Raises:
        MissingEndpoint: a point or a claim does not exist.
        StaleWrite: the lease behind *fence* has gone to somebody else.
    """
    wanted = {(each.point, each.claim): {"confidence": each.confidence, "ground": each.ground} for each in links}
    return write_derived(store, (EdgeType.SPEAKS_OF, Label.REVIEW_POINT, Label.CLAIM), wanted, fence=fence)
