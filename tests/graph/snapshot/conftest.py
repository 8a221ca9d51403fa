"""A small snapshot, written as compile writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.embed.hashing import HashEmbedder
from graph.schema import EdgeType, Label, Ref
from graph.snapshot import EmbedderStamp, IndexSettings, Manifest, Origin
from graph.snapshot.writer import SnapshotContent, SnapshotEdge, SnapshotNode, arrange, searched, write_snapshot

Write = Callable[..., Manifest]


def _content() -> SnapshotContent:
    embedder = HashEmbedder(32)
    names = ["label smoothing", "mixup", "dropout", "weight decay", "naïve Bayes", "标签平滑"]
    nodes = [SnapshotNode(Ref(Label.METHOD, f"m{i}"), {"name": name}, name) for i, name in enumerate(names)]
    nodes += [
        SnapshotNode(Ref(Label.PAPER, f"p{i}"), {"name": f"paper {i}"}, f"paper {i} on {names[i]}") for i in (0, 1)
    ]
    nodes.append(SnapshotNode(Ref(Label.EVIDENCE, "e"), {"quote": "verbatim"}))
    edges = [
        SnapshotEdge(EdgeType.PROPOSES, Ref(Label.PAPER, "p0"), Ref(Label.METHOD, "m0")),
        SnapshotEdge(EdgeType.USES, Ref(Label.PAPER, "p0"), Ref(Label.METHOD, "m2"), 0.5),
        SnapshotEdge(EdgeType.USES, Ref(Label.PAPER, "p1"), Ref(Label.METHOD, "m2")),
    ]
    ordered = arrange(nodes)
    return SnapshotContent(ordered, edges, embedder.embed(searched(ordered)))


@pytest.fixture
def content() -> SnapshotContent:
    """Six methods, two papers, a quote and three edges."""
    return _content()


@pytest.fixture
def write(tmp_path: Path, content: SnapshotContent) -> Write:
    """Writes a snapshot under the test's folder; *graph* stands for what it was made from."""
    model = tmp_path / "model" / "embedder.txt"
    model.parent.mkdir()
    model.write_text("stands for a model")

    def write(graph: str = "g", root: Path | None = None, **changes: Any) -> Manifest:
        origin = Origin(graph_hash=graph, outcomes_hash="o", embedder_hash="e", code_version="1", settings={})
        fields: dict[str, Any] = {
            "store_id": "store",
            "generation": 3,
            "embedder": EmbedderStamp(
                model_id="hash-32", model_hash=HashEmbedder(32).model_hash, dimension=32, maker="hash"
            ),
            "embedder_files": [model],
            "index": IndexSettings(),
            "created_at": "2026-01-01T00:00:00+00:00",
            "report": {},
        }
        return write_snapshot(
            root or tmp_path / "snapshots", changes.pop("content", content), origin=origin, **(fields | changes)
        )

    return write
