"""`enqueue`: items appear as pending, once."""

from __future__ import annotations

import pytest

from graph.errors import InvalidValue
from graph.schema import Label
from graph.store.interface import GraphStore, WriteReport


def test_items_start_pending(store: GraphStore) -> None:
    """State pending, attempt 0, and the properties given."""
    assert WriteReport(created=2) == store.enqueue(Label.TRIAL, [{"key": "a", "task": "digits"}, {"key": "b"}])
    assert {"attempt": 0, "state": "pending", "task": "digits"} == store.get_nodes(Label.TRIAL, ["a"])["a"].properties


def test_items_that_exist_are_left_as_they_are(store: GraphStore) -> None:
    """Submitting again neither restarts nor changes an item, whatever its state."""
    store.enqueue(Label.TRIAL, [{"key": "a", "task": "digits"}])
    store.claim(Label.TRIAL, 1, "me", 30, now=0)
    before = list(store.scan_nodes(Label.TRIAL))
    assert WriteReport(unchanged=1) == store.enqueue(Label.TRIAL, [{"key": "a", "task": "wine"}])
    assert before == list(store.scan_nodes(Label.TRIAL))
    assert WriteReport(created=1, unchanged=1) == store.enqueue(Label.TRIAL, [{"key": "a"}, {"key": "b"}])


def test_only_queues_take_items(store: GraphStore) -> None:
    """A label without a queue refuses, and says which have one."""
    with pytest.raises(InvalidValue, match="Method is not a queue; these are: Trial, Item, Lease"):
        store.enqueue(Label.METHOD, [{"key": "m"}])


@pytest.mark.parametrize("field", ["state", "owner", "lease", "attempt"])
def test_the_queues_own_fields_are_refused(store: GraphStore, field: str) -> None:
    """Only the queue sets them."""
    with pytest.raises(InvalidValue, match=f"'{field}' is set by the queue"):
        store.enqueue(Label.TRIAL, [{"key": "t", field: None}])
