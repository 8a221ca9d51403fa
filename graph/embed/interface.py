"""The seam of embedders: texts in, unit vectors out.

Guarantees of every implementation: one row a text, float32, of length one (a text without anything to read gives a
row of zeros); equal texts give equal rows up to the rounding of a batch. Two embedders with one `model_hash` make
equal vectors (cosine above .9999), whoever runs them: that is what lets a snapshot be embedded by one maker and asked
through another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def model_id(self) -> str:
        """The model's name, for people."""

    @property
    def model_hash(self) -> str:
        """Sha256 over what decides the vectors: weights, vocabulary and pooling, whatever runs them."""

    @property
    def maker(self) -> str:
        """Who runs the model: ``sentence-transformers``, ``onnxruntime`` or ``hash``."""

    @property
    def dimension(self) -> int:
        """Length of a row."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), dimension), float32, rows of length one."""


def unit_rows(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Return *vectors* scaled to length one; rows of zeros stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled
