"""Vectors of all texts, each text embedded once in the life of a home.

``<HOME>/embeddings/<model hash>/`` holds shards: hashes of texts and their vectors, side by side, written under another
name, flushed and renamed. So a compile that is killed loses at most one shard's work, and an unchanged corpus embeds
nothing. Deleting the folder is safe: it is filled again. The vectors of one text differ by some 1e-7 with the texts
they were embedded beside, which is why a snapshot's id does not depend on them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from graph.embed import Embedder, Vectors

_SHARD = 2_048
_KEY_BYTES = 16


@dataclass(frozen=True)
class Embedded:
    """One row a text, and how many texts had to be embedded for it."""

    vectors: Vectors
    embedded: int


def embed_all(texts: Sequence[str], embedder: Embedder, cache: Path, *, tick: Callable[[int, int], None]) -> Embedded:
    """Return the vectors of *texts*; *tick* is told (done, to do) after each shard of new ones."""
    folder = cache / embedder.model_hash
    keys = [sha256(text.encode()).digest()[:_KEY_BYTES] for text in texts]
    shards, place = _open_shards(folder)
    new: dict[bytes, str] = {}
    for key, text in zip(keys, texts, strict=True):
        if key not in place:
            new.setdefault(key, text)
    # Texts of like length side by side waste no work on padding; the key settles the order of equals.
    todo = sorted(new, key=lambda key: (len(new[key]), key))
    for start in range(0, len(todo), _SHARD):
        part = todo[start : start + _SHARD]
        vectors = embedder.embed([new[key] for key in part])
        _write_shard(folder, part, vectors)
        place.update((key, (len(shards), row)) for row, key in enumerate(part))
        shards.append(vectors)
        tick(min(start + _SHARD, len(todo)), len(todo))
    width = shards[0].shape[1] if shards else embedder.dimension
    result = np.zeros((len(texts), width), dtype=np.float32)
    for row, key in enumerate(keys):
        shard, at = place[key]
        result[row] = shards[shard][at]
    return Embedded(result, len(todo))


def _open_shards(folder: Path) -> tuple[list[Vectors], dict[bytes, tuple[int, int]]]:
    shards: list[Vectors] = []
    place: dict[bytes, tuple[int, int]] = {}
    for path in sorted(folder.glob("shard-*")) if folder.is_dir() else []:
        try:
            keys = np.load(path / "keys.npy")
            vectors: Vectors = np.load(path / "vectors.npy", mmap_mode="r")
            whole = len(keys) == len(vectors)
        except (ValueError, OSError):
            whole = False
        if not whole:  # damaged from outside: its texts are embedded again
            shutil.rmtree(path)
            continue
        for row, key in enumerate(keys.view(f"V{_KEY_BYTES}").ravel()):
            place.setdefault(key.tobytes(), (len(shards), row))
        shards.append(vectors)
    return shards, place


def _write_shard(folder: Path, keys: Sequence[bytes], vectors: Vectors) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".partial-*"):
        shutil.rmtree(left, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder))
    array = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), _KEY_BYTES)
    for name, content in (("keys.npy", array), ("vectors.npy", vectors)):
        with (partial / name).open("wb") as file:
            np.save(file, content)
            file.flush()
            os.fsync(file.fileno())
    partial.rename(folder / f"shard-{sha256(b''.join(keys)).hexdigest()[:16]}")
