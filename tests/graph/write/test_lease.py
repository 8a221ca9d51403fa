"""A named lock: one holder, a fence, and no harm from a holder that dies."""

from __future__ import annotations

import pytest

from graph.errors import LeaseHeld, LeaseLost
from graph.store.interface import GraphStore
from graph.write.generation import generation, raise_generation
from graph.write.lease import hold_lease


def test_a_lock_is_free_again_after_its_block(store: GraphStore) -> None:
    """Ten holders one after another, more than any item may be tried."""
    for turn in range(10):
        with hold_lease(store, "resolve", owner=f"o{turn}", ttl_s=60, clock=lambda: 0.0):
            pass


def _pass_through(store: GraphStore, owner: str, now: float) -> None:
    with hold_lease(store, "resolve", owner=owner, ttl_s=60, clock=lambda: now):
        pass


def test_a_lock_that_is_held_names_its_holder(store: GraphStore) -> None:
    """A second holder is refused until the lease runs out, with the time that is left."""
    with (
        hold_lease(store, "resolve", owner="first", ttl_s=60, clock=lambda: 0.0),
        pytest.raises(LeaseHeld, match=r"first right now \(for up to 50 s more\)"),
    ):
        _pass_through(store, "second", 10.0)


def test_a_dead_holder_blocks_until_its_lease_runs_out(store: GraphStore) -> None:
    """The lock goes to the next one, and the late holder learns of it, at the latest when it ends."""

    def hold_too_long() -> None:
        with hold_lease(store, "resolve", owner="late", ttl_s=60, clock=lambda: 0.0) as late:
            _pass_through(store, "next", 100.0)
            with pytest.raises(LeaseLost):
                late.beat()

    with pytest.raises(LeaseLost):
        hold_too_long()


def test_an_error_in_the_block_frees_the_lock(store: GraphStore) -> None:
    """What went wrong is what is raised, and the lock is free."""
    with pytest.raises(ValueError, match="wrong"), hold_lease(store, "x", owner="a", ttl_s=60, clock=lambda: 0.0):
        raise ValueError("wrong")
    with hold_lease(store, "x", owner="b", ttl_s=60, clock=lambda: 0.0):
        pass


def test_a_generation_counts_up(store: GraphStore) -> None:
    """The two counters are apart and start at zero."""
    assert (generation(store), generation(store, "belief_generation")) == (0, 0)
    assert [raise_generation(store), raise_generation(store)] == [1, 2]
    assert generation(store, "belief_generation") == 0
