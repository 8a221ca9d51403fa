"""An embedder without a model: hashed character n-grams and words.

Spelling, not meaning: "regularise" is near "regularisation" and far from "dropout". For tests, and as the explicit
setting ``embedder = "hash"`` where no model may be used; an answer made with it says so among its fallbacks.
Deterministic on every machine.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from graph.canonical import content_hash
from graph.embed.interface import Vectors, unit_rows

_VERSION = 1
_SIZES = (3, 4, 5)


class HashEmbedder:
    """Hashes character n-grams of each word, and the word itself, into signed buckets."""

    def __init__(self, dimension: int = 384) -> None:
        self._dimension = dimension

    @property
    def model_id(self) -> str:
        """The name with its size."""
        return f"hash-{self._dimension}"

    @property
    def model_hash(self) -> str:
        """Over the version of the rule and the dimension."""
        return content_hash(["hash", _VERSION, self._dimension])

    @property
    def maker(self) -> str:
        """Always ``hash``."""
        return "hash"

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows; a text without letters or digits gives zeros."""
        rows = np.zeros((len(texts), self._dimension), dtype=np.float64)
        for row, text in zip(rows, texts, strict=True):
            for feature, weight in _features(text):
                digest = zlib.crc32(feature.encode())
                row[digest % self._dimension] += weight if digest & 0x80000000 else -weight
        return unit_rows(rows)


def _features(text: str) -> Iterator[tuple[str, float]]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(c if c.isalnum() else " " for c in folded).split()
    for word in words:
        yield word, 2.0
        padded = f"<{word}>"
        for size in _SIZES:
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size], 1.0
