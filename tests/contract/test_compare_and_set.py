"""`compare_and_set`: one winner."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import InvalidValue
from graph.schema import Label, Ref
from graph.store.interface import GraphStore

META = Ref(Label.META, "store")


def test_the_expected_value_is_replaced(store: GraphStore) -> None:
    """True and set where it held, False and untouched where it did not."""
    assert store.compare_and_set(META, "generation", 0, 1)
    assert not store.compare_and_set(META, "generation", 0, 2)
    assert 1 == store.get_nodes(Label.META, ["store"])["store"].properties["generation"]


def test_absence_can_be_expected_and_made(store: GraphStore) -> None:
    """None is absence on both sides."""
    store.upsert_nodes(Label.TRIAL, [{"key": "t"}])
    ref = Ref(Label.TRIAL, "t")
    assert store.compare_and_set(ref, "label", None, "oom")
    assert not store.compare_and_set(ref, "label", None, "timeout")
    assert store.compare_and_set(ref, "label", "oom", None)
    assert {} == store.get_nodes(Label.TRIAL, ["t"])["t"].properties


def test_a_missing_node_is_no_match(store: GraphStore) -> None:
    """Nothing is created."""
    assert not store.compare_and_set(Ref(Label.TRIAL, "none"), "label", None, "x")
    assert {} == store.get_nodes(Label.TRIAL, ["none"])


def test_values_are_checked(store: GraphStore) -> None:
    """The new value obeys the schema."""
    with pytest.raises(InvalidValue):
        store.compare_and_set(META, "generation", 0, "one")


def test_a_searched_field_is_found_under_its_new_value(store: GraphStore) -> None:
    """The search index follows."""
    store.upsert_nodes(Label.METHOD, [{"key": "m", "name": "mixup"}])
    assert store.compare_and_set(Ref(Label.METHOD, "m"), "name", "mixup", "cutout")
    assert [] == store.search_text(Label.METHOD, "mixup")
    assert ["m"] == [hit.ref.key for hit in store.search_text(Label.METHOD, "cutout")]


def test_of_eight_callers_one_wins_each_time(store: GraphStore) -> None:
    """Eight threads race for each of 25 nodes: 25 winners, and the winner's value stands."""
    keys = [f"t{i:02}" for i in range(25)]
    store.upsert_nodes(Label.TRIAL, [{"key": key} for key in keys])

    def race(name: str) -> list[str]:
        return [key for key in keys if store.compare_and_set(Ref(Label.TRIAL, key), "owner", None, name)]

    with ThreadPoolExecutor(8) as threads:
        won = dict(zip("abcdefgh", threads.map(race, "abcdefgh"), strict=True))
    assert sorted(keys) == sorted(key for some in won.values() for key in some)
    owners = {node.key: node.properties["owner"] for node in store.scan_nodes(Label.TRIAL)}
    assert owners == {key: name for name, some in won.items() for key in some}
