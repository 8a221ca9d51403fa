"""Merge papers: those that share an id, or a file name with a review beside it (CONTRACT §1).

As with names, what is looked at is closed over the ties between papers, so the result does not depend on the order in
which they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from graph.live import is_live_document
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Edge, GraphStore, Guard, Node
from graph.vocabulary.document import DocumentKind
from graph.write.merges import write_merges
from ingest.resolve.cluster import Pair, groups_of, merges_of, pair_of
from ingest.resolve.names import says
from ingest.resolve.reach import TIES
from ingest.resolve.report import ResolveReport
from ingest.resolve.rules import Decision

_IDS = ("doi", "arxiv", "openreview")
_PAGE, _VALUES, _ALL = 1000, 200, 1_000_000


def resolve_papers(
    store: GraphStore, documents: Iterable[Node], decided: Iterable[str] = (), *, run: str, at: str, fence: Guard
) -> ResolveReport:
    """Bring the merges of the Papers of *documents*, and of those that people *decided* about, up to date."""
    ties = _Ties(store)
    touched = ties.papers_of([document.ref for document in documents])
    ties.expand(sorted({*touched, *decided}))
    groups = groups_of(ties.papers, ties.decisions(), ties.apart)
    wanted = {(merge.src, merge.dst): merge for group in groups for merge in merges_of(group, ties.decisions())}
    stale = sorted(pair for pair in ties.merged if pair not in wanted)
    new = [merge for pair, merge in sorted(wanted.items()) if not says(ties.merged.get(pair), merge)]
    if not new and not stale:
        return ResolveReport()
    report = write_merges(store, Label.PAPER, new, removed=stale, run=run, at=at, fence=fence)
    return ResolveReport(merged=len(new), parted=len(stale), written=report.written)


class _Ties:
    """The Papers that some touched ones hang together with, and why."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self.papers: set[str] = set()
        self.pairs: dict[Pair, Decision] = {}
        self.merged: dict[Pair, Edge] = {}
        self.apart: set[Pair] = set()
        self._together: dict[Pair, Decision] = {}

    def expand(self, papers: Sequence[str]) -> None:
        """Take in *papers* and everything they hang together with."""
        border = list(papers)
        while border:
            self.papers.update(border)
            reached = {*self._members(border), *self._tied(border)}
            border = sorted(reached - self.papers)

    def decisions(self) -> dict[Pair, Decision]:
        """Return what ids, file names and people tie together; people come first."""
        return self.pairs | self._together

    def papers_of(self, documents: Sequence[Ref]) -> list[str]:
        """Return the keys of the Papers that Documents belong to."""
        return sorted({paper for papers in self._papers_by_document(documents).values() for paper in papers})

    def _papers_by_document(self, documents: Sequence[Ref]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for start in range(0, len(documents), _PAGE):
            chunk = documents[start : start + _PAGE]
            edges = self._store.neighbours(chunk, [EdgeType.OF_PAPER], "out", limit_per_ref=_ALL)
            found |= {ref.key: [node.key for _, node in pairs] for ref, pairs in edges.items()}
        return found

    def _members(self, papers: Sequence[str]) -> Iterator[str]:
        refs = [Ref(Label.PAPER, key) for key in papers]
        for pairs in self._store.neighbours(refs, TIES, "both", limit_per_ref=_ALL).values():
            for edge, node in pairs:
                src, dst = edge.src.key, edge.dst.key
                if edge.type is EdgeType.MERGED_INTO:
                    self.merged[src, dst] = edge
                elif edge.type is EdgeType.KEPT_APART:
                    self.apart.add(pair_of(src, dst))
                    continue
                else:
                    said = edge.properties
                    self._together[pair_of(src, dst)] = Decision(str(said["rule"]), 1.0, str(said["by"]))
                yield node.key

    def _tied(self, papers: Sequence[str]) -> Iterator[str]:
        refs = [Ref(Label.PAPER, key) for key in papers]
        around = self._store.neighbours(refs, [EdgeType.OF_PAPER], "in", limit_per_ref=_ALL)
        own = [
            (ref.key, node) for ref, pairs in around.items() for _, node in pairs if is_live_document(node.properties)
        ]
        for field in (*_IDS, "stem"):
            values: dict[str, list[tuple[str, Node]]] = defaultdict(list)
            for paper, node in own:
                if value := node.properties.get(field):
                    values[value].append((paper, node))
            others = list(self._having(field, sorted(values)))
            papers_of = self._papers_by_document([node.ref for node in others])
            sharing: dict[str, list[tuple[str, Node]]] = defaultdict(list)
            for node in others:
                sharing[node.properties[field]].extend((paper, node) for paper in papers_of[node.key])
            for texts in sharing.values():
                # A file name joins a paper with a review only: two papers may well both be called paper.pdf.
                if field != "stem" or any(_is_review(node) for _, node in texts):
                    yield from self._tie(field, sorted({paper for paper, _ in texts}))

    def _tie(self, field: str, papers: Sequence[str]) -> Iterator[str]:
        rule = "stem" if field == "stem" else f"same {field}"
        score = 0.9 if field == "stem" else 1.0
        for index, one in enumerate(papers):
            for other in papers[index + 1 :]:
                known = self.pairs.get((one, other))
                if known is None or (-known.score, known.rule) > (-score, rule):
                    self.pairs[one, other] = Decision(rule, score)
        yield from papers

    def _having(self, field: str, values: Sequence[str]) -> Iterator[Node]:
        for start in range(0, len(values), _VALUES):
            where = {field: tuple(values[start : start + _VALUES])}
            after: str | None = None
            while page := self._store.find_nodes(Label.DOCUMENT, where, limit=_PAGE, after=after):
                yield from (node for node in page if is_live_document(node.properties))
                if len(page) < _PAGE:
                    break
                after = page[-1].key


def _is_review(node: Node) -> bool:
    return node.properties.get("kind") == DocumentKind.REVIEW.value
