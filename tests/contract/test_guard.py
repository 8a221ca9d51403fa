"""`Guard`: a condition inside a batch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import InvalidValue, StaleWrite
from graph.schema import Label, Ref
from graph.store.interface import GraphStore, Guard, UpsertNodes, WriteReport

PAPER = Ref(Label.PAPER, "p")


def test_a_guard_that_holds_sets_the_field(store: GraphStore) -> None:
    """The field gets its new value with the rest of the batch."""
    store.upsert_nodes(Label.PAPER, [{"key": "p", "revision": 1}])
    ops = [Guard(PAPER, "revision", 1, 2), UpsertNodes(Label.METHOD, [{"key": "m"}])]
    assert WriteReport(created=1, updated=1) == store.write_batch(ops)
    assert 2 == store.get_nodes(Label.PAPER, ["p"])["p"].properties["revision"]


def test_absent_is_none(store: GraphStore) -> None:
    """None as the expected value means that the field is absent; None as the new one removes it."""
    store.write_batch([UpsertNodes(Label.PAPER, [{"key": "p"}]), Guard(PAPER, "revision", None, 1)])
    with pytest.raises(StaleWrite, match=r"Paper/p: revision is 1 and not None"):
        store.write_batch([Guard(PAPER, "revision", None, 2)])
    store.write_batch([Guard(PAPER, "revision", 1, None)])
    assert {} == store.get_nodes(Label.PAPER, ["p"])["p"].properties


def test_the_same_value_is_no_change(store: GraphStore) -> None:
    """A guard that only checks writes nothing."""
    store.upsert_nodes(Label.PAPER, [{"key": "p", "revision": 1}])
    assert WriteReport(unchanged=1) == store.write_batch([Guard(PAPER, "revision", 1, 1)])


def test_a_missing_node_is_stale(store: GraphStore) -> None:
    """A guard on a node that does not exist fails, whatever it expects."""
    with pytest.raises(StaleWrite, match="Paper/p does not exist"):
        store.write_batch([Guard(PAPER, "revision", None, 1)])


def test_guards_take_every_type(store: GraphStore) -> None:
    """Lists and nested values are compared by content."""
    store.upsert_nodes(Label.PAPER, [{"key": "p", "authors": ["A"]}])
    store.upsert_nodes(Label.METHOD, [{"key": "m", "tally": {"b": 1, "a": 2}}])
    store.write_batch(
        [
            Guard(PAPER, "authors", ("A",), ["A", "B"]),
            Guard(Ref(Label.METHOD, "m"), "tally", {"a": 2, "b": 1}, {"c": []}),
        ]
    )
    assert {"c": []} == store.get_nodes(Label.METHOD, ["m"])["m"].properties["tally"]


def test_an_unknown_field_is_refused(store: GraphStore) -> None:
    """A guard names a property of the schema."""
    with pytest.raises(InvalidValue, match="nonsense"):
        store.write_batch([Guard(PAPER, "nonsense", None, 1)])


def test_of_many_batches_one_passes(store: GraphStore) -> None:
    """Eight batches that raise the same revision: one writes, seven find it stale and leave nothing."""
    store.upsert_nodes(Label.PAPER, [{"key": "p", "revision": 0}])

    def attempt(number: int) -> bool:
        ops = [UpsertNodes(Label.METHOD, [{"key": f"m{number}"}]), Guard(PAPER, "revision", 0, 1)]
        try:
            store.write_batch(ops)
        except StaleWrite:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert 1 == sum(threads.map(attempt, range(8)))
    assert 1 == store.counts().nodes[Label.METHOD]
