"""Vector search, against the plain product."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graph.embed import Vectors, unit_rows
from graph.snapshot import vectors as module
from graph.snapshot.layout import IndexSettings
from graph.snapshot.vectors import VectorSearch, write_vectors


def _clustered(count: int) -> Vectors:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(20, 32))
    return unit_rows(centres[rng.integers(20, size=count)] + rng.normal(scale=0.6, size=(count, 32)))


def _write(folder: Path, rows: Vectors, exact_up_to: int) -> VectorSearch:
    folder.mkdir(exist_ok=True)
    write_vectors(folder, rows, {"Task": (0, len(rows))}, {"Task": 7}, IndexSettings(exact_up_to=exact_up_to))
    return VectorSearch(folder, probes=32)


def test_few_vectors_are_searched_exactly(tmp_path: Path):
    """Rows and cosines equal those of the product, best first."""
    rows = _clustered(300)
    found, scores = _write(tmp_path, rows, 1000).search("Task", rows[5], k=10)
    expected = rows @ rows[5]
    order = np.lexsort((np.arange(300), -expected))[:10]
    assert list(found) == list(order + 7)
    np.testing.assert_allclose(scores, expected[order], rtol=1e-5)


def test_more_neighbours_than_vectors(tmp_path: Path):
    """Asking for more than there is gives what there is."""
    assert len(_write(tmp_path, _clustered(3), 10).search("Task", _clustered(1)[0], k=10)[0]) == 3


def test_many_vectors_are_searched_nearly_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The index for many vectors finds at least nine of the ten nearest."""
    monkeypatch.setattr(module, "_SMALL", 100)
    rows = _clustered(4000)
    search = _write(tmp_path, rows, 100)
    hits = 0
    for query in rows[:20]:
        truth = set((np.argsort(-(rows @ query))[:10] + 7).tolist())
        hits += len(truth & set(search.search("Task", query, k=10)[0].tolist()))
    assert hits / 200 >= 0.9


def test_training_is_deterministic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two builds of the same vectors are the same file."""
    monkeypatch.setattr(module, "_SMALL", 100)
    rows = _clustered(2000)
    for name in ("one", "two"):
        _write(tmp_path / name, rows, 100)
    assert (tmp_path / "one" / "Task.faiss").read_bytes() == (tmp_path / "two" / "Task.faiss").read_bytes()
