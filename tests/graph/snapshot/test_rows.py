"""Rows on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import SnapshotDamaged
from graph.snapshot.strings import Rows, write_rows


@given(st.lists(st.binary(max_size=20)))
def test_rows_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[bytes]):
    """Any byte strings, also empty ones and none at all, are read as they were written."""
    folder = tmp_path_factory.mktemp("rows")
    write_rows(folder, "rows", rows)
    opened = Rows.open(folder, "rows")
    assert [opened[i] for i in range(len(opened))] == rows


@given(st.sets(st.text(max_size=8)), st.text(max_size=8))
def test_find_is_membership(tmp_path_factory: pytest.TempPathFactory, rows: set[str], wanted: str):
    """Bisection over sorted rows finds exactly what is there."""
    folder = tmp_path_factory.mktemp("rows")
    ordered = sorted(row.encode("utf-8", "surrogatepass") for row in rows)
    write_rows(folder, "rows", ordered)
    opened = Rows.open(folder, "rows")
    sought = wanted.encode("utf-8", "surrogatepass")
    assert opened.find(sought) == (ordered.index(sought) if sought in ordered else None)


def test_a_row_that_is_not_there_is_an_error(tmp_path: Path):
    """Negative and too large rows are refused instead of giving another row."""
    write_rows(tmp_path, "rows", [b"a"])
    opened = Rows.open(tmp_path, "rows")
    for row in (-1, 1):
        with pytest.raises(IndexError):
            opened[row]


def test_offsets_of_another_file_are_noticed(tmp_path: Path):
    """Two files that do not belong together are damage, not garbage in an answer."""
    write_rows(tmp_path, "rows", [b"abc"])
    np.save(tmp_path / "rows.npy", np.array([0, 99]))
    with pytest.raises(SnapshotDamaged, match="does not fit its offsets"):
        Rows.open(tmp_path, "rows")
