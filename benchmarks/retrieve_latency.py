"""How long a question takes: encode, retrieve, explain; one core.

    python benchmarks/retrieve_latency.py [--data HOME] [--nodes N] [--questions N]

Without ``--data`` a graph of ``--nodes`` nodes (a million by default) is made up: its texts are English words drawn
by Zipf's law, its edges follow a power law, its vectors lie in clusters around sentences that the real encoder
embedded, and the questions are sentences of the same kind, encoded by the real encoder. So the work is that of a corpus
of this size; whether the answers are good it cannot say. It needs some 8 GB of memory and 5 GB under ``TMPDIR``. With
``--data`` the snapshot of a HOME answers, asked with the names of its own problems.

Prints ``retrieve.p50_ms`` and ``retrieve.p99_ms``, with a bootstrap interval; what the encoder alone takes stands
beside them as ``retrieve.encode.p50_ms``. No store is asked: beliefs cost one more read of it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from graph.embed import Vectors, unit_rows
from graph.embed.export import exported
from graph.embed.model import find_model
from graph.embed.onnx import OnnxEmbedder
from graph.home import Home
from graph.schema import EdgeType, Label, Ref
from graph.snapshot import SEARCHED, EmbedderStamp, IndexSettings, Origin, Snapshot, open_snapshot
from graph.snapshot.writer import SnapshotContent, SnapshotEdge, SnapshotNode, arrange, write_snapshot
from runtime.retrieve import ask

# Shares of the nodes of a corpus, as counted after an ingest of full papers with reviews.
SHARES = {
    Label.EVIDENCE: 0.30,
    Label.CLAIM: 0.16,
    Label.REVIEW_POINT: 0.10,
    Label.METHOD: 0.18,
    Label.PROBLEM: 0.10,
    Label.PATTERN: 0.06,
    Label.PAPER: 0.05,
    Label.DATASET: 0.03,
    Label.TASK: 0.015,
    Label.METRIC: 0.005,
}
LENGTH = {Label.PAPER: 120, Label.PATTERN: 40, Label.PROBLEM: 10, Label.METHOD: 3}
SENTENCES = 2_000
_A_VARIANT_IN = 10  # methods; 6 in 100 had a name to be a variant of in 38 papers, and more papers name more


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a HOME with a snapshot")
    parser.add_argument("--nodes", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=500)
    options = parser.parse_args()
    if options.data:
        snapshot = open_snapshot(Home(options.data))
        rows = snapshot.rows(Label.PROBLEM)
        step = max(1, len(rows) // options.questions)
        questions = [snapshot.record(row)["name"] for row in rows[::step]][: options.questions]
        measure(snapshot, questions, data=str(options.data))
        return 0
    with tempfile.TemporaryDirectory(prefix="retrieve-latency-") as folder:
        home = Home(Path(folder))
        questions = make_up(home, options.nodes, options.questions)
        measure(open_snapshot(home), questions, data=f"made up, {options.nodes} nodes")
    return 0


def measure(snapshot: Snapshot, questions: list[str], *, data: str) -> None:
    embedder = snapshot.embedder()
    for question in questions[:20]:
        ask(snapshot, None, question)
    whole = np.array([_timed(lambda q=q: ask(snapshot, None, q)) for q in questions])
    alone = np.array([_timed(lambda q=q: embedder.embed([q])) for q in questions])
    emit("retrieve.p50_ms", whole, 50, data)
    emit("retrieve.p99_ms", whole, 99, data)
    emit("retrieve.encode.p50_ms", alone, 50, data)


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1e3


def emit(figure: str, values: np.ndarray, percentile: int, data: str) -> None:
    rng = np.random.default_rng(0)
    draws = np.percentile(rng.choice(values, (1000, len(values))), percentile, axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    line = {
        "figure": figure,
        "value": round(float(np.percentile(values, percentile)), 3),
        "unit": "ms",
        "n": len(values),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
        "peer": None,
        "peer_value": None,
        "data": data,
    }
    print(json.dumps(line), flush=True)


class MadeUp:
    """Texts, nodes, edges and vectors of a corpus that never was."""

    def __init__(self, nodes: int, words: list[str]) -> None:
        self.rng = np.random.default_rng(0)
        self.counts = {label: max(2, int(share * nodes)) for label, share in SHARES.items()}
        self.words = [str(word) for word in self.rng.permutation(words)]

    def text(self, length: int) -> str:
        """Words by Zipf's law."""
        drawn = np.minimum(self.rng.zipf(1.3, length), len(self.words)) - 1
        return " ".join(self.words[i] for i in drawn)

    def nodes(self) -> Iterator[SnapshotNode]:
        """All nodes, label by label."""
        for label, count in self.counts.items():
            length = LENGTH.get(label, 4)
            for i in range(count):
                text = self.text(length)
                record = {"name": text[:80], "quote": text, "section": "", "document": "d", "aspect": "other"}
                record |= {"methods": [], "paper": "0000000", "paper_title": text[:60]}
                if label is Label.PATTERN:
                    record |= self.pattern(i, text)
                yield SnapshotNode(Ref(label, f"{i:07d}"), record, text)

    def pattern(self, i: int, text: str) -> dict[str, object]:
        """The record of a pattern, as long as a real one."""

        def some(label: Label, size: int) -> list[dict[str, object]]:
            return [{"key": f"{j:07d}", "name": text[:40], "papers": 1} for j in self.draw(label, size)]

        evidence = [[f"{j:07d}", f"Claim/{j:07d}", "supports"] for j in self.draw(Label.EVIDENCE, 10)]
        return {
            "summary": text[:100],
            "support": 1 + i % 20,
            "weight": 1.0,
            "claims_for": i % 5,
            "claims_against": i % 2,
            "objection_count": i % 9,
            "objections": [f"{j:07d}" for j in self.draw(Label.REVIEW_POINT, 5)],
            "trials": 0,
            "failures": {},
            "methods": [each | {"role": "component"} for each in some(Label.METHOD, 6)],
            "core_keys": [],
            "problems": some(Label.PROBLEM, 6),
            "tasks": some(Label.TASK, 4),
            "datasets": some(Label.DATASET, 4),
            "metrics": some(Label.METRIC, 3),
            "baselines": some(Label.METHOD, 4),
            "papers": [each | {"role": "about"} for each in some(Label.PAPER, 5)],
            "limits": [],
            "quotes": evidence,
        }

    def draw(self, label: Label, size: int) -> list[int]:
        """Keys by a power law: a few nodes are named by very many."""
        return sorted({int(x) for x in self.counts[label] * self.rng.random(size) ** 3})

    def edges(self) -> Iterator[SnapshotEdge]:
        """Some seven edges a node."""
        plan = (
            (Label.PATTERN, EdgeType.COMPOSED_OF, Label.METHOD, 6),
            (Label.PATTERN, EdgeType.SOLVES, Label.PROBLEM, 6),
            (Label.PATTERN, EdgeType.APPLIES_TO, Label.TASK, 4),
            (Label.PATTERN, EdgeType.EXEMPLIFIED_BY, Label.PAPER, 5),
            (Label.PATTERN, EdgeType.SUPPORTED_BY, Label.CLAIM, 3),
            (Label.PAPER, EdgeType.USES, Label.METHOD, 12),
            (Label.PAPER, EdgeType.ADDRESSES, Label.PROBLEM, 4),
            (Label.PAPER, EdgeType.STUDIES, Label.TASK, 3),
            (Label.CLAIM, EdgeType.HAS_INTERVENTION, Label.METHOD, 1),
        )
        for source, type, target, degree in plan:
            for i in range(self.counts[source]):
                for j in self.draw(target, degree):
                    yield SnapshotEdge(type, Ref(source, f"{i:07d}"), Ref(target, f"{j:07d}"))
        for i in range(0, self.counts[Label.METHOD], _A_VARIANT_IN):
            for j in self.draw(Label.METHOD, 1):
                if i != j:
                    yield SnapshotEdge(
                        EdgeType.VARIANT_OF, Ref(Label.METHOD, f"{i:07d}"), Ref(Label.METHOD, f"{j:07d}")
                    )

    def vectors(self, centres: Vectors) -> Vectors:
        """Vectors around the *centres*."""
        total = sum(self.counts[label] for label in SEARCHED)
        rows = np.empty((total, centres.shape[1]), dtype=np.float32)
        for start in range(0, total, 50_000):
            part = slice(start, min(start + 50_000, total))
            size = part.stop - part.start
            noise = self.rng.normal(scale=0.6 / np.sqrt(centres.shape[1]), size=(size, centres.shape[1]))
            rows[part] = unit_rows(centres[self.rng.integers(len(centres), size=size)] + noise)
        return rows


