"""Personalised PageRank over typed edges: where a walk from the candidates ends up.

Power iteration ``x ← (1 - damping) · seeds + damping · Pᵀ x`` (Page et al. 1999; personalised after Haveliwala 2002),
summed step by step from the seeds outwards, so that a step touches only nodes that hold mass. With ``tolerance`` 0 it
is the plain iteration over the whole graph; above it, a node whose mass is below the tolerance is not walked on from,
which keeps the work apart from the size of the graph (Andersen, Chung and Lang 2006).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from graph.schema import EdgeType
from graph.snapshot import Snapshot

_SMALL = 1 << 16  # below it, looking at every node is quicker than sorting those that were touched

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
) -> tuple[Rows, Mass]:
    """Return the nodes that hold mass, in row order, and their mass; *seeds* (row → share) are scaled to sum to one."""
    # Zeroed pages come free from the system: only those that are touched cost anything.
    total, flow = np.zeros(len(snapshot)), np.zeros(len(snapshot))
    place = np.zeros(len(snapshot), dtype=np.int32)
    rows: Rows = np.array(sorted(seeds), dtype=np.int64)
    mass: Mass = np.array([seeds[int(row)] for row in rows], dtype=np.float64)
    if not len(rows) or mass.sum() <= 0:
        return np.zeros(0, np.int64), np.zeros(0)
    mass = mass / mass.sum()
    touched = [rows]
    for _ in range(steps):
        total[rows] += (1 - damping) * mass
        walking = mass > tolerance
        rows, mass = _step(snapshot, rows[walking], damping * mass[walking], weights, flow, place)
        if not len(rows):
            break
        touched.append(rows)
    else:
        total[rows] += mass  # what is still on its way stays where it is
    reached = np.flatnonzero(total) if len(total) <= _SMALL else np.unique(np.concatenate(touched))
    return reached, total[reached]


def _step(
    snapshot: Snapshot,
    rows: Rows,
    mass: Mass,
    weights: npt.NDArray[np.float64],
    flow: Mass,
    place: npt.NDArray[np.int32],
) -> tuple[Rows, Mass]:
    """Move *mass* one step on. *flow* (zeros, and left so) and *place* are scratch of the size of the graph."""
    adjacency = snapshot.adjacency
    starts, ends = adjacency.indptr[rows], adjacency.indptr[rows + 1]
    sizes = (ends - starts).astype(np.int64)
    rows, mass, starts, sizes = rows[sizes > 0], mass[sizes > 0], starts[sizes > 0], sizes[sizes > 0]
    if not len(rows):
        return rows, mass
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
