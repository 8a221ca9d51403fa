"""`ensure_schema` and `open_store`: a database says what it is, and is refused or migrated accordingly."""

from __future__ import annotations

import subprocess
import sys

import pytest

from graph.errors import StoreUnavailable, StoreVersionError
from graph.schema import SCHEMA_VERSION, Label, Ref
from graph.store import identity, open_store
from graph.store.interface import GraphStore

META = Ref(Label.META, "store")


def test_a_new_database_has_a_meta_node(store: GraphStore) -> None:
    """Store id, schema version and both generations."""
    properties = store.get_nodes(Label.META, ["store"])["store"].properties
    assert {"belief_generation": 0, "generation": 0, "schema_version": SCHEMA_VERSION} == {
        name: value for name, value in properties.items() if name != "store_id"
    }
    assert 36 == len(properties["store_id"])


def test_opening_again_changes_nothing(store_url: str) -> None:
    """The store id is made once; what was written is there after a reopening."""
    first = open_store(store_url)
    first.upsert_nodes(Label.METHOD, [{"key": "m", "name": "mixup"}])
    first.compare_and_set(META, "generation", 0, 7)
    before = list(first.scan_nodes(Label.META))
    first.ensure_schema()
    first.close()
    second = open_store(store_url)
    assert before == list(second.scan_nodes(Label.META))
    assert ["m"] == [hit.ref.key for hit in second.search_text(Label.METHOD, "mixup")]
    second.close()


def test_a_newer_schema_is_refused(store: GraphStore, store_url: str) -> None:
    """With both versions in the sentence, and without touching anything."""
    store.compare_and_set(META, "schema_version", SCHEMA_VERSION, SCHEMA_VERSION + 1)
    with pytest.raises(StoreVersionError, match=f"schema version {SCHEMA_VERSION + 1}.*up to {SCHEMA_VERSION}"):
        open_store(store_url)


def test_an_older_schema_is_migrated(store: GraphStore, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step runs once, in order, with the store's own operations."""
    store.upsert_nodes(Label.METHOD, [{"key": "m", "name": "a"}])

    def append(letter: str) -> identity.Migration:
        def step(opened: GraphStore) -> None:
            for node in opened.scan_nodes(Label.METHOD):
                opened.upsert_nodes(Label.METHOD, [{"key": node.key, "name": node.properties["name"] + letter}])

        return step

    monkeypatch.setattr(identity, "SCHEMA_VERSION", SCHEMA_VERSION + 2)
    monkeypatch.setattr(identity, "MIGRATIONS", {SCHEMA_VERSION: append("b"), SCHEMA_VERSION + 1: append("c")})
    for _ in range(2):
        opened = open_store(store_url)
        assert "abc" == opened.get_nodes(Label.METHOD, ["m"])["m"].properties["name"]
        assert SCHEMA_VERSION + 2 == opened.health().schema_version
        opened.close()


def test_an_older_schema_without_a_step_is_refused(
    store: GraphStore, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gap in the steps is said, not skipped."""
    assert store.health().schema_version == SCHEMA_VERSION
    monkeypatch.setattr(identity, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(StoreVersionError, match="no step"):
        open_store(store_url)


OPENER = "import sys; from graph.store import open_store; print(open_store(sys.argv[1]).health().store_id)"


def test_two_processes_make_one_database(store_url: str) -> None:
    """Opened by two at once, an empty database gets one Meta node."""
    children = [
        subprocess.Popen([sys.executable, "-c", OPENER, store_url], stdout=subprocess.PIPE, text=True) for _ in "ab"
    ]
    ids = [child.communicate(timeout=120)[0] for child in children]
    assert [0, 0] == [child.returncode for child in children]
    assert ids[0] == ids[1] != ""


@pytest.mark.parametrize("url", ["", "graph.sqlite", "sqlite:///", "sqlite://x", "postgres://host/db", "http://x"])
def test_an_address_that_names_no_store(url: str) -> None:
    """The error says how to write one."""
    with pytest.raises(StoreUnavailable, match="names no store; write sqlite:///"):
        open_store(url)