def make_up(home: Home, nodes: int, questions: int) -> list[str]:
    model = exported(find_model(), Path(tempfile.gettempdir()) / "patternbook-bench-models")
    vocabulary = json.loads((model / "tokenizer.json").read_text())["model"]["vocab"]
    made = MadeUp(nodes, sorted(word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 3))
    embedder = OnnxEmbedder.open(model)
    asked = [made.text(12) for _ in range(questions)]
    print(f"making up {nodes} nodes …", file=sys.stderr)
    ordered = arrange(list(made.nodes()))
    centres = embedder.embed([made.text(12) for _ in range(SENTENCES)])
    names = ("support", "weight", "claims_for", "claims_against", "objection_count")
    counts = [[float(node.record[name]) for name in names] for node in ordered if node.ref.label is Label.PATTERN]
    content = SnapshotContent(ordered, list(made.edges()), made.vectors(centres), counts)
    print(
        f"writing {len(ordered)} nodes, {len(content.edges)} edges, {len(content.vectors)} vectors …", file=sys.stderr
    )
    write_snapshot(
        home.snapshots,
        content,
        origin=Origin(
            graph_hash="made-up", outcomes_hash="", embedder_hash=embedder.model_hash, code_version="", settings={}
        ),
        store_id="made-up",
        generation=0,
        embedder=EmbedderStamp(
            model_id=embedder.model_id,
            model_hash=embedder.model_hash,
            dimension=embedder.dimension,
            maker="sentence-transformers",
        ),
        embedder_files=sorted(model.iterdir()),
        index=IndexSettings(),
        created_at="2026-01-01T00:00:00+00:00",
        report={},
    )
    return asked


if __name__ == "__main__":
    sys.exit(main())
