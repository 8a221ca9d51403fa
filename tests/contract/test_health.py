"""`health` and `close`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import StoreUnavailable
from graph.schema import SCHEMA_VERSION, Label
from graph.store import open_store
from graph.store.interface import GraphStore


def test_health_says_what_the_store_is(store: GraphStore) -> None:
    """Kind, version, store id and schema version."""
    health = store.health()
    assert health.kind in {"sqlite", "neo4j"}
    assert health.version[0].isdigit()
    assert store.get_nodes(Label.META, ["store"])["store"].properties["store_id"] == health.store_id
    assert SCHEMA_VERSION == health.schema_version


def test_a_closed_store_says_so(store_url: str) -> None:
    """Closing twice is allowed; using it after is an error with a sentence."""
    store = open_store(store_url)
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="has been closed"):
        store.counts()
    with pytest.raises(StoreUnavailable, match="has been closed"):
        store.upsert_nodes(Label.METHOD, [{"key": "m"}])


def test_closing_reaches_the_connections_of_all_threads(store_url: str) -> None:
    """A thread that used the store before cannot use it after."""
    store = open_store(store_url)
    with ThreadPoolExecutor(1) as thread:
        assert {Label.META: 1} == thread.submit(store.counts).result().nodes
        store.close()
        with pytest.raises(StoreUnavailable, match="has been closed"):
            thread.submit(store.counts).result()
