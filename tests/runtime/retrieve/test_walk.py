"""The walk, against the plain power iteration over a dense matrix."""

from __future__ import annotations

import numpy as np
import pytest

from graph.schema import EdgeType, Label
from graph.snapshot import Snapshot
from runtime.retrieve.settings import EDGE_WEIGHTS
from runtime.retrieve.walk import code_weights, personalised_pagerank


def _dense(snapshot: Snapshot, seeds: dict[int, float], damping: float, steps: int) -> np.ndarray:
    size = len(snapshot)
    moves = np.zeros((size, size))
    for row in range(size):
        others, codes, ties = snapshot.adjacency.entries(row)
        for other, code, tie in zip(others.tolist(), codes.tolist(), ties.tolist(), strict=True):
            moves[row, other] += EDGE_WEIGHTS.get(snapshot.edge_type(code)[0], 0) * tie
    sums = moves.sum(axis=1, keepdims=True)
    moves = np.divide(moves, sums, out=np.zeros_like(moves), where=sums > 0)
    start = np.zeros(size)
    for row, share in seeds.items():
        start[row] = share / sum(seeds.values())
    total, mass = np.zeros(size), start
    for _ in range(steps):
        total += (1 - damping) * mass
        mass = damping * (mass @ moves)
    return total + mass


@pytest.mark.parametrize("steps", [1, 3, 30])
def test_without_tolerance_it_is_the_power_iteration(snapshot: Snapshot, steps: int):
    """Every node's mass equals that of the dense iteration."""
    seeds = {snapshot.rows(Label.PROBLEM)[0]: 2.0, snapshot.rows(Label.TASK)[1]: 1.0}
    weights = code_weights(snapshot, EDGE_WEIGHTS)
    found = personalised_pagerank(snapshot, seeds, weights, damping=0.6, steps=steps, tolerance=0)
    np.testing.assert_allclose(found, _dense(snapshot, seeds, 0.6, steps), atol=1e-12)


def test_mass_is_kept(snapshot: Snapshot):
    """Without a tolerance and without dead ends all mass of the seeds ends somewhere."""
    seeds = {snapshot.rows(Label.PATTERN)[0]: 1.0}
    weights = code_weights(snapshot, EDGE_WEIGHTS)
    mass = personalised_pagerank(snapshot, seeds, weights, damping=0.5, steps=20, tolerance=0)
    assert mass.sum() == pytest.approx(1)


def test_a_tolerance_keeps_mass_and_reaches_less(snapshot: Snapshot):
    """With a tolerance no mass is lost, fewer nodes hold any, and the nearest pattern is the same."""
    seeds = {snapshot.rows(Label.METHOD)[0]: 1.0}
    weights = code_weights(snapshot, EDGE_WEIGHTS)
    full = personalised_pagerank(snapshot, seeds, weights, damping=0.5, steps=10, tolerance=0)
    cut = personalised_pagerank(snapshot, seeds, weights, damping=0.5, steps=10, tolerance=0.05)
    assert cut.sum() == pytest.approx(1)
    assert 0 < np.count_nonzero(cut) < np.count_nonzero(full)
    patterns = snapshot.rows(Label.PATTERN)
    assert np.argmax(cut[patterns.start : patterns.stop]) == np.argmax(full[patterns.start : patterns.stop])


def test_edge_types_without_weight_are_not_walked(snapshot: Snapshot):
    """A walk that may only use one edge type stays on it."""
    seeds = {snapshot.rows(Label.PATTERN)[0]: 1.0}
    weights = code_weights(snapshot, {EdgeType.COMPOSED_OF: 1.0})
    mass = personalised_pagerank(snapshot, seeds, weights, damping=0.5, steps=10, tolerance=0)
    assert {snapshot.ref(int(row)).label for row in np.flatnonzero(mass)} == {Label.PATTERN, Label.METHOD}


@pytest.mark.parametrize("seeds", [{}, {0: 0.0}])
def test_no_seeds_reach_nothing(snapshot: Snapshot, seeds: dict[int, float]):
    """Without a place to start from there is no walk."""
    mass = personalised_pagerank(
        snapshot, seeds, code_weights(snapshot, EDGE_WEIGHTS), damping=0.5, steps=3, tolerance=0
    )
    assert not mass.any()
