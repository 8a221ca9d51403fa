"""A compiled snapshot of the small papers, without a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.home import Home
from graph.snapshot import Snapshot, open_snapshot
from graph.store.interface import GraphStore
from ingest.compile import compile_snapshot


@pytest.fixture
def recompile(sqlite_store: GraphStore, tmp_path: Path) -> Callable[[], Snapshot]:
    """Compiles the store as it is now and opens the snapshot."""

    def run() -> Snapshot:
        home = Home(tmp_path / "home")
        compile_snapshot(sqlite_store, home, embedder="hash", clock=lambda: 1e9)
        return open_snapshot(home)

    return run


@pytest.fixture
def snapshot(studies: Any, recompile: Callable[[], Snapshot]) -> Snapshot:
    """The snapshot of the four small papers."""
    assert studies is not None
    return recompile()
