"""What a property may hold: kept exactly by both stores, or refused before either sees it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from graph.canonical import canonical_json
from graph.errors import InvalidValue
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore

KEPT = [
    (Label.METHOD, "name", "plain"),
    (Label.METHOD, "name", ""),
    (Label.METHOD, "name", "Ω — 漢字 \U0001f9ea é e\u0301 \u200b\ufeff"),
    (Label.METHOD, "name", "quotes ' \" ` ´ \\ \\u0041 {} $x ; -- /* %s"),
    (Label.METHOD, "name", "lines\nand\ttabs\r\n\x01\x1f\x7f"),
    (Label.METHOD, "name", "'); DROP TABLE node; MATCH (n) DETACH DELETE n //"),
    (Label.EVIDENCE, "quote", "long text " * 10_000),
    (Label.EVIDENCE, "quote", "x" * 100_000),
    (Label.EVIDENCE, "char_start", 2**63 - 1),
    (Label.EVIDENCE, "char_start", -(2**63)),
    (Label.EVIDENCE, "char_start", 2**53 + 1),
    (Label.EVIDENCE, "char_start", 0),
    (Label.EVIDENCE, "confidence", 0.1),
    (Label.EVIDENCE, "confidence", 1 / 3),
    (Label.EVIDENCE, "confidence", 0.1 + 0.2),
    (Label.EVIDENCE, "confidence", 1e308),
    (Label.EVIDENCE, "confidence", 5e-324),
    (Label.EVIDENCE, "confidence", 123456789.12345679),
    (Label.DOCUMENT, "resolved", True),
    (Label.DOCUMENT, "resolved", False),
    (Label.DOCUMENT, "authors", []),
    (Label.DOCUMENT, "authors", ["Ada", "", "O'Neil"]),
    (Label.DOCUMENT, "scores", [1.0, 2.5]),
    (Label.EVIDENCE, "boxes", []),
    (Label.EVIDENCE, "boxes", [{"page": 1, "x0": 1.5, "nested": {"deep": [None, True, "t", -1]}}]),
    (Label.METHOD, "tally", {"surfaces": {"a b": 1, "": 2}, "long": {}}),
    (Label.METHOD, "tally", 0),
    (Label.METHOD, "tally", ""),
    (Label.METHOD, "tally", {"text of JSON": '{"a": 1}'}),
]

REFUSED = [
    (Label.EVIDENCE, "confidence", math.nan, "finite"),
    (Label.EVIDENCE, "confidence", math.inf, "finite"),
    (Label.EVIDENCE, "confidence", -math.inf, "finite"),
    (Label.EVIDENCE, "confidence", 10**400, "too large"),
    (Label.EVIDENCE, "confidence", True, "number"),
    (Label.EVIDENCE, "confidence", "1", "number"),
    (Label.EVIDENCE, "char_start", 2**63, "64 bits"),
    (Label.EVIDENCE, "char_start", -(2**63) - 1, "64 bits"),
    (Label.EVIDENCE, "char_start", 1.0, "whole number"),
    (Label.EVIDENCE, "char_start", False, "whole number"),
    (Label.METHOD, "name", "a\0b", "NUL"),
    (Label.METHOD, "name", "\ud800", "surrogate"),
    (Label.METHOD, "name", b"bytes", "text"),
    (Label.METHOD, "name", ["list"], "text"),
    (Label.METHOD, "squash", "é" * 2049, "index"),
    (Label.DOCUMENT, "resolved", 1, "true or false"),
    (Label.DOCUMENT, "authors", "Ada", "list"),
    (Label.DOCUMENT, "authors", ["Ada", None], "text"),
    (Label.DOCUMENT, "authors", ["Ada", 1], "text"),
    (Label.DOCUMENT, "authors", ["\udfff"], "surrogate"),
    (Label.DOCUMENT, "scores", [1.0, math.nan], "finite"),
    (Label.METHOD, "tally", {"a": math.nan}, "finite"),
    (Label.METHOD, "tally", {"a": [2**63]}, "64 bits"),
    (Label.METHOD, "tally", {1: "a"}, "not text"),
    (Label.METHOD, "tally", {"a\0": 1}, "NUL"),
    (Label.METHOD, "tally", {"a": {1, 2}}, "dictionaries"),
    (Label.METHOD, "unheard_of", 1, "no property 'unheard_of'"),
    (Label.METHOD, "_lock", 1, "no property '_lock'"),
]

BAD_KEYS = ["", "Upper", "-start", "a/b", "a b", "ä", "a" * 121, "a\n", None, 7, b"a", "a\0"]


@pytest.mark.parametrize(("label", "field", "value"), KEPT)
def test_a_value_comes_back_as_it_went_in(store: GraphStore, label: Label, field: str, value: Any) -> None:
    """Written, read, written again: the same bytes and types, and the second write is unchanged."""
    store.upsert_nodes(label, [{"key": "k", field: value}])
    read = store.get_nodes(label, ["k"])["k"].properties[field]
    assert canonical_json(value) == canonical_json(read)
    assert type(value) is type(read)
    assert 1 == store.upsert_nodes(label, [{"key": "k", field: read}]).unchanged


@pytest.mark.parametrize(("label", "field", "value", "reason"), REFUSED)
def test_a_bad_value_is_refused_by_name(store: GraphStore, label: Label, field: str, value: Any, reason: str) -> None:
    """The error names the node, the property and the reason, and nothing of the batch is written."""
    with pytest.raises(InvalidValue, match=reason) as caught:
        store.upsert_nodes(label, [{"key": "good"}, {"key": "k", field: value}])
    assert f"{label}/k" in str(caught.value)
    assert {} == store.get_nodes(label, ["good", "k"])


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_bad_key_is_refused(store: GraphStore, key: Any) -> None:
    """Only keys of CONTRACT §1 name nodes; a row without one is refused as well."""
    with pytest.raises(InvalidValue, match="is not a key"):
        store.upsert_nodes(Label.METHOD, [{"key": key}])


@pytest.mark.parametrize("key", ["a", "0", "a" * 120, "a.b_c:d~e-f", "0-~"])
def test_every_form_of_key_is_kept(store: GraphStore, key: str) -> None:
    """The shortest, the longest and every character a key may have."""
    store.upsert_nodes(Label.METHOD, [{"key": key}])
    assert [key] == [node.key for node in store.scan_nodes(Label.METHOD)]


def test_an_integer_becomes_a_float_where_the_schema_says_so(store: GraphStore) -> None:
    """1 and 1.0 are one value of a float property; so are 0.0 and minus zero."""
    store.upsert_nodes(Label.EVIDENCE, [{"key": "e", "confidence": 1}])
    assert 1 == store.upsert_nodes(Label.EVIDENCE, [{"key": "e", "confidence": 1.0}]).unchanged
    assert isinstance(store.get_nodes(Label.EVIDENCE, ["e"])["e"].properties["confidence"], float)
    store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "scores": [1, 2.0, -0.0]}])
    scores = store.get_nodes(Label.DOCUMENT, ["d"])["d"].properties["scores"]
    assert b"[1.0,2.0,0.0]" == canonical_json(scores)


def test_tuples_are_lists(store: GraphStore) -> None:
    """A tuple is accepted where a list is due."""
    store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "authors": ("A", "B")}])
    assert ["A", "B"] == store.get_nodes(Label.DOCUMENT, ["d"])["d"].properties["authors"]


def test_edge_values_are_checked_too(store: GraphStore) -> None:
    """The properties of edges obey the same rules."""
    store.upsert_nodes(Label.METHOD, [{"key": "m"}])
    store.upsert_nodes(Label.EVIDENCE, [{"key": "e"}])
    row = {"src": "m", "dst": "e", "confidence": math.nan}
    with pytest.raises(InvalidValue, match=r"EVIDENCED_BY from Method/m to Evidence/e.*finite"):
        store.upsert_edges(EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE, [row])


def test_properties_are_in_order_of_their_names(store: GraphStore) -> None:
    """The order of a node's properties does not depend on the store or on how they came."""
    store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "venue": "V", "abstract": "A"}])
    store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "kind": "paper"}])
    assert ["abstract", "kind", "venue"] == list(store.get_nodes(Label.DOCUMENT, ["d"])["d"].properties)
