"""`get_nodes`: what exists, by key."""

from __future__ import annotations

import pytest

from graph.errors import InvalidValue
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
    assert {} == store.get_nodes(
        Label.METHOD, ["'", '"', "a' OR 1=1 --", "}) DETACH DELETE n //", "\\", "`", "$key", "\ud800", "\0", ""]
    )


def test_no_other_question_trips_over_such_a_key(store: GraphStore) -> None:
    """Walks, pages and claims take it for a node that does not exist."""
    for text in ("'", "\ud800", "a\0", "`) //"):
        ref = Ref(Label.METHOD, text)
        assert {ref: []} == store.neighbours([ref])
        assert [] == store.chain([ref], [])
        assert () == store.subgraph([ref]).nodes
        assert [] == store.claim(Label.TRIAL, 1, "me", 1, now=0, keys=[text])


def test_a_negative_limit_is_refused(store: GraphStore) -> None:
    """It would mean all to one database and an error to the other."""
    ref = Ref(Label.METHOD, "m")
    for ask in (
        lambda: store.find_nodes(Label.METHOD, limit=-1),
        lambda: store.neighbours([ref], limit_per_ref=-1),
        lambda: store.chain([ref], [], limit=-1),
        lambda: store.chains([ref], [[]], limit=-1),
        lambda: store.subgraph([ref], limit=-1),
        lambda: store.search_text(Label.METHOD, "x", k=-1),
        lambda: store.scan(Label.METHOD, limit=-1),
        lambda: store.claim(Label.TRIAL, -1, "me", 1, now=0),
    ):
        with pytest.raises(InvalidValue, match="zero or more, not -1"):
            ask()
