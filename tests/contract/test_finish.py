"""`finish`: fence, states and results in one transaction."""

from __future__ import annotations

from typing import Any

import pytest

from graph.errors import ConflictingRows, InvalidValue, LeaseLost, MissingEndpoint
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Claimed, Finish, GraphStore, UpsertEdges, UpsertNodes, WriteReport


@pytest.fixture
def held(store: GraphStore) -> list[Claimed]:
    """Claims on two of three trials."""
    store.enqueue(Label.TRIAL, [{"key": key} for key in "abc"])
    return store.claim(Label.TRIAL, 2, "me", 30, now=0)


def state(store: GraphStore, key: str) -> Any:
    """Return the state of a trial."""
    return store.get_nodes(Label.TRIAL, [key])[key].properties["state"]


def result(key: str) -> list[UpsertNodes | UpsertEdges]:
    """Return the operations that record a measurement of a trial."""
    return [
        UpsertNodes(Label.MEASUREMENT, [{"key": f"m-{key}", "value": 0.9}]),
        UpsertEdges(EdgeType.MEASURED_IN, Label.MEASUREMENT, Label.TRIAL, [{"src": f"m-{key}", "dst": key}]),
    ]


def test_state_properties_and_results_together(store: GraphStore, held: list[Claimed]) -> None:
    """The item is done and free, its properties and its result are there."""
    report = store.finish([Finish(held[0], "done", {"wall_s": 2})], result("a"))
    assert WriteReport(created=2, updated=1) == report
    assert {"attempt": 1, "state": "done", "wall_s": 2.0} == store.get_nodes(Label.TRIAL, ["a"])["a"].properties
    assert 1 == store.counts().edges[EdgeType.MEASURED_IN]
    assert "running" == state(store, "b")


def test_a_failure_is_kept(store: GraphStore, held: list[Claimed]) -> None:
    """State and failure are the caller's words."""
    store.finish([Finish(held[0], "failed", {"failure": {"class": "oom", "message": "too large"}, "label": "oom"})])
    properties = store.get_nodes(Label.TRIAL, ["a"])["a"].properties
    assert ("failed", {"class": "oom", "message": "too large"}) == (properties["state"], properties["failure"])


def test_a_lost_claim_writes_nothing(store: GraphStore, held: list[Claimed]) -> None:
    """One lost claim of a pack leaves all of it as it was, results too."""
    store.claim(Label.TRIAL, 1, "you", 30, now=31, keys=["b"])
    with pytest.raises(LeaseLost) as caught:
        store.finish([Finish(held[0], "done"), Finish(held[1], "done")], result("a"))
    assert ("Trial/b",) == caught.value.lost
    assert ("running", "running") == (state(store, "a"), state(store, "b"))
    assert Label.MEASUREMENT not in store.counts().nodes


def test_a_second_finish_is_lost(store: GraphStore, held: list[Claimed]) -> None:
    """A result is recorded once."""
    store.finish([Finish(held[0], "done")])
    with pytest.raises(LeaseLost):
        store.finish([Finish(held[0], "failed")], result("a"))
    assert "done" == state(store, "a")


@pytest.mark.parametrize(
    "other",
    [
        Claimed(Ref(Label.TRIAL, "a"), "you", 1, {}),
        Claimed(Ref(Label.TRIAL, "a"), "me", 2, {}),
        Claimed(Ref(Label.TRIAL, "c"), "me", 1, {}),
        Claimed(Ref(Label.TRIAL, "gone"), "me", 1, {}),
    ],
)
def test_owner_attempt_and_state_are_the_fence(store: GraphStore, held: list[Claimed], other: Claimed) -> None:
    """Another's claim, another attempt, an item that does not run, one that does not exist."""
    assert held
    with pytest.raises(LeaseLost):
        store.finish([Finish(other, "done")], result("a"))
    assert Label.MEASUREMENT not in store.counts().nodes


def test_a_late_finish_counts_while_nobody_took_it(store: GraphStore, held: list[Claimed]) -> None:
    """The fence is the attempt, not the clock."""
    store.finish([Finish(held[0], "done")])
    assert "done" == state(store, "a")


def test_an_error_in_the_results_keeps_the_claim(store: GraphStore, held: list[Claimed]) -> None:
    """If a result cannot be written the item still runs and may be finished again."""
    bad = UpsertEdges(EdgeType.MEASURED_IN, Label.MEASUREMENT, Label.TRIAL, [{"src": "none", "dst": "a"}])
    with pytest.raises(MissingEndpoint):
        store.finish([Finish(held[0], "done")], [bad])
    assert "running" == state(store, "a")
    store.finish([Finish(held[0], "done")], result("a"))


def test_results_may_follow_without_an_item(store: GraphStore) -> None:
    """No finishes: only the operations."""
    assert WriteReport(created=1) == store.finish([], [UpsertNodes(Label.METHOD, [{"key": "m"}])])


def test_handed_back_items_are_pending(store: GraphStore, held: list[Claimed]) -> None:
    """Finishing as pending gives an item back, with its attempts counted."""
    store.finish([Finish(held[0], "pending")])
    (again,) = store.claim(Label.TRIAL, 1, "you", 30, now=1)
    assert ("a", 2) == (again.ref.key, again.attempt)


def test_items_of_several_queues_end_together(store: GraphStore, held: list[Claimed]) -> None:
    """One call may finish items of different labels."""
    store.enqueue(Label.ITEM, [{"key": "i"}])
    (item,) = store.claim(Label.ITEM, 1, "me", 30, now=0)
    store.finish([Finish(item, "done"), Finish(held[0], "done")])
    assert "done" == store.get_nodes(Label.ITEM, ["i"])["i"].properties["state"]


def test_what_finish_refuses(store: GraphStore, held: list[Claimed]) -> None:
    """The same item twice, running as an end, and the queue's own fields."""
    with pytest.raises(ConflictingRows, match="Trial/a is finished twice"):
        store.finish([Finish(held[0], "done"), Finish(held[0], "failed")])
    with pytest.raises(InvalidValue, match="running"):
        store.finish([Finish(held[0], "running")])
    with pytest.raises(InvalidValue, match="'attempt' is set by the queue"):
        store.finish([Finish(held[0], "done", {"attempt": 0})])
    assert "running" == state(store, "a")
