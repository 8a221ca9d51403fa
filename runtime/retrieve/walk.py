"""Personalised PageRank over typed edges: where a walk from the candidates ends up.

Power iteration ``x ← (1 - damping) · seeds + damping · Pᵀ x`` (Page et al. 1999; personalised after Haveliwala 2002),
summed step by step from the seeds outwards, so that a step touches only nodes that hold mass. With ``tolerance`` 0 it
is the plain iteration over the whole graph. Above it, mass is walked on from a node only where each of its edges would
get more than the tolerance, which bounds the edges touched by ``1 / ((1 - damping) · tolerance)`` whatever the size of
the graph (the rule of Andersen, Chung and Lang 2006); what is not walked on stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from graph.schema import EdgeType
from graph.snapshot import Snapshot

Rows = npt.NDArray[np.int64]
Mass = npt.NDArray[np.float64]


def code_weights(snapshot: Snapshot, weights: Mapping[EdgeType, float]) -> npt.NDArray[np.float64]:
    """Return the weight of each code of the adjacency; types that are not named are not walked."""
    return np.array([weights.get(EdgeType(name), 0.0) for name in snapshot.manifest.edge_types for _ in (0, 1)])


def personalised_pagerank(
    snapshot: Snapshot,
    seeds: Mapping[int, float],
    weights: npt.NDArray[np.float64],
    *,
    damping: float,
    steps: int,
    tolerance: float,
) -> Mass:
    """Return the mass of every node, by row; *seeds* (row → share) are scaled to sum to one."""
    # Zeroed pages come free from the system: only those that are touched cost anything.
    total, flow = np.zeros(len(snapshot)), np.zeros(len(snapshot))
    place = np.zeros(len(snapshot), dtype=np.int32)
    rows: Rows = np.array(sorted(seeds), dtype=np.int64)
    mass: Mass = np.array([seeds[int(row)] for row in rows], dtype=np.float64)
    if not len(rows) or mass.sum() <= 0:
        return total
    mass = mass / mass.sum()
    indptr = snapshot.adjacency.indptr
    for _ in range(steps):
        sizes = indptr[rows + 1] - indptr[rows]
        walking = (sizes > 0) & (damping * mass > tolerance * sizes)
        total[rows] += np.where(walking, 1 - damping, 1) * mass
        rows, mass = _step(snapshot, rows[walking], damping * mass[walking], weights, flow, place)
        if not len(rows):
            break
    total[rows] += mass  # what is still on its way stays where it is
    return total


def _step(
    snapshot: Snapshot,
    rows: Rows,
    mass: Mass,
    weights: npt.NDArray[np.float64],
    flow: Mass,
    place: npt.NDArray[np.int32],
) -> tuple[Rows, Mass]:
    """Move *mass* one step on. *flow* (zeros, and left so) and *place* are scratch of the size of the graph."""
    if not len(rows):
        return rows, mass
    adjacency = snapshot.adjacency
    starts = adjacency.indptr[rows]
    sizes = adjacency.indptr[rows + 1] - starts
    first = np.cumsum(sizes) - sizes
    entries = np.arange(int(sizes.sum())) + np.repeat(starts - first, sizes)
    share = weights[adjacency.codes[entries]] * adjacency.weights[entries]
    sums = np.add.reduceat(share, first)
    moved = share * np.repeat(np.divide(mass, sums, out=np.zeros_like(mass), where=sums > 0), sizes)
    targets = adjacency.indices[entries]
    np.add.at(flow, targets, moved)
    # Each target once, without sorting: the entry that wrote its place last keeps it.
    numbers = np.arange(len(targets), dtype=np.int32)
    place[targets] = numbers
    once = targets[place[targets] == numbers].astype(np.int64)
    arrived = flow[once]
    flow[once] = 0
    return once[arrived > 0], arrived[arrived > 0]
