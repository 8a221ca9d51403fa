"""`upsert_nodes`: create, merge, remove, and say truly what was done."""

from __future__ import annotations

import pytest

from graph.errors import ConflictingRows, InvalidValue
from graph.schema import Label
from graph.store.interface import GraphStore, UpsertNodes, WriteReport


def test_new_rows_are_created(store: GraphStore) -> None:
    """Rows of new keys are counted as created and read back."""
    assert WriteReport(created=2) == store.upsert_nodes(Label.METHOD, [{"key": "b", "name": "B"}, {"key": "a"}])
    nodes = store.get_nodes(Label.METHOD, ["a", "b"])
    assert {"a": {}, "b": {"name": "B"}} == {key: dict(node.properties) for key, node in nodes.items()}


def test_the_same_rows_again_change_nothing(store: GraphStore) -> None:
    """A repeated write is reported as unchanged and leaves content and counts as they were."""
    rows = [{"key": f"k{i}", "name": f"Name {i}", "tally": {"a": [1, {"b": None}]}} for i in range(5)]
    store.upsert_nodes(Label.METHOD, rows)
    before = list(store.scan_nodes(Label.METHOD))
    assert WriteReport(unchanged=5) == store.upsert_nodes(Label.METHOD, rows)
    assert before == list(store.scan_nodes(Label.METHOD))


def test_a_partial_row_keeps_the_other_properties(store: GraphStore) -> None:
    """Properties that a row does not name stay; a row that says nothing new is unchanged."""
    store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "title": "T", "year": 2020}])
    assert WriteReport(updated=1) == store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "year": 2021}])
    assert WriteReport(unchanged=1) == store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "title": "T"}])
    assert {"title": "T", "year": 2021} == store.get_nodes(Label.DOCUMENT, ["d"])["d"].properties


def test_none_removes_a_property(store: GraphStore) -> None:
    """None removes; removing what is absent changes nothing."""
    store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "title": "T", "year": 2020}])
    assert WriteReport(updated=1) == store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "title": None}])
    assert WriteReport(unchanged=1) == store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "title": None, "venue": None}])
    assert {"year": 2020} == store.get_nodes(Label.DOCUMENT, ["d"])["d"].properties


def test_none_in_a_new_row_is_absence(store: GraphStore) -> None:
    """A node created with None has no such property."""
    store.upsert_nodes(Label.DOCUMENT, [{"key": "d", "title": None, "year": 1}])
    assert {"year": 1} == store.get_nodes(Label.DOCUMENT, ["d"])["d"].properties


def test_create_only_properties_are_set_once(store: GraphStore) -> None:
    """A property named in create_only is written with a new node and never after."""
    op = UpsertNodes(Label.METHOD, [{"key": "m", "name": "first", "squash": "x"}], frozenset({"name"}))
    assert WriteReport(created=1) == store.write_batch([op])
    later = UpsertNodes(Label.METHOD, [{"key": "m", "name": "second", "squash": "y"}], frozenset({"name"}))
    assert WriteReport(updated=1) == store.write_batch([later])
    assert WriteReport(unchanged=1) == store.write_batch([later])
    assert {"name": "first", "squash": "y"} == store.get_nodes(Label.METHOD, ["m"])["m"].properties


def test_create_only_names_must_exist(store: GraphStore) -> None:
    """An unknown name in create_only is refused."""
    with pytest.raises(InvalidValue, match="nonsense"):
        store.write_batch([UpsertNodes(Label.METHOD, [{"key": "m"}], frozenset({"nonsense"}))])


def test_equal_duplicates_are_one_row(store: GraphStore) -> None:
    """The same row twice in one batch is written once; 1 and 1.0 are the same number."""
    rows = [{"key": "e", "confidence": 1}, {"key": "e", "confidence": 1.0}]
    assert WriteReport(created=1) == store.upsert_nodes(Label.EVIDENCE, rows)


def test_conflicting_duplicates_are_refused(store: GraphStore) -> None:
    """Two rows of one key with different content: nothing is written, and the key is named."""
    with pytest.raises(ConflictingRows, match=r"Method/twice.*name"):
        store.upsert_nodes(
            Label.METHOD, [{"key": "other"}, {"key": "twice", "name": "a"}, {"key": "twice", "name": "b"}]
        )
    assert {} == store.get_nodes(Label.METHOD, ["other", "twice"])


def test_no_rows_are_no_work(store: GraphStore) -> None:
    """An empty batch is allowed."""
    assert WriteReport() == store.upsert_nodes(Label.METHOD, [])


def test_one_key_may_stand_under_two_labels(store: GraphStore) -> None:
    """Identity is label and key."""
    store.upsert_nodes(Label.METHOD, [{"key": "x", "name": "method"}])
    store.upsert_nodes(Label.TASK, [{"key": "x", "name": "task"}])
    assert "method" == store.get_nodes(Label.METHOD, ["x"])["x"].properties["name"]


def test_many_rows_are_one_call(store: GraphStore) -> None:
    """More rows than one statement of a server takes are written in one call."""
    rows = [{"key": f"k{i:05}", "squash": f"s{i}"} for i in range(4100)]
    assert WriteReport(created=4100) == store.upsert_nodes(Label.METHOD, rows)
    assert WriteReport(unchanged=4099, updated=1) == store.upsert_nodes(
        Label.METHOD, [*rows[:-1], {"key": "k04099", "squash": "new"}]
    )
    assert 4100 == store.counts().nodes[Label.METHOD]
