"""Writing a snapshot: all of it under another name, flushed, renamed, and only then named in CURRENT.

Survives a kill at any point: until CURRENT is replaced the snapshot before answers, and what was half written is
deleted by the next compile. A folder that is damaged is moved out of the way and written anew; readers that have it
open keep what they mapped. Older snapshots are kept. Not done here: choosing the content (`ingest.compile`), and
keeping two compiles apart (they hold a lease).
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graph.canonical import canonical_json
from graph.embed.interface import Vectors
from graph.errors import SnapshotError
from graph.schema import EdgeType, Label, Ref
from graph.snapshot.adjacency import write_adjacency
from graph.snapshot.analysis import words
from graph.snapshot.layout import (
    BUILDING,
    COUNTED,
    CURRENT,
    MANIFEST,
    PATTERN_COUNTS,
    SEARCHED,
    EmbedderStamp,
    IndexSettings,
    Manifest,
    Origin,
    stamp,
)
from graph.snapshot.lexical import write_lexical
from graph.snapshot.reader import current_id, open_folder
from graph.snapshot.strings import write_rows
from graph.snapshot.vectors import write_vectors


@dataclass(frozen=True)
class SnapshotNode:
    """A node of the read model: its record as JSON allows, and, for a searched label, the text that is searched."""

    ref: Ref
    record: Mapping[str, Any]
    text: str = ""


@dataclass(frozen=True)
class SnapshotEdge:
    """An edge of the read model; `weight` says how strongly it ties its ends, 1 for a plain statement."""

    type: EdgeType
    src: Ref
    dst: Ref
    weight: float = 1.0


@dataclass(frozen=True)
class SnapshotContent:
    """All that goes in.

    `vectors` has one row for each searched node of `nodes`, in their order (see `arrange`); `pattern_counts` one for
    each Pattern, with the columns of `COUNTED`.
    """

    nodes: Sequence[SnapshotNode]
    edges: Sequence[SnapshotEdge]
    vectors: Vectors
    pattern_counts: Sequence[Sequence[float]] = ()


def arrange(nodes: Sequence[SnapshotNode]) -> tuple[SnapshotNode, ...]:
    """Return *nodes* in row order: by ``Label/key``."""
    return tuple(sorted(nodes, key=lambda node: str(node.ref)))


def searched(nodes: Sequence[SnapshotNode]) -> list[str]:
    """Return the texts that are to be embedded, in row order."""
    return [node.text for node in nodes if node.ref.label in SEARCHED]


def write_snapshot(
    root: Path,
    content: SnapshotContent,
    *,
    origin: Origin,
    store_id: str,
    generation: int,
    embedder: EmbedderStamp,
    embedder_files: Sequence[Path],
    index: IndexSettings,
    created_at: str,
    report: Mapping[str, Any],
) -> Manifest:
    """Write a snapshot under *root* and make it the current one; *content*.nodes must be in row order.

    Raises:
        SnapshotError: the content contradicts itself, or the disk is full. The snapshot before still answers.
    """
    root.mkdir(parents=True, exist_ok=True)
    remove_leftovers(root)
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=root))
    try:
        building.chmod(0o755)
        counts = _write_content(building, content, index)
        for path in embedder_files:
            _link_or_copy(path, building / path.name)
        files = {path.name: stamp(path) for path in sorted(building.iterdir())}
        manifest = Manifest(
            id=origin.id,
            origin=origin,
            store_id=store_id,
            generation=generation,
            parent=_parent(root, origin.id),
            created_at=created_at,
            embedder=embedder,
            index=index,
            counts=counts,
            edges=_edge_counts(content.edges),
            edge_types=tuple(type.value for type in EdgeType),
            report=dict(report),
            files=files,
        )
        (building / MANIFEST).write_text(manifest.model_dump_json(indent=1))
        for path in building.iterdir():
            _flush(path)
        _flush(building)
        open_folder(building)  # what cannot be opened is not published
        _publish(building, root / manifest.id)
    except OSError as error:
        raise SnapshotError(
            f"the snapshot could not be written under {root}: {error.strerror}; the one before is still in use"
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    make_current(root, manifest.id, generation=generation)
    return manifest


def make_current(root: Path, id: str, *, generation: int) -> None:
    """Name *id* in CURRENT: from now on it answers, and it is known to be what generation *generation* compiles to."""
    line = f"{id} {generation}\n"
    if (root / CURRENT).is_file() and (root / CURRENT).read_bytes() == line.encode():
        return
    temporary = root / f"{BUILDING}{CURRENT}-{os.getpid()}"
    temporary.write_text(line)
    _flush(temporary)
    temporary.replace(root / CURRENT)
    _flush(root)


def remove_leftovers(root: Path) -> None:
    """Delete what a killed compile left. The caller holds the lease, so nobody else is building."""
    for path in root.glob(f"{BUILDING}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _write_content(folder: Path, content: SnapshotContent, index: IndexSettings) -> dict[str, int]:
    nodes = content.nodes
    names = [str(node.ref) for node in nodes]
    if any(a >= b for a, b in itertools.pairwise(names)):
        raise SnapshotError("the nodes of a snapshot must be sorted and differ: use graph.snapshot.arrange")
    row_of = {name: row for row, name in enumerate(names)}
    write_rows(folder, "nodes.refs", (name.encode() for name in names))
    write_rows(folder, "nodes.records", (canonical_json(node.record) for node in nodes))

    counts: dict[str, int] = {}
    first_row: dict[str, int] = {}
    for row, node in enumerate(nodes):
        counts[node.ref.label] = counts.get(node.ref.label, 0) + 1
        first_row.setdefault(node.ref.label, row)
    texts = {
        label.value: [words(node.text) for node in nodes[first_row[label] : first_row[label] + counts[label]]]
        for label in SEARCHED
        if label in counts
    }
    write_lexical(folder, texts, k1=index.k1, b=index.b)

    ranges: dict[str, tuple[int, int]] = {}
    for label in texts:
        start = sum(end - begin for begin, end in ranges.values())
        ranges[label] = (start, start + counts[label])
    if len(content.vectors) != sum(counts[label] for label in texts):
        raise SnapshotError(f"{len(content.vectors)} vectors do not fit {sum(counts[label] for label in texts)} texts")
    write_vectors(folder, content.vectors, ranges, first_row, index)
    np.save(folder / PATTERN_COUNTS, np.asarray(content.pattern_counts, dtype=np.float32).reshape(-1, len(COUNTED)))
    if len(content.pattern_counts) != counts.get(Label.PATTERN, 0):
        raise SnapshotError(
            f"{len(content.pattern_counts)} rows of counts do not fit {counts.get(Label.PATTERN)} patterns"
        )
    _write_edges(folder, content.edges, row_of)
    return {Label(label).value: counts[label] for label in sorted(counts)}


def _write_edges(folder: Path, edges: Sequence[SnapshotEdge], row_of: Mapping[str, int]) -> None:
    number = {type: i for i, type in enumerate(EdgeType)}
    try:
        columns = (
            [row_of[str(edge.src)] for edge in edges],
            [row_of[str(edge.dst)] for edge in edges],
            [number[edge.type] for edge in edges],
            [edge.weight for edge in edges],
        )
    except KeyError as error:
        raise SnapshotError(f"an edge of the snapshot ends at {error.args[0]}, which is not among its nodes") from error
    write_adjacency(folder, len(row_of), columns)


def _edge_counts(edges: Sequence[SnapshotEdge]) -> dict[str, int]:
    counted = Counter(edge.type.value for edge in edges)
    return {type: counted[type] for type in sorted(counted)}


def _parent(root: Path, id: str) -> str | None:
    try:
        before = current_id(root)
    except SnapshotError:
        return None
    return before if before != id else None


def _publish(building: Path, target: Path) -> None:
    if target.exists():  # damaged, else nobody would write it again
        aside = target.with_name(f"{BUILDING}{target.name}")
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
        building.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        building.rename(target)
    _flush(target.parent)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # another file system, or one without hard links
        shutil.copyfile(source, target)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
