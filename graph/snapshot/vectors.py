"""Vector search: one FAISS index a label, exact while there are few vectors, IVF with 8-bit codes above.

Ids are node rows. Training is deterministic: a fixed seed, one thread, a sample taken at equal steps. The choice is
made by the number of vectors of the whole snapshot (`IndexSettings.exact_up_to`); a label with few vectors stays
exact in any case.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.embed.interface import Vectors
from graph.snapshot.layout import IndexSettings

VECTORS = "vectors.npy"
_SMALL = 5_000
_FEWEST_PER_CELL = 39  # FAISS's own minimum for training
_SAMPLES_PER_CELL = 64  # more gains no recall that a query would notice


def write_vectors(
    folder: Path, vectors: Vectors, ranges: dict[str, tuple[int, int]], first_row: dict[str, int], index: IndexSettings
) -> None:
    """Write *vectors* and an index a label. *ranges* are positions in *vectors*, *first_row* the node row of each."""
    np.save(folder / VECTORS, vectors)
    for label, (start, end) in ranges.items():
        _write_index(
            folder / f"{label}.faiss",
            vectors[start:end],
            np.arange(first_row[label], first_row[label] + end - start, dtype=np.int64),
            exact=len(vectors) <= index.exact_up_to or end - start <= _SMALL,
        )


def _write_index(path: Path, vectors: Vectors, ids: npt.NDArray[np.int64], *, exact: bool) -> None:
    import faiss

    dimension = vectors.shape[1]
    base: Any
    if exact:
        base = faiss.IndexFlatIP(dimension)
    else:
        cells = min(int(4 * np.sqrt(len(vectors))), len(vectors) // _FEWEST_PER_CELL)
        base = faiss.index_factory(dimension, f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
        step = max(1, len(vectors) // (cells * _SAMPLES_PER_CELL))
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        try:
            base.train(np.ascontiguousarray(vectors[::step]))
        finally:
            faiss.omp_set_num_threads(threads)
    mapped = faiss.IndexIDMap2(base)
    if len(vectors):
        mapped.add_with_ids(np.ascontiguousarray(vectors), ids)
    faiss.write_index(mapped, str(path))


class VectorSearch:
    """The indexes of a snapshot, each opened when it is first asked. Safe for several threads."""

    def __init__(self, folder: Path, probes: int) -> None:
        self._folder, self._probes = folder, probes
        self._open: dict[str, Any] = {}
        self._lock = threading.Lock()

    def search(self, label: str, vector: Vectors, k: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return up to *k* node rows with the cosine to *vector*, best first, then by row."""
        scores, rows = self._index(label).search(vector.reshape(1, -1), k)
        found = rows[0] >= 0
        rows, scores = rows[0][found], scores[0][found]
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _index(self, label: str) -> Any:
        with self._lock:
            if label not in self._open:
                import faiss

                # One question is too small to share out among threads.
                faiss.omp_set_num_threads(1)
                index: Any = faiss.read_index(str(self._folder / f"{label}.faiss"), faiss.IO_FLAG_MMAP)
                inner = faiss.downcast_index(index.index)
                if isinstance(inner, faiss.IndexIVF):
                    inner.nprobe = self._probes
                self._open[label] = index
            return self._open[label]
