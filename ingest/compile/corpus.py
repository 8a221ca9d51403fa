"""The corpus as compile sees it: what is live, with every name replaced by the one its group goes by.

One ordered pass over each label and edge type; nothing is written. Quotes are not held, only where they stand: a
corpus of fifty thousand papers must fit into memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graph.live import Liveness, live_edges, live_nodes
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Edge, GraphStore, Node

NAMES = (Label.METHOD, Label.TASK, Label.DATASET, Label.METRIC, Label.PROBLEM)
OF_PAPER_EDGES = (
    EdgeType.PROPOSES,
    EdgeType.USES,
    EdgeType.COMPARES_WITH,
    EdgeType.MENTIONS,
    EdgeType.STUDIES,
    EdgeType.EVALUATES_ON,
    EdgeType.MEASURES,
    EdgeType.ADDRESSES,
    EdgeType.LIMITED_BY,
)
_CLAIM_EDGES = (
    EdgeType.HAS_INTERVENTION,
    EdgeType.HAS_COMPARATOR,
    EdgeType.HAS_TASK,
    EdgeType.HAS_DATASET,
    EdgeType.HAS_METRIC,
)


class Place(NamedTuple):
    """Where a quote stands, how sure its reader was, and how it stands to what it is attached to."""

    evidence: str
    document: str
    start: int
    end: int
    confidence: float
    stance: str


@dataclass
class Name:
    """A group of names that mean one thing."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass
class Paper:
    """A paper with the facts of its live documents: for each edge type, key of the name → confidence."""

    key: str
    properties: Mapping[str, Any]
    abstract: str = ""
    documents: list[str] = field(default_factory=list)
    facts: dict[EdgeType, dict[str, float]] = field(default_factory=dict)
    claims: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """As printed, or the key where no file gives a title."""
        return str(self.properties.get("title") or self.key)

    def names(self, type: EdgeType) -> dict[str, float]:
        """Return the names that the paper's documents reach along *type*."""
        return self.facts.get(type, {})


@dataclass
class Claim:
    """A claim and its ends."""

    key: str
    paper: str
    properties: Mapping[str, Any]
    ends: dict[EdgeType, list[str]] = field(default_factory=dict)

    @property
    def direction(self) -> str:
        """``improves``, ``degrades`` or ``no_difference``."""
        return str(self.properties.get("direction", ""))

    @property
    def confidence(self) -> float:
        """0 to 1."""
        return float(self.properties.get("confidence") or 0)


@dataclass
class Point:
    """An argument of a review, and the names it is about; the methods among them apart."""

    key: str
    paper: str
    properties: Mapping[str, Any]
    methods: list[str] = field(default_factory=list)
    names: list[Ref] = field(default_factory=list)

    @property
    def polarity(self) -> str:
        """``positive``, ``negative`` or ``question``."""
        return str(self.properties.get("polarity", ""))

    @property
    def confidence(self) -> float:
        """0 to 1."""
        return float(self.properties.get("confidence") or 0)


@dataclass
class Tried:
    """What became of the trials that ran a method."""

    trials: int = 0
    failures: dict[str, int] = field(default_factory=dict)


@dataclass
class Corpus:
    """All of it. Dictionaries are in key order, so that whatever is made from them has an order too."""

    names: dict[Label, dict[str, Name]]
    papers: dict[str, Paper]
    claims: dict[str, Claim]
    points: dict[str, Point]
    places: dict[tuple[Label, str], list[Place]]
    first_evidence: dict[str, Place]
    tried: dict[str, Tried]
    variants: dict[Label, list[tuple[str, str]]] = field(default_factory=dict)  # (variant, name), sorted

    def name(self, label: Label, key: str) -> str:
        """Return how a name is written."""
        return self.names[label][key].name


def read_corpus(store: GraphStore, beat: Callable[[], None]) -> Corpus:
    """Read what is live in *store*; *beat* is called between the passes."""
    reader = _Reader(store)
    for step in (
        reader.names,
        reader.papers,
        reader.facts,
        reader.claims,
        reader.points,
        reader.evidence,
        reader.trials,
    ):
        step()
        beat()
    return reader.corpus


