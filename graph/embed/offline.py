"""The maker for batches: sentence-transformers, for `compile`. Torch is imported when the first text is embedded.

Does not reach the network for the packaged model. Not for the path of a question: that is `graph.embed.onnx`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.embed.interface import Vectors, unit_rows
from graph.embed.model import PACKAGED, ModelFolder, find_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 64


def load_model(folder: ModelFolder) -> SentenceTransformer:
    """Load *folder* with sentence-transformers, without looking at the network."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # the folder is complete: a look-up could only delay or fail
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    silence: Any = logging.disable_progress_bar
    silence()
    model = SentenceTransformer(str(folder.path))
    model.max_seq_length = folder.max_length
    return model


class OfflineEmbedder:
    """Embeds batches with sentence-transformers, on a GPU where torch finds one."""

    def __init__(self, folder: ModelFolder) -> None:
        self.folder = folder
        self._model: SentenceTransformer | None = None

    @classmethod
    def open(cls, name: str = PACKAGED) -> OfflineEmbedder:
        """Open the model called *name* (see `graph.embed.model.find_model`)."""
        return cls(find_model(name))

    @property
    def model_id(self) -> str:
        """The model's name."""
        return self.folder.model_id

    @property
    def model_hash(self) -> str:
        """Sha256 over its files."""
        return self.folder.model_hash

    @property
    def maker(self) -> str:
        """Always ``sentence-transformers``."""
        return "sentence-transformers"

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return int(self._loaded().get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, in the order of *texts*."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        rows = self._loaded().encode(
            list(texts),
            batch_size=_BATCH,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return unit_rows(np.asarray(rows))

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            self._model = load_model(self.folder)
        return self._model
