"""`get_nodes`: what exists, by key."""

from __future__ import annotations

from graph.schema import Label, Ref
from graph.store.interface import GraphStore, Node


def test_missing_keys_are_left_out(store: GraphStore) -> None:
    """A key without a node is no error and no entry."""
    store.upsert_nodes(Label.METHOD, [{"key": "a", "name": "A"}])
    assert {"a": Node(Ref(Label.METHOD, "a"), {"name": "A"})} == store.get_nodes(Label.METHOD, ["zz", "a"])


def test_the_answer_is_in_key_order(store: GraphStore) -> None:
    """Whatever the order of the question, and each node once."""
    store.upsert_nodes(Label.METHOD, [{"key": key} for key in "cab"])
    assert ["a", "b", "c"] == list(store.get_nodes(Label.METHOD, ["c", "a", "b", "c"]))


def test_no_keys_no_nodes(store: GraphStore) -> None:
    """An empty question has an empty answer."""
    assert {} == store.get_nodes(Label.METHOD, [])


def test_only_the_label_asked_for(store: GraphStore) -> None:
    """A node of another label with the same key is not it."""
    store.upsert_nodes(Label.TASK, [{"key": "a"}])
    assert {} == store.get_nodes(Label.METHOD, ["a"])


def test_a_key_is_never_part_of_a_query(store: GraphStore) -> None:
    """Text that is no key finds nothing and breaks nothing."""
    assert {} == store.get_nodes(Label.METHOD, ["'", '"', "a' OR 1=1 --", "}) DETACH DELETE n //", "\\", "`", "$key"])
