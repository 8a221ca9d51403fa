"""`claim`: an item is held by one, for a while, and given up after too many tries."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import InvalidValue
from graph.schema import Label, Ref
from graph.store import open_store
from graph.store.interface import Claimed, Finish, GraphStore


@pytest.fixture
def trials(store: GraphStore) -> GraphStore:
    """A store with six pending trials, a to f."""
    store.enqueue(Label.TRIAL, [{"key": key, "task": "digits", "spec": {"seed": 1}} for key in "fedcba"])
    return store


def claim(store: GraphStore, n: int, now: float, owner: str = "me", **more: object) -> str:
    """Claim for 30 seconds; return the keys, joined."""
    return "".join(each.ref.key for each in store.claim(Label.TRIAL, n, owner, 30, now=now, **more))


def test_claims_come_by_key(trials: GraphStore) -> None:
    """The first in order are taken and are not taken again."""
    assert ("ab", "cd", "ef", "") == tuple(claim(trials, 2, 0) for _ in range(4))


def test_a_claim_says_what_it_holds(trials: GraphStore) -> None:
    """Owner, attempt and the properties as they are stored now."""
    (held,) = trials.claim(Label.TRIAL, 1, "me", 30, now=1000)
    properties = {
        "attempt": 1,
        "lease": 1030.0,
        "owner": "me",
        "spec": {"seed": 1},
        "state": "running",
        "task": "digits",
    }
    assert Claimed(Ref(Label.TRIAL, "a"), "me", 1, properties) == held
    assert properties == trials.get_nodes(Label.TRIAL, ["a"])["a"].properties


def test_a_lapsed_lease_is_taken_over(trials: GraphStore) -> None:
    """Not before its time, not at it, but after it; with the next attempt."""
    assert "ab" == claim(trials, 2, 0)
    assert "cdef" == claim(trials, 9, 30, "you")
    (first, second) = trials.claim(Label.TRIAL, 9, "you", 30, now=30.5)
    assert (("a", 2), ("b", 2)) == ((first.ref.key, first.attempt), (second.ref.key, second.attempt))


def test_lapsed_and_pending_are_taken_by_key(trials: GraphStore) -> None:
    """One order over both."""
    held = trials.claim(Label.TRIAL, 4, "me", 30, now=0)
    trials.finish([Finish(held[0], "pending"), Finish(held[2], "pending"), Finish(held[3], "done")])
    assert "abc" == claim(trials, 3, 31)


def test_keys_restrict_the_choice(trials: GraphStore) -> None:
    """Only items named, in key order; unknown names are ignored; no names, no items."""
    assert "be" == claim(trials, 2, 0, keys=["f", "e", "gone", "b"])
    assert "" == claim(trials, 2, 0, keys=[])
    assert "f" == claim(trials, 2, 0, keys=["b", "f"])
    assert "be" == claim(trials, 2, 31, keys=["b", "e"])


def test_too_many_attempts_are_given_up(trials: GraphStore) -> None:
    """After the last attempt lapsed the item is dead, and says why; nobody gets it again."""
    for attempt in range(3):
        assert "a" == claim(trials, 1, attempt * 31, keys=["a"], max_attempts=3)
    assert "" == claim(trials, 1, 93, keys=["a"], max_attempts=3)
    properties = trials.get_nodes(Label.TRIAL, ["a"])["a"].properties
    assert ("dead", 3, "lost_executor") == (
        properties["state"],
        properties["attempt"],
        properties["failure"]["class"],
    )
    assert not {"owner", "lease"} & properties.keys()
    assert "" == claim(trials, 1, 999, keys=["a"])


def test_giving_up_does_not_count_as_a_claim(trials: GraphStore) -> None:
    """Items given up leave room for others in the same call."""
    assert "ab" == claim(trials, 2, 0, max_attempts=1)
    assert "cd" == claim(trials, 2, 31, max_attempts=1)
    assert {"dead": 2, "running": 2, "pending": 2} == _states(trials)


def test_each_queue_gives_up_in_its_own_word(store: GraphStore) -> None:
    """Items of an ingest are quarantined."""
    store.enqueue(Label.ITEM, [{"key": "i"}])
    store.claim(Label.ITEM, 1, "me", 1, now=0)
    assert [] == store.claim(Label.ITEM, 1, "me", 1, now=2, max_attempts=1)
    assert "quarantined" == store.get_nodes(Label.ITEM, ["i"])["i"].properties["state"]


def test_pending_items_may_be_tried_however_often(trials: GraphStore) -> None:
    """An item handed back was not lost: only lapsed leases are counted against it."""
    for _ in range(7):
        (held,) = trials.claim(Label.TRIAL, 1, "me", 30, now=0, keys=["a"], max_attempts=2)
        trials.finish([Finish(held, "pending")])
    assert 7 == trials.get_nodes(Label.TRIAL, ["a"])["a"].properties["attempt"]


def test_nothing_to_claim(store: GraphStore) -> None:
    """Empty queues, done items, zero wanted, and labels without a queue."""
    assert [] == store.claim(Label.TRIAL, 5, "me", 30, now=0)
    store.upsert_nodes(Label.TRIAL, [{"key": "no-item"}, {"key": "done", "state": "done", "attempt": 1}])
    assert [] == store.claim(Label.TRIAL, 5, "me", 30, now=0)
    store.enqueue(Label.TRIAL, [{"key": "a"}])
    assert [] == store.claim(Label.TRIAL, 0, "me", 30, now=0)
    with pytest.raises(InvalidValue, match="Method is not a queue"):
        store.claim(Label.METHOD, 1, "me", 30, now=0)


def test_eight_threads_share_without_double_winners(store: GraphStore, store_url: str) -> None:
    """200 items, 8 claimants with connections of their own, packs of 3: each item is won once."""
    keys = [f"t{i:03}" for i in range(200)]
    store.enqueue(Label.TRIAL, [{"key": key} for key in keys])

    def work(owner: str) -> list[str]:
        mine = open_store(store_url)
        won: list[str] = []
        while held := mine.claim(Label.TRIAL, 3, owner, 300, now=0):
            won += [each.ref.key for each in held]
        mine.close()
        return won

    with ThreadPoolExecutor(8) as threads:
        won = [key for some in threads.map(work, "abcdefgh") for key in some]
    assert keys == sorted(won)
    assert {1} == {node.properties["attempt"] for node in store.scan_nodes(Label.TRIAL)}


CLAIMANT = """
import sys
from graph.schema import Label
from graph.store import open_store
store = open_store(sys.argv[1])
while held := store.claim(Label.TRIAL, 4, sys.argv[2], 300, now=0):
    print(*[each.ref.key for each in held], sep="\\n", flush=True)
store.close()
"""


def test_two_processes_share_without_double_winners(store: GraphStore, store_url: str) -> None:
    """The same between processes."""
    keys = [f"t{i:03}" for i in range(80)]
    store.enqueue(Label.TRIAL, [{"key": key} for key in keys])
    command = [sys.executable, "-c", CLAIMANT, store_url]
    children = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in ("a", "b")]
    won = [key for child in children for key in child.communicate(timeout=120)[0].split()]
    assert [0, 0] == [child.returncode for child in children]
    assert keys == sorted(won)


def _states(store: GraphStore) -> dict[str, int]:
    states = [node.properties["state"] for node in store.scan_nodes(Label.TRIAL)]
    return {state: states.count(state) for state in dict.fromkeys(states)}
