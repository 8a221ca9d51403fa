"""`find_nodes`: equality, order, pages."""

from __future__ import annotations

from typing import Any

import pytest

from graph.errors import InvalidValue, UnknownNode
from graph.schema import Label
from graph.store.interface import GraphStore

ROWS: list[dict[str, Any]] = [
    {"key": "a", "kind": "paper", "year": 2020, "resolved": True, "title": "B"},
    {"key": "b", "kind": "paper", "year": 2019, "title": "a"},
    {"key": "c", "kind": "review", "year": 2020, "resolved": False, "title": "\U0001f9ea"},
    {"key": "d", "kind": "review", "title": "\uffff"},
    {"key": "e", "year": -1, "title": "B"},
    {"key": "f", "year": 2020, "resolved": True},
]


@pytest.fixture
def documents(store: GraphStore) -> GraphStore:
    """A store with the documents above."""
    store.upsert_nodes(Label.DOCUMENT, ROWS)
    return store


def keys(store: GraphStore, where: dict[str, Any] | None = None, **more: Any) -> str:
    """Return the keys found, joined."""
    return "".join(node.key for node in store.find_nodes(Label.DOCUMENT, where, **more))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (None, "abcdef"),
        ({}, "abcdef"),
        ({"kind": "paper"}, "ab"),
        ({"kind": "nothing"}, ""),
        ({"kind": None}, "ef"),
        ({"kind": "paper", "year": 2020}, "a"),
        ({"year": [2019, -1]}, "be"),
        ({"year": (2019,)}, "b"),
        ({"year": []}, ""),
        ({"kind": ["review", None]}, "cdef"),
        ({"kind": [None]}, "ef"),
        ({"resolved": True}, "af"),
        ({"resolved": False}, "c"),
        ({"resolved": [False, None]}, "bcde"),
        ({"key": ["f", "a"]}, "af"),
        ({"key": "a", "kind": "review"}, ""),
        ({"title": "' OR 1=1 --"}, ""),
    ],
)
def test_conditions(documents: GraphStore, where: dict[str, Any] | None, expected: str) -> None:
    """Equality, one of several, absence, and all conditions together; in key order."""
    assert expected == keys(documents, where)


@pytest.mark.parametrize(
    ("order_by", "descending", "expected"),
    [
        ("year", False, "ebacfd"),
        ("year", True, "acfbed"),
        ("title", False, "aebdcf"),
        ("title", True, "cdbaef"),
        ("resolved", False, "cafbde"),
        ("resolved", True, "afcbde"),
        ("key", False, "abcdef"),
        ("key", True, "fedcba"),
        ("sentences", False, "abcdef"),
    ],
)
def test_order(documents: GraphStore, order_by: str, descending: bool, expected: str) -> None:
    """By value and then key, absent values last in both directions; text by code points, also beyond 16 bits."""
    assert expected == keys(documents, order_by=order_by, descending=descending)


@pytest.mark.parametrize("order_by", [None, "key", "year", "title", "resolved", "sentences"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_make_up_the_whole(documents: GraphStore, order_by: str | None, descending: bool) -> None:
    """Page after page by the last key gives what one call gives, with and without a condition."""
    for where in ({}, {"kind": ["paper", "review"]}):
        whole = keys(documents, where, order_by=order_by, descending=descending)
        paged, after = "", None
        while page := keys(documents, where, order_by=order_by, descending=descending, limit=2, after=after):
            paged, after = paged + page, page[-1]
        assert whole == paged


def test_a_page_is_stable_while_others_write(documents: GraphStore) -> None:
    """Rows that come and go before the place reached do not shift the next page."""
    assert "ab" == keys(documents, limit=2)
    documents.upsert_nodes(Label.DOCUMENT, [{"key": "a0"}, {"key": "0"}])
    documents.delete_nodes(Label.DOCUMENT, ["a"])
    assert "cd" == keys(documents, limit=2, after="b")


def test_an_order_by_value_needs_the_node_it_goes_on_from(documents: GraphStore) -> None:
    """By key the place is the key itself; by value a node that is gone has no place."""
    assert "def" == keys(documents, after="c0")
    with pytest.raises(UnknownNode, match="Document/c0"):
        keys(documents, order_by="year", after="c0")


def test_the_limit_cuts(documents: GraphStore) -> None:
    """At most as many as asked for; none for zero."""
    assert "acf" == keys(documents, {"year": 2020}, limit=3)
    assert "" == keys(documents, limit=0)


@pytest.mark.parametrize(
    ("where", "order_by"),
    [
        ({"nonsense": 1}, None),
        ({"authors": "x"}, None),
        ({"year": "2020"}, None),
        ({"resolved": 1}, None),
        ({}, "authors"),
        ({}, "nonsense"),
        ({"kind) RETURN n //": 1}, None),
    ],
)
def test_what_cannot_be_compared_is_refused(documents: GraphStore, where: dict[str, Any], order_by: str | None) -> None:
    """Unknown fields, lists, and values of another type are refused with a sentence."""
    with pytest.raises(InvalidValue, match="Document"):
        documents.find_nodes(Label.DOCUMENT, where, order_by=order_by)


def test_floats_meet_integers(store: GraphStore) -> None:
    """A whole number finds the equal float."""
    store.upsert_nodes(Label.RESULT, [{"key": "r", "value": 1}, {"key": "s", "value": 0.1}])
    assert ["r"] == [node.key for node in store.find_nodes(Label.RESULT, {"value": 1})]
    assert ["s"] == [node.key for node in store.find_nodes(Label.RESULT, {"value": 0.1})]
