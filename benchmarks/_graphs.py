"""A made-up corpus as rows for the store: deterministic, with hubs as real corpora have them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.schema import EdgeType, Label, Ref

EdgeGroup = tuple[EdgeType, Label, Label]
_WORDS = re.findall(
    r"\w+",
    """
    we propose a method that improves the accuracy of deep networks on small data sets by smoothing
    labels and mixing inputs while training with weight decay cosine schedules and dropout suffers from
    noise in evaluation metrics of language models for translation question answering parsing graphs
    attention transformer convolution benchmark
    """,
)


@dataclass
class Rows:
    """Node rows by label and edge rows by type and ends, in the order to write them."""

    nodes: dict[Label, list[dict[str, Any]]] = field(default_factory=dict)
    edges: dict[EdgeGroup, list[dict[str, Any]]] = field(default_factory=dict)

    def node(self, label: Label, key: str, **properties: Any) -> str:
        """Add a node; return its key."""
        self.nodes.setdefault(label, []).append({"key": key, **properties})
        return key

    def edge(self, type: EdgeType, src: Ref, dst: Ref, **properties: Any) -> None:
        """Add an edge."""
        group = (type, src.label, dst.label)
        self.edges.setdefault(group, []).append({"src": src.key, "dst": dst.key, **properties})

    def once(self) -> Rows:
        """Return the rows with each edge once."""
        for group, rows in self.edges.items():
            self.edges[group] = list({(row["src"], row["dst"]): row for row in rows}.values())
        return self


def corpus(documents: int, *, seed: int = 0) -> Rows:
    """Return papers with quotes, methods, problems, claims and patterns: some 33 nodes and 90 edges a document."""
    rng = random.Random(seed)
    rows = Rows()
    names = {
        Label.METHOD: [f"method-{i:05}" for i in range(documents * 3)],
        Label.PROBLEM: [f"problem-{i:05}" for i in range(documents * 2)],
    }
    for label, keys in names.items():
        for key in keys:
            rows.node(label, key, name=_sentence(rng, 3), squash=key.replace("-", ""), run="run-1")
    for number in range(documents):
        _document(rows, rng, number, names)
    _patterns(rows, rng, max(1, documents // 30), names[Label.METHOD], names[Label.PROBLEM], documents)
    return rows.once()


def _sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(_WORDS, k=words))


def _popular(rng: random.Random, keys: Sequence[str]) -> str:
    """Return a key, the first ones far more often: names in a corpus follow a power law."""
    return keys[min(len(keys) - 1, int(len(keys) * rng.random() ** 3))]


def _document(rows: Rows, rng: random.Random, number: int, names: dict[Label, list[str]]) -> None:
    key, extraction = f"d{number:05}", f"x{number:05}"
    paper, document = Ref(Label.PAPER, f"paper-{number:05}"), Ref(Label.DOCUMENT, key)
    owned = {"document": key, "extraction": extraction, "run": "run-1"}
    rows.node(Label.PAPER, paper.key, title=_sentence(rng, 9), year=2020 + number % 6, extracted=key)
    rows.node(Label.DOCUMENT, key, kind="paper", format="tei", extraction=extraction, written_extraction=extraction)
    rows.edge(EdgeType.OF_PAPER, document, paper)
    claims = [Ref(Label.CLAIM, f"claim:{number:05}-{i}") for i in range(5)]
    for claim in claims:
        rows.node(
            Label.CLAIM, claim.key, direction="improves", statement=_sentence(rng, 8), confidence=rng.random(), **owned
        )
        rows.edge(EdgeType.STATES, document, claim, confidence=0.5, **owned)
        method = Ref(Label.METHOD, _popular(rng, names[Label.METHOD]))
        rows.edge(EdgeType.HAS_INTERVENTION, claim, method, confidence=0.5, **owned)
    for index in range(20):
        evidence = Ref(Label.EVIDENCE, f"q:{number:05}-{index:02}")
        rows.node(
            Label.EVIDENCE,
            evidence.key,
            quote=_sentence(rng, 24),
            section="Experiments",
            char_start=index * 200,
            char_end=index * 200 + 150,
            page=1 + index // 5,
            extractor="rules/1",
            confidence=rng.random(),
            **owned,
        )
        rows.edge(EdgeType.QUOTED_FROM, evidence, document, confidence=0.5, **owned)
        facts = [
            Ref(Label.METHOD, _popular(rng, names[Label.METHOD])),
            Ref(Label.PROBLEM, _popular(rng, names[Label.PROBLEM])),
            claims[index % 5],
        ]
        for fact in facts[index % 2 :]:
            rows.edge(
                EdgeType.EVIDENCED_BY, fact, evidence, surface="words", stance="mentions", confidence=0.7, **owned
            )


def _patterns(
    rows: Rows, rng: random.Random, count: int, methods: list[str], problems: list[str], documents: int
) -> None:
    for number in range(count):
        pattern = Ref(Label.PATTERN, f"pattern-{number:04}")
        rows.node(Label.PATTERN, pattern.key, name=_sentence(rng, 5), support=5)
        for _ in range(3):
            rows.edge(EdgeType.COMPOSED_OF, pattern, Ref(Label.METHOD, _popular(rng, methods)), role="core", papers=3)
        rows.edge(EdgeType.SOLVES, pattern, Ref(Label.PROBLEM, _popular(rng, problems)), papers=2)
        for _ in range(4):
            claim = Ref(Label.CLAIM, f"claim:{rng.randrange(documents):05}-{rng.randrange(5)}")
            rows.edge(EdgeType.SUPPORTED_BY, pattern, claim)


def read_rows(path: Path) -> Rows:
    """Read JSON lines: ``{"label", "key", …}`` a node, ``{"type", "src": "Label/key", "dst", …}`` an edge."""
    rows = Rows()
    for line in path.read_text(encoding="utf-8").splitlines():
        item: dict[str, Any] = json.loads(line)
        if "label" in item:
            rows.node(Label(item.pop("label")), item.pop("key"), **item)
        else:
            type, src, dst = EdgeType(item.pop("type")), Ref.parse(item.pop("src")), Ref.parse(item.pop("dst"))
            rows.edge(type, src, dst, **item)
    return rows.once()


def batches(rows: Sequence[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows in batches."""
    for at in range(0, len(rows), size):
        yield list(rows[at : at + size])
