"""Reading a snapshot: memory maps over files that never change.

Opening costs the same whatever the size: the manifest is read, and each file's size, head and tail are compared with
it. `Snapshot.verify` reads everything. A snapshot that is open stays readable when a newer one is compiled. Nothing
here writes.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import orjson
from pydantic import ValidationError

from graph.embed.interface import Embedder, Vectors
from graph.errors import EmbedderUnavailable, SnapshotDamaged, SnapshotError, SnapshotMissing
from graph.schema import EdgeType, Label, Ref
from graph.snapshot.adjacency import Adjacency
from graph.snapshot.layout import (
    CURRENT,
    MANIFEST,
    PATTERN_COUNTS,
    SEARCHED,
    SNAPSHOT_SCHEMA,
    FileStamp,
    Manifest,
    ends_sha256,
    stamp,
)
from graph.snapshot.lexical import Lexical
from graph.snapshot.strings import Rows, mapped
from graph.snapshot.vectors import VECTORS, VectorSearch

_MEND = "run patternbook compile"


class HasSnapshots(Protocol):
    """What is needed of a `graph.home.Home`."""

    @property
    def snapshots(self) -> Path:
        """The folder of snapshots."""


class Snapshot:
    """A compiled graph, read-only. Safe for several threads."""

    def __init__(self, folder: Path, manifest: Manifest, *, generation: int | None = None) -> None:
        self.folder, self.manifest = folder, manifest
        self.generation = manifest.generation if generation is None else generation
        self._refs = Rows.open(folder, "nodes.refs")
        self._records = Rows.open(folder, "nodes.records")
        self._first: dict[str, int] = {}
        row = 0
        for label, count in manifest.counts.items():
            self._first[label] = row
            row += count
        if not row == len(self._refs) == len(self._records):
            raise SnapshotDamaged(f"{folder} counts {row} nodes but holds {len(self._refs)}: {_MEND}")
        self.adjacency = Adjacency.open(folder)
        kinds = [label.value for label in SEARCHED if label in manifest.counts]
        self.lexical = Lexical.open(folder, {label: manifest.counts[label] for label in kinds})
        self._vectors: Vectors = mapped(folder / VECTORS)
        self.pattern_counts: npt.NDArray[np.float32] = mapped(folder / PATTERN_COUNTS)
        self._vector_start: dict[str, int] = {}
        position = 0
        for label in kinds:
            self._vector_start[label] = position
            position += manifest.counts[label]
        self._search = VectorSearch(folder, manifest.index.probes)
        self._edge_types = tuple(EdgeType(name) for name in manifest.edge_types)
        self._embedder: Embedder | None = None
        self._lock = threading.Lock()

    @property
    def id(self) -> str:
        """The snapshot's id: what it was made from."""
        return self.manifest.id

    @property
    def kinds(self) -> tuple[Label, ...]:
        """The searched labels that have nodes."""
        return tuple(Label(label) for label in self._vector_start)

    def __len__(self) -> int:
        return len(self._refs)

    def rows(self, label: Label) -> range:
        """Return the rows of all nodes of a label."""
        first = self._first.get(label, 0)
        return range(first, first + self.manifest.counts.get(label, 0))

    def ref(self, row: int) -> Ref:
        """Return the reference of the node in *row*."""
        label, _, key = self._refs[row].decode().partition("/")
        return Ref(Label(label), key)

    def row(self, ref: Ref) -> int | None:
        """Return the row of a node, or None where the snapshot does not hold it."""
        return self._refs.find(str(ref).encode())

    def record(self, row: int) -> dict[str, Any]:
        """Return the record of the node in *row*."""
        content: dict[str, Any] = orjson.loads(self._records[row])
        return content

    def edge_type(self, code: int) -> tuple[EdgeType, bool]:
        """Return the type of a CSR entry, and whether it is read against its direction."""
        return self._edge_types[code // 2], bool(code % 2)

    def edge_code(self, type: EdgeType, *, reverse: bool = False) -> int:
        """Return the code of a CSR entry."""
        return self._edge_types.index(type) * 2 + reverse

    def search_words(
        self, label: Label, terms: list[int | None], k: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return up to *k* rows of a label with their BM25 score, scaled to 0 … 1; terms from `lexical.numbers`."""
        positions, scores = self.lexical.indexes[label].search(terms, k)
        return positions + self._first[label], scores

    def score_words(
        self, label: Label, terms: list[int | None], rows: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        """Return the scaled BM25 score of given rows of a label."""
        return self.lexical.indexes[label].score(terms, rows - self._first[label])

    def search_vectors(
        self, label: Label, vector: Vectors, k: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return up to *k* rows of a label with their cosine to *vector*."""
        return self._search.search(label, vector, k)

    def vectors(self, label: Label, rows: npt.NDArray[np.int64]) -> Vectors:
        """Return the vectors of given rows of a searched label."""
        return self._vectors[rows - self._first[label] + self._vector_start[label]]

    def embedder(self) -> Embedder:
        """Return the embedder that belongs to the vectors, opened once.

        Raises:
            EmbedderUnavailable: it cannot be opened.
        """
        with self._lock:
            if self._embedder is None:
                self._embedder = _open_embedder(self.folder, self.manifest)
            return self._embedder

    def damaged(self) -> tuple[str, ...]:
        """Read everything and say, a sentence each, what is not as it was written."""
        return tuple(
            problem for name, mark in self.manifest.files.items() if (problem := _deep(self.folder / name, mark))
        )

    def verify(self) -> None:
        """Compare every byte with the manifest.

        Raises:
            SnapshotDamaged: names the files.
        """
        if problems := self.damaged():
            raise SnapshotDamaged(f"{'; '.join(problems)}: {_MEND}")


def open_snapshot(home: HasSnapshots) -> Snapshot:
    """Open the snapshot that CURRENT names.

    Raises:
        SnapshotMissing: nothing was compiled yet.
        SnapshotDamaged: a file is absent, cut or changed; the message names it.
    """
    id, generation = _current(home.snapshots)
    return open_folder(home.snapshots / id, generation=generation)


def current_id(root: Path) -> str:
    """Return the id of the current snapshot.

    Raises:
        SnapshotMissing: nothing was compiled yet.
        SnapshotDamaged: CURRENT does not hold an id.
    """
    return _current(root)[0]


def _current(root: Path) -> tuple[str, int]:
    try:
        id, generation = (root / CURRENT).read_text().split()
        if id.isalnum():
            return id, int(generation)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SnapshotMissing(f"there is no snapshot under {root} yet: {_MEND}") from error
    except ValueError as error:  # no two words, no number, no text
        raise SnapshotDamaged(f"{root / CURRENT} does not hold the id of a snapshot: {_MEND}") from error
    raise SnapshotDamaged(f"{root / CURRENT} does not hold the id of a snapshot: {_MEND}")


def open_folder(folder: Path, *, generation: int | None = None) -> Snapshot:
    """Open the snapshot in *folder* after comparing each file's size, head and tail with the manifest.

    *generation* is the latest that is known to compile to it, where that is later than its own.

    Raises:
        SnapshotDamaged: a file is absent, cut or changed; the message names it.
        SnapshotError: it was compiled by a newer version.
    """
    manifest = _manifest(folder)
    for name, mark in manifest.files.items():
        if problem := _shallow(folder / name, mark):
            raise SnapshotDamaged(f"{problem}: {_MEND}")
    try:
        return Snapshot(folder, manifest, generation=generation)
    except (ValueError, OSError, IndexError) as error:
        raise SnapshotDamaged(f"{folder} cannot be read ({error}): {_MEND}") from error


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SnapshotDamaged(f"{path} cannot be read ({error.strerror}): {_MEND}") from error
    try:
        fields = orjson.loads(content)
        version = fields.get("schema_version") if isinstance(fields, dict) else None
        if isinstance(version, int) and version != SNAPSHOT_SCHEMA:
            raise SnapshotError(
                f"{folder} has the format {version}, this Patternbook reads {SNAPSHOT_SCHEMA}: {_MEND} with the "
                f"version you want to ask with"
            )
        return Manifest.model_validate_json(content)
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise SnapshotDamaged(f"{path} is not the manifest of a snapshot: {_MEND}") from error


def _shallow(path: Path, mark: FileStamp) -> str | None:
    try:
        size = path.stat().st_size
        if size != mark.size_bytes:
            return f"{path} has {size} bytes instead of {mark.size_bytes}"
        return None if ends_sha256(path) == mark.ends_sha256 else f"{path} was altered"
    except FileNotFoundError:
        return f"{path} is missing"
    except OSError as error:
        return f"{path} cannot be read ({error.strerror})"


def _deep(path: Path, mark: FileStamp) -> str | None:
    if problem := _shallow(path, mark):
        return problem
    return None if stamp(path).sha256 == mark.sha256 else f"{path} was altered"


def _open_embedder(folder: Path, manifest: Manifest) -> Embedder:
    if manifest.embedder.maker == "hash":
        from graph.embed.hashing import HashEmbedder

        return HashEmbedder(manifest.embedder.dimension)
    from graph.embed.onnx import OnnxEmbedder

    embedder = OnnxEmbedder.open(folder)
    if embedder.model_hash != manifest.embedder.model_hash:
        raise EmbedderUnavailable(f"the embedder in {folder} is not the one that made its vectors: {_MEND}")
    return embedder
