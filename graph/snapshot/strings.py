"""Texts and records on disk, read one at a time from a memory map.

Two files: the bytes one after another, and an array of offsets. Opening costs the same for ten rows and for ten
million. Immutable once written.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.errors import SnapshotDamaged


def mapped(path: Path) -> npt.NDArray[Any]:
    """Map an array file, read-only, as a plain array: `numpy.memmap` costs ten times as much at each index."""
    return np.asarray(np.load(path, mmap_mode="r"))


class Rows:
    """Byte strings by row number."""

    def __init__(self, content: mmap.mmap, offsets: npt.NDArray[np.int64]) -> None:
        self._content, self._offsets = content, offsets

    @classmethod
    def open(cls, folder: Path, name: str) -> Rows:
        """Map the rows that `write_rows` left under *name*.

        Raises:
            SnapshotDamaged: the two files do not belong together.
        """
        offsets: npt.NDArray[np.int64] = mapped(folder / f"{name}.npy")
        with (folder / name).open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if offsets.ndim != 1 or len(offsets) == 0 or int(offsets[-1]) + 1 != len(content):
            raise SnapshotDamaged(f"{folder / name} does not fit its offsets: run patternbook compile")
        return cls(content, offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> bytes:
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._content[int(self._offsets[row]) : int(self._offsets[row + 1])]

    def find(self, wanted: bytes) -> int | None:
        """Return the row that equals *wanted* by bisection, or None. Only for rows that were written sorted."""
        content, offsets = self._content, self._offsets
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if content[offsets[middle] : offsets[middle + 1]] < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self[low] == wanted else None


def write_rows(folder: Path, name: str, rows: Iterable[bytes]) -> None:
    """Write *rows* under *name*; a final newline keeps the file from being empty, which cannot be mapped."""
    offsets = [0]
    with (folder / name).open("wb") as file:
        for row in rows:
            file.write(row)
            offsets.append(offsets[-1] + len(row))
        file.write(b"\n")
    np.save(folder / f"{name}.npy", np.array(offsets, dtype=np.int64))
