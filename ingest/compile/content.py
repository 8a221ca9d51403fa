"""From the corpus and its patterns to the nodes, edges and texts of a snapshot.

A pattern's record holds all that an answer shows of it, so that a question reads one record a match. Only quotes and
review points that some pattern shows are taken along; the store has the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from graph.schema import EdgeType, Label, Ref
from graph.snapshot.layout import COUNTED
from graph.snapshot.writer import SnapshotEdge, SnapshotNode, arrange
from graph.store.interface import GraphStore
from graph.vocabulary.pattern import MinedPattern, Used
from graph.write.contradictions import Contradiction
from ingest.compile.corpus import NAMES, OF_PAPER_EDGES, Corpus
from ingest.compile.mine import ROLE_WEIGHT, USES, Mined
from ingest.compile.quotes import ShownQuote, choose_quotes

_ABSTRACT_CHARACTERS = 2_000  # more than any encoder here reads
_PAPERS_SHOWN = 12
_TITLES = 3  # more titles than that say nothing in common
_COMPONENT = 0.6  # of a component's tie: the core says what the pattern is
_CONTRADICTIONS_SHOWN = 8
_PAGE = 500


def snapshot_nodes(
    store: GraphStore, corpus: Corpus, mined: Mined, opposed: Sequence[Contradiction] = ()
) -> tuple[SnapshotNode, ...]:
    """Return the nodes in row order. Reads the chosen quotes from *store*."""
    pairs = sorted(opposed, key=lambda pair: (-pair.score, pair.one, pair.other))
    by_claim: dict[str, list[int]] = {}
    for number, pair in enumerate(pairs):
        by_claim.setdefault(pair.one, []).append(number)
        by_claim.setdefault(pair.other, []).append(number)
    contested = {
        pattern.key: [(pairs[number].one, pairs[number].other) for number in _contested(pattern, by_claim)]
        for pattern in mined.patterns
    }
    quotes = {
        pattern.key: choose_quotes(corpus, pattern, contested=[key for pair in contested[pattern.key] for key in pair])
        for pattern in mined.patterns
    }
    return arrange(
        [
            *_names(corpus),
            *_papers(corpus),
            *_claims(corpus),
            *_points(corpus, mined.patterns),
            *_evidence(store, corpus, quotes),
            *(
                _pattern(corpus, mined, pattern, quotes[pattern.key], contested[pattern.key])
                for pattern in mined.patterns
            ),
        ]
    )


def pattern_counts(nodes: Sequence[SnapshotNode]) -> list[tuple[float, ...]]:
    """Return the counts that scores are made from, for each pattern in row order."""
    names = {"objections": "objection_count"}
    return [
        tuple(float(node.record[names.get(name, name)]) for name in COUNTED)
        for node in nodes
        if node.ref.label is Label.PATTERN
    ]


def snapshot_edges(corpus: Corpus, mined: Mined) -> list[SnapshotEdge]:
    """Return the edges that a walk may take, by type and ends; a paper counts once however many texts it has."""
    edges = [
        *_edges_of_papers(corpus),
        *_edges_of_claims(corpus),
        *_edges_of_patterns(mined),
        *_edges_of_variants(corpus),
    ]
    return sorted(edges, key=lambda edge: (edge.type.value, str(edge.src), str(edge.dst)))


def _names(corpus: Corpus) -> Iterator[SnapshotNode]:
    for label in NAMES:
        for name in corpus.names[label].values():
            record = {"name": name.name, "aliases": list(name.aliases)}
            yield SnapshotNode(Ref(label, name.key), record, _joined(name.name, *name.aliases))


def _papers(corpus: Corpus) -> Iterator[SnapshotNode]:
    for paper in corpus.papers.values():
        kept = {key: paper.properties[key] for key in ("year", "venue", "decision") if paper.properties.get(key)}
        record = {"name": paper.title, "documents": paper.documents, **kept}
        text = _joined(paper.title, paper.abstract[:_ABSTRACT_CHARACTERS])
        yield SnapshotNode(Ref(Label.PAPER, paper.key), record, text)


def _claims(corpus: Corpus) -> Iterator[SnapshotNode]:
    for claim in corpus.claims.values():
        record = {
            "name": str(claim.properties.get("statement") or claim.key),
            "direction": claim.direction,
            "size": claim.properties.get("size"),
            "paper": claim.paper,
        }
        yield SnapshotNode(Ref(Label.CLAIM, claim.key), record)


def _points(corpus: Corpus, patterns: Sequence[MinedPattern]) -> Iterator[SnapshotNode]:
    grouped = {key for pattern in patterns for group in pattern.objection_groups for key in group.points}
    for key in sorted({key for pattern in patterns for key in pattern.objections} | grouped):
        point = corpus.points[key]
        record = {
            "name": str(point.properties.get("text") or ""),
            "aspect": str(point.properties.get("aspect") or "other"),
            "severity": str(point.properties.get("severity") or "unclear"),
            "paper": point.paper,
            "methods": point.methods,
        }
        yield SnapshotNode(Ref(Label.REVIEW_POINT, key), record)


def _evidence(
    store: GraphStore, corpus: Corpus, quotes: Mapping[str, tuple[ShownQuote, ...]]
) -> Iterator[SnapshotNode]:
    paper_of = {document: paper for paper in corpus.papers.values() for document in paper.documents}
    keys = sorted({quote.evidence for chosen in quotes.values() for quote in chosen})
    for start in range(0, len(keys), _PAGE):
        found = store.get_nodes(Label.EVIDENCE, keys[start : start + _PAGE])
        for key in sorted(found):
            properties = found[key].properties
            document = str(properties.get("document"))
            record = {
                "quote": properties.get("quote") or "",
                "section": properties.get("section") or "",
                "page": properties.get("page"),
                "boxes": _boxes(properties.get("boxes")),
                "document": document,
                "paper": paper_of[document].key if document in paper_of else None,
                "paper_title": paper_of[document].title if document in paper_of else "",
            }
            yield SnapshotNode(Ref(Label.EVIDENCE, key), record)


def _contested(pattern: MinedPattern, by_claim: Mapping[str, Sequence[int]]) -> list[int]:
    """Return the contradictions that a claim of *pattern* stands in, surest first."""
    own = (*pattern.claims_for, *pattern.claims_against)
    return sorted({number for claim in own for number in by_claim.get(claim, ())})[:_CONTRADICTIONS_SHOWN]


def _boxes(value: Any) -> Any:
    """Boxes are a JSON property: text in the store, whichever way a store hands it out."""
    return orjson.loads(value) if isinstance(value, str) else value


def _pattern(
    corpus: Corpus,
    mined: Mined,
    pattern: MinedPattern,
    quotes: tuple[ShownQuote, ...],
    contested: Sequence[tuple[str, str]],
) -> SnapshotNode:
    def named(label: Label, used: Iterable[Used]) -> list[dict[str, Any]]:
        return [{"key": each.key, "name": corpus.name(label, each.key), "papers": each.papers} for each in used]

    titles = [corpus.papers[each.paper].title for each in pattern.papers]
    methods = [
        {**shown, "role": each.role}
        for shown, each in zip(named(Label.METHOD, pattern.methods), pattern.methods, strict=True)
    ]
    problems, tasks = named(Label.PROBLEM, pattern.problems), named(Label.TASK, pattern.tasks)
    record = {
        "name": pattern.name,
        "summary": pattern.summary,
        "support": pattern.support,
        "weight": sum(ROLE_WEIGHT[each.role] for each in pattern.papers),
        "claims_for": len(pattern.claims_for),
        "claims_against": len(pattern.claims_against),
        "objection_count": len(pattern.objections),
        "objections": list(pattern.objections[:8]),
        "objection_groups": [each.model_dump(mode="json") for each in pattern.objection_groups],
        "trials": pattern.trials,
        "failures": pattern.failures,
        "methods": methods,
        "core_keys": [
            key
            for each in pattern.methods
            if each.role == "core"
            for key in corpus.names[Label.METHOD][each.key].members
        ],
        "problems": problems,
        "tasks": tasks,
        "datasets": named(Label.DATASET, pattern.datasets),
        "metrics": named(Label.METRIC, pattern.metrics),
        "baselines": named(Label.METHOD, pattern.baselines),
        "papers": [
            {"key": each.paper, "name": title, "role": each.role}
            for each, title in zip(pattern.papers[:_PAPERS_SHOWN], titles, strict=False)
        ],
        "limits": [corpus.name(Label.PROBLEM, key) for key in mined.limits.get(pattern.key, ())],
        "contradictions": [list(pair) for pair in contested],
        "quotes": [[quote.evidence, str(quote.of), quote.stance.value] for quote in quotes],
    }
    # The text says what the pattern is for. Of a method that many papers share, that is what several of them say, and
    # problems and titles of papers that are not about it would drown it.
    shared = min(2, sum(ROLE_WEIGHT[each.role] == 1 for each in pattern.papers))
    own_problems = [
        each["name"]
        for each in problems
        if each["papers"] >= shared and mined.ties.get((pattern.key, each["key"]), 1.0) > ROLE_WEIGHT[USES]
    ]
    own_titles = [title for title, each in zip(titles, pattern.papers, strict=True) if ROLE_WEIGHT[each.role] == 1]
    text = _joined(
        pattern.name,
        *own_problems[:3],
        *(each["name"] for each in tasks[:2]),
        *(each["name"] for each in methods[1:4]),
        *(own_titles if len(own_titles) <= _TITLES else ()),
    )
    return SnapshotNode(Ref(Label.PATTERN, pattern.key), record, text)


def _joined(*parts: str) -> str:
    """Join phrases as sentences, which is what the encoder was trained on."""
    return ". ".join(dict.fromkeys(part.strip().rstrip(".") for part in parts if part.strip()))


_TARGET = {
    EdgeType.STUDIES: Label.TASK,
    EdgeType.EVALUATES_ON: Label.DATASET,
    EdgeType.MEASURES: Label.METRIC,
    EdgeType.ADDRESSES: Label.PROBLEM,
    EdgeType.LIMITED_BY: Label.PROBLEM,
    EdgeType.HAS_TASK: Label.TASK,
    EdgeType.HAS_DATASET: Label.DATASET,
    EdgeType.HAS_METRIC: Label.METRIC,
}


def _edges_of_papers(corpus: Corpus) -> Iterator[SnapshotEdge]:
    for paper in corpus.papers.values():
        source = Ref(Label.PAPER, paper.key)
        for type in OF_PAPER_EDGES:
            label = _TARGET.get(type, Label.METHOD)
            for key in paper.names(type):
                yield SnapshotEdge(type, source, Ref(label, key))


def _edges_of_claims(corpus: Corpus) -> Iterator[SnapshotEdge]:
    for claim in corpus.claims.values():
        source = Ref(Label.CLAIM, claim.key)
        yield SnapshotEdge(EdgeType.STATES, Ref(Label.PAPER, claim.paper), source)
        for type, keys in claim.ends.items():
            for key in keys:
                yield SnapshotEdge(type, source, Ref(_TARGET.get(type, Label.METHOD), key))


def _edges_of_variants(corpus: Corpus) -> Iterator[SnapshotEdge]:
    for label, pairs in corpus.variants.items():
        for variant, name in pairs:
            yield SnapshotEdge(EdgeType.VARIANT_OF, Ref(label, variant), Ref(label, name))


def _edges_of_patterns(mined: Mined) -> Iterator[SnapshotEdge]:
    for pattern in mined.patterns:
        source = Ref(Label.PATTERN, pattern.key)
        for method in pattern.methods:
            weight = 1.0 if method.role == "core" else _COMPONENT
            yield SnapshotEdge(EdgeType.COMPOSED_OF, source, Ref(Label.METHOD, method.key), weight)
        for problem in pattern.problems:
            tie = mined.ties.get((pattern.key, problem.key), 1.0)
            yield SnapshotEdge(EdgeType.SOLVES, source, Ref(Label.PROBLEM, problem.key), tie)
        for paper in pattern.papers:
            yield SnapshotEdge(EdgeType.EXEMPLIFIED_BY, source, Ref(Label.PAPER, paper.paper), ROLE_WEIGHT[paper.role])
        for type, label, used in (
            (EdgeType.APPLIES_TO, Label.TASK, pattern.tasks),
            (EdgeType.USUALLY_ON, Label.DATASET, pattern.datasets),
            (EdgeType.USUALLY_MEASURED_BY, Label.METRIC, pattern.metrics),
            (EdgeType.USUALLY_AGAINST, Label.METHOD, pattern.baselines),
        ):
            for each in used:
                yield SnapshotEdge(type, source, Ref(label, each.key), min(1.0, each.papers / pattern.support))
        for type, label, keys in (
            (EdgeType.SUPPORTED_BY, Label.CLAIM, pattern.claims_for),
            (EdgeType.CONTRADICTED_BY, Label.CLAIM, pattern.claims_against),
            (EdgeType.OBJECTED_BY, Label.REVIEW_POINT, pattern.objections),
        ):
            for key in keys:
                yield SnapshotEdge(type, source, Ref(label, key))
