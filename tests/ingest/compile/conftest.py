"""A home, and compile without a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.home import Home
from graph.store.interface import GraphStore
from ingest.compile import CompileReport, compile_snapshot

Compile = Callable[..., CompileReport]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


@pytest.fixture
def compile_it(sqlite_store: GraphStore, home: Home) -> Compile:
    """Compiles the test's store into the test's home with the hash embedder."""

    def run(**options: Any) -> CompileReport:
        return compile_snapshot(sqlite_store, options.pop("home", home), embedder="hash", clock=lambda: 1e9, **options)

    return run
