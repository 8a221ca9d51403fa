"""What lies in a snapshot's folder, and the manifest that names it.

``<HOME>/snapshots/CURRENT`` holds the id of the snapshot that answers and the generation of the graph that is known to
compile to it; ``<HOME>/snapshots/<id>/`` holds

=====================================  ==================================================================
manifest.json                          what this is, made from what, and a stamp of every other file
nodes.refs, nodes.refs.npy             ``Label/key`` of every node, sorted; the position is the node's row
nodes.records, nodes.records.npy       one JSON object a node, readable by row
edges.{indptr,indices,codes,weights}   typed adjacency in CSR arrays, both directions
words.terms, words.<Label>.*           one vocabulary, one BM25 matrix a searched label
patterns.npy                           the counts that a pattern's score is made from
vectors.npy, <Label>.faiss             unit vectors of the searched labels, and an index a label
model.onnx, tokenizer.json, …          the embedder, so that the folder answers without anything else
=====================================  ==================================================================
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from graph.canonical import sha256_hex
from graph.schema import Label
from graph.vocabulary.document import Frozen

SNAPSHOT_SCHEMA = 1
CURRENT, MANIFEST = "CURRENT", "manifest.json"
BUILDING = ".building-"

# The labels a question is compared with, each by words and by meaning.
SEARCHED = (Label.DATASET, Label.METHOD, Label.METRIC, Label.PAPER, Label.PATTERN, Label.PROBLEM, Label.TASK)

# What a pattern's score is made from, so that scoring a pattern does not read its record.
PATTERN_COUNTS = "patterns.npy"
COUNTED = ("support", "weight", "claims_for", "claims_against", "objections")

_EDGE_BYTES = 4096


class FileStamp(Frozen):
    """How a file is recognised: in full by `sha256`, at a glance by its size, head and tail."""

    size_bytes: int
    sha256: str
    ends_sha256: str


class EmbedderStamp(Frozen):
    """Which model made the vectors."""

    model_id: str
    model_hash: str
    dimension: int
    maker: str


class IndexSettings(Frozen):
    """How the indexes are built. Counts for the snapshot's id."""

    exact_up_to: int = Field(default=50_000, ge=0, description="vectors in all; above it, IVF with 8-bit codes")
    probes: int = Field(default=32, ge=1, description="IVF cells a query looks into")
    k1: float = Field(default=1.2, gt=0, description="BM25: saturation of a repeated word")
    b: float = Field(default=0.75, ge=0, le=1, description="BM25: weight of a text's length")


class Origin(Frozen):
    """What a snapshot is made from: all that its id depends on."""

    graph_hash: str
    outcomes_hash: str
    embedder_hash: str
    code_version: str
    settings: dict[str, Any]

    @property
    def id(self) -> str:
        """24 hex digits over the origin: equal graphs and settings give equal ids."""
        return sha256_hex(self.model_dump_json().encode())[:24]


class Manifest(Frozen):
    """What a snapshot is."""

    schema_version: int = SNAPSHOT_SCHEMA
    id: str
    origin: Origin
    store_id: str
    generation: int
    parent: str | None = None
    created_at: str
    embedder: EmbedderStamp
    index: IndexSettings
    counts: dict[str, int]
    edges: dict[str, int]
    edge_types: tuple[str, ...]
    report: dict[str, Any] = {}
    files: dict[str, FileStamp] = {}


def stamp(path: Path) -> FileStamp:
    """Return the stamp of a whole file."""
    import hashlib

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileStamp(size_bytes=path.stat().st_size, sha256=digest, ends_sha256=ends_sha256(path))


def ends_sha256(path: Path) -> str:
    """Return the sha256 of the first and the last 4 KiB of a file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_EDGE_BYTES)
        file.seek(max(0, size - _EDGE_BYTES))
        return sha256_hex(head + file.read(_EDGE_BYTES))
