"""Typed adjacency in CSR arrays: each edge stands in the rows of both its ends.

The code of an entry is twice the number of its edge type in the manifest's `edge_types`, plus one where it is read
against its direction. `weights` say how strongly the two are tied, 1 for a plain statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot.strings import mapped

_PARTS = ("indptr", "indices", "codes", "weights")


@dataclass(frozen=True)
class Adjacency:
    """The four arrays, memory-mapped."""

    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]
    codes: npt.NDArray[np.uint8]
    weights: npt.NDArray[np.float32]

    @classmethod
    def open(cls, folder: Path) -> Adjacency:
        """Map the arrays that `write_adjacency` left."""
        return cls(*(mapped(folder / f"edges.{part}.npy") for part in _PARTS))

    def entries(self, row: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
        """Return (neighbour rows, codes, weights) of one node, ordered by code and then by row."""
        part = slice(int(self.indptr[row]), int(self.indptr[row + 1]))
        return self.indices[part], self.codes[part], self.weights[part]


def write_adjacency(
    folder: Path,
    count: int,
    edges: tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[float]],
) -> None:
    """Write edges over *count* nodes, given as columns: source row, target row, number of the type, weight."""
    src, dst, types = (np.asarray(column, dtype=np.int64) for column in edges[:3])
    weights = np.asarray(edges[3], dtype=np.float32)
    rows, others = np.concatenate([src, dst]), np.concatenate([dst, src])
    codes = np.concatenate([types * 2, types * 2 + 1])
    order = np.lexsort((others, codes, rows))
    indptr = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=count), out=indptr[1:])
    arrays: tuple[npt.NDArray[Any], ...] = (
        indptr,
        others[order].astype(np.int32),
        codes[order].astype(np.uint8),
        np.concatenate([weights, weights])[order],
    )
    for part, array in zip(_PARTS, arrays, strict=True):
        np.save(folder / f"edges.{part}.npy", array)
