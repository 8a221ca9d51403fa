"""`beat`: a lease lives on while its holder does."""

from __future__ import annotations

from graph.schema import Label
from graph.store.interface import Finish, GraphStore


def test_a_beat_extends_the_lease(store: GraphStore) -> None:
    """Nobody else gets the item before the new time."""
    store.enqueue(Label.TRIAL, [{"key": "a"}])
    held = store.claim(Label.TRIAL, 1, "me", 30, now=0)
    (again,) = store.beat(held, 30, now=25)
    assert (held[0].ref, 1, 55.0) == (again.ref, again.attempt, again.properties["lease"])
    assert [] == store.claim(Label.TRIAL, 1, "you", 30, now=40)
    assert 1 == len(store.claim(Label.TRIAL, 1, "you", 30, now=56))


def test_a_lapsed_lease_that_nobody_took_is_held(store: GraphStore) -> None:
    """Late is not lost: owner, attempt and state still match."""
    store.enqueue(Label.TRIAL, [{"key": "a"}])
    held = store.claim(Label.TRIAL, 1, "me", 30, now=0)
    assert 1 == len(store.beat(held, 30, now=500))


def test_claims_that_were_lost_are_left_out(store: GraphStore) -> None:
    """Taken over, finished, or deleted: not held, not touched. The others are, in the order given."""
    store.enqueue(Label.TRIAL, [{"key": key} for key in "abcde"])
    held = store.claim(Label.TRIAL, 5, "me", 30, now=0)
    store.claim(Label.TRIAL, 1, "you", 90, now=31, keys=["a"])
    store.finish([Finish(held[1], "done")])
    store.delete_nodes(Label.TRIAL, ["c"])
    assert ["e", "d"] == [each.ref.key for each in store.beat(held[::-1], 30, now=40)]
    properties = store.get_nodes(Label.TRIAL, ["a"])["a"].properties
    assert ("you", 121.0) == (properties["owner"], properties["lease"])


def test_an_owner_does_not_hold_what_it_took_twice(store: GraphStore) -> None:
    """The attempt is the fence: an old claim of the same owner is lost too."""
    store.enqueue(Label.TRIAL, [{"key": "a"}])
    old = store.claim(Label.TRIAL, 1, "me", 30, now=0)
    new = store.claim(Label.TRIAL, 1, "me", 30, now=31)
    assert [] == store.beat(old, 30, now=32)
    assert 1 == len(store.beat(new, 30, now=32))


def test_no_claims_no_beat(store: GraphStore) -> None:
    """Nothing held is nothing extended."""
    assert [] == store.beat([], 30, now=0)
