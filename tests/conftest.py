"""Fixtures that every room uses: stores of record, each test with one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.store import open_store
from graph.store.interface import GraphStore


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[GraphStore]:
    """An empty SQLite store in a file of its own."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}")
    yield store
    store.close()