def roots(merges: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return the key each name goes by: the end of its chain of *merges*, itself where it was not merged."""

    def root(key: str) -> str:
        seen = {key}
        while (above := merges.get(key)) is not None and above not in seen:
            key = above
            seen.add(key)
        return key

    return {key: root(key) for key in keys}


class _Reader:
    def __init__(self, store: GraphStore) -> None:
        self.store, self.corpus = store, Corpus({}, {}, {}, {}, {}, {}, {})
        self._live = Liveness(store)
        self._canonical: dict[Label, dict[str, str]] = {}
        self._paper_of: dict[str, str] = {}
        self._merges: dict[Label, dict[str, str]] = {}

    def _nodes(self, label: Label) -> Iterator[Node]:
        return live_nodes(self.store, label, liveness=self._live)

    def _edges(self, type: EdgeType) -> Iterator[Edge]:
        return live_edges(self.store, type, liveness=self._live)

    def names(self) -> None:
        for edge in self._edges(EdgeType.MERGED_INTO):
            self._merges.setdefault(edge.src.label, {})[edge.src.key] = edge.dst.key
        for label in NAMES:
            written = {node.key: str(node.properties.get("name") or node.key) for node in self._nodes(label)}
            canonical = roots(self._merges.get(label, {}), written)
            members: dict[str, list[str]] = {}
            for key, root in canonical.items():
                members.setdefault(root, []).append(key)
            names = self.corpus.names[label] = {}
            for root in sorted(members):
                own = written.get(root) or written[members[root][0]]
                others = dict.fromkeys(written[key] for key in sorted(members[root]))
                names[root] = Name(
                    root, own, tuple(name for name in others if name != own), tuple(sorted(members[root]))
                )
            self._canonical[label] = canonical
        pairs: dict[Label, set[tuple[str, str]]] = {label: set() for label in NAMES}
        for edge in self._edges(EdgeType.VARIANT_OF):
            canonical = self._canonical[edge.src.label]
            pairs[edge.src.label].add((canonical[edge.src.key], canonical[edge.dst.key]))
        self.corpus.variants = {
            label: sorted((one, other) for one, other in found if one != other) for label, found in pairs.items()
        }

    def papers(self) -> None:
        nodes = {node.key: node.properties for node in self._nodes(Label.PAPER)}
        canonical = roots(self._merges.get(Label.PAPER, {}), nodes)
        for key in sorted(nodes, key=lambda key: (canonical[key], key != canonical[key], key)):
            self.corpus.papers.setdefault(canonical[key], Paper(canonical[key], nodes[key]))
        self._paper_of = {
            edge.src.key: canonical[edge.dst.key]
            for edge in self._edges(EdgeType.OF_PAPER)
            if edge.dst.key in canonical
        }
        for node in self._nodes(Label.DOCUMENT):
            paper = self.corpus.papers.get(self._paper_of.get(node.key, ""))
            if paper is None:
                continue
            paper.documents.append(node.key)
            text = str(node.properties.get("abstract") or "")
            # The text that was extracted speaks for the paper; any other one where it has no abstract.
            if text and (not paper.abstract or node.key == paper.properties.get("extracted")):
                paper.abstract = text

    def facts(self) -> None:
        for type in OF_PAPER_EDGES:
            for edge in self._edges(type):
                paper = self.corpus.papers.get(self._paper_of.get(edge.src.key, ""))
                key = self._canonical[edge.dst.label].get(edge.dst.key)
                if paper is None or key is None:
                    continue
                known = paper.facts.setdefault(type, {})
                known[key] = max(known.get(key, 0.0), float(edge.properties.get("confidence") or 0))
        for paper in self.corpus.papers.values():
            paper.facts = {type: dict(sorted(paper.facts[type].items())) for type in sorted(paper.facts)}

    def claims(self) -> None:
        for node in self._nodes(Label.CLAIM):
            paper = self._paper_of.get(str(node.properties.get("document")))
            if paper in self.corpus.papers:
                self.corpus.claims[node.key] = Claim(node.key, paper, node.properties)
                self.corpus.papers[paper].claims.append(node.key)
        for type in _CLAIM_EDGES:
            for edge in self._edges(type):
                claim = self.corpus.claims.get(edge.src.key) if edge.src.label is Label.CLAIM else None
                key = self._canonical[edge.dst.label].get(edge.dst.key)
                if claim is not None and key is not None and key not in claim.ends.setdefault(type, []):
                    claim.ends[type].append(key)

    def points(self) -> None:
        for node in self._nodes(Label.REVIEW_POINT):
            paper = self._paper_of.get(str(node.properties.get("document")))
            if paper in self.corpus.papers:
                self.corpus.points[node.key] = Point(node.key, paper, node.properties)
                self.corpus.papers[paper].points.append(node.key)
        for edge in self._edges(EdgeType.ABOUT):
            point = self.corpus.points.get(edge.src.key)
            key = self._canonical.get(edge.dst.label, {}).get(edge.dst.key)
            if point is None or key is None:
                continue
            if edge.dst.label is Label.METHOD and key not in point.methods:
                point.methods.append(key)
            if (name := Ref(edge.dst.label, key)) not in point.names:
                point.names.append(name)

    def evidence(self) -> None:
        stands: dict[str, tuple[str, int, int]] = {}
        for node in self._nodes(Label.EVIDENCE):
            document = str(node.properties.get("document"))
            start, end = int(node.properties.get("char_start") or 0), int(node.properties.get("char_end") or 0)
            stands[node.key] = (document, start, end)
            known = self.corpus.first_evidence.get(document)
            if known is None or (start, node.key) < (known.start, known.evidence):
                self.corpus.first_evidence[document] = Place(node.key, document, start, end, 0.0, "mentions")
        for edge in self._edges(EdgeType.EVIDENCED_BY):
            stand = stands.get(edge.dst.key)
            label = edge.src.label
            key = self._canonical[label].get(edge.src.key) if label in self._canonical else edge.src.key
            if stand is None or key is None:
                continue
            place = Place(
                edge.dst.key,
                *stand,
                float(edge.properties.get("confidence") or 0),
                str(edge.properties.get("stance") or "mentions"),
            )
            self.corpus.places.setdefault((label, key), []).append(place)
        for places in self.corpus.places.values():
            places.sort(key=lambda place: (place.document, place.start, place.evidence))

    def trials(self) -> None:
        # Trials are no corpus facts: what ran is read as it is, whatever became of the papers since.
        labels = {node.key: node.properties for node in self.store.scan_nodes(Label.TRIAL)}
        for edge in self.store.scan_edges(EdgeType.RUNS):
            trial = labels.get(edge.src.key)
            if trial is None or trial.get("state") not in {"done", "failed", "dead"}:
                continue
            key = self._canonical[Label.METHOD].get(edge.dst.key, edge.dst.key)
            tried = self.corpus.tried.setdefault(key, Tried())
            tried.trials += 1
            if label := trial.get("label"):
                tried.failures[str(label)] = tried.failures.get(str(label), 0) + 1
        self.corpus.tried = {
            key: Tried(tried.trials, dict(sorted(tried.failures.items())))
            for key, tried in sorted(self.corpus.tried.items())
        }
