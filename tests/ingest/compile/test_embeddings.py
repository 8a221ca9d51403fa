"""The cache of vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from graph.embed import Vectors
from graph.embed.hashing import HashEmbedder
from ingest.compile import embeddings
from ingest.compile.embeddings import Embedded, embed_all


class Counting(HashEmbedder):
    """Counts the texts it is given, and may die after some batches."""

    def __init__(self, die_after: int = 99) -> None:
        super().__init__(16)
        self.seen: list[str] = []
        self.left = die_after

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Count, then embed."""
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        self.seen += texts
        return super().embed(texts)


def _embed(texts: Sequence[str], embedder: Counting, cache: Path) -> Embedded:
    return embed_all(texts, embedder, cache, tick=lambda *_: None)


def test_each_text_is_embedded_once(tmp_path: Path):
    """Repetitions in one call and texts of an earlier call cost nothing; rows stand in the order of the texts."""
    first = Counting()
    _embed(["a", "b", "a"], first, tmp_path)
    second = Counting()
    made = _embed(["c", "b", "a"], second, tmp_path)
    assert (sorted(first.seen), second.seen, made.embedded) == (["a", "b"], ["c"], 1)
    np.testing.assert_array_equal(made.vectors, HashEmbedder(16).embed(["c", "b", "a"]))


def test_a_killed_run_keeps_what_it_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The next run embeds only what the killed one had not finished."""
    monkeypatch.setattr(embeddings, "_SHARD", 2)
    with pytest.raises(KeyboardInterrupt):
        _embed(["a", "b", "c", "d", "e"], Counting(die_after=1), tmp_path)
    again = Counting()
    made = _embed(["a", "b", "c", "d", "e"], again, tmp_path)
    assert len(again.seen) == made.embedded == 3


def test_a_damaged_shard_is_made_again(tmp_path: Path):
    """A shard that was cut costs its own texts, nothing else."""
    _embed(["a"], Counting(), tmp_path)
    _embed(["b"], Counting(), tmp_path)
    first = min(tmp_path.glob("*/shard-*/vectors.npy"))
    first.write_bytes(first.read_bytes()[:100])
    made = _embed(["a", "b"], Counting(), tmp_path)
    assert made.embedded == 1
    np.testing.assert_array_equal(made.vectors, HashEmbedder(16).embed(["a", "b"]))


def test_models_do_not_share_vectors(tmp_path: Path):
    """Vectors are kept by model: another one embeds anew."""
    _embed(["a"], Counting(), tmp_path)

    class Other(Counting):
        @property
        def model_hash(self) -> str:
            return "other"

    assert _embed(["a"], Other(), tmp_path).embedded == 1


def test_no_texts(tmp_path: Path):
    """An empty corpus has vectors of the right width."""
    assert _embed([], Counting(), tmp_path).vectors.shape == (0, 16)
