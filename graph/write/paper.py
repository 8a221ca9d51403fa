"""Write one paper text or review file: checked, and in one transaction with the state of the item it came from.

Guarantees
* Every quote is verbatim in the document, every fact has a quote; what fails is refused, counted and returned, and the
  rest of the paper goes in.
* All or nothing: a kill at any point leaves the document wholly in or not at all.
* The same documents give the same live graph, whatever their order and however many writers there are: writers of one
  Paper (and of the Papers merged with it) are serialised by its `revision`, and whoever read too early tries again.
* Writing what is there already writes nothing.

Not done here: names are not merged (`ingest.resolve`), and the source bytes are not kept (`graph.home`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.errors import StaleWrite, UngroundedFact
from graph.keys import paper_key
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import (
    DeleteEdges,
    Finish,
    GraphStore,
    UpsertEdges,
    UpsertNodes,
    WriteOp,
    WriteReport,
)
from graph.vocabulary.document import Document, DocumentKind
from graph.vocabulary.extraction import Extraction, Refusal
from graph.write.facts import Facts, check_grounded
from graph.write.paper_group import (
    PaperDocument,
    PaperGroup,
    chosen,
    format_rank,
    guards,
    read_groups,
    settle,
    unresolved,
)
from graph.write.read_facts import facts_of

_DOCUMENT_KEY = re.compile(r"[0-9a-f]{64}(~abstract)?")
_ATTEMPTS = 100  # each lost attempt means that another writer of the same paper got through
_ALL = 1_000_000
_SAME_PAPER = "same paper"


@dataclass(frozen=True)
class Notice:
    """Something worth saying that is no failure. `kind` is the class that reports show."""

    kind: str
    message: str


@dataclass(frozen=True)
class PaperWritten:
    """What became of a document. `refused` holds the items that were not kept, the extractor's own refusals first."""

    paper: str
    report: WriteReport
    refused: tuple[Refusal, ...]
    notices: tuple[Notice, ...]


def key_of_paper(document: Document) -> str:
    """Return the key of the Paper that *document* is a text or review of (CONTRACT §1)."""
    about = document.bibliography
    return paper_key(title=about.title, ids=about.ids, content_sha256=document.key)


def write_paper(
    store: GraphStore,
    document: Document,
    extraction: Extraction | None,
    *,
    run: str,
    stem: str | None = None,
    source: str | None = None,
    supersedes: str | None = None,
    finish: Finish | None = None,
) -> PaperWritten:
    """Write *document* with what it states; without an *extraction* the document is only linked to its paper.

    *source* is the path it was read from and *stem* what its name has in common with a review beside it. *supersedes*
    is the key of the Document that was read from *source* before the file changed: it gives up that path, and when it
    has no other one, its facts. *finish* ends the claimed item in the same transaction.

    Raises:
        UngroundedFact: the document's key is no content hash, or the extraction was made from another document.
        LeaseLost: *finish* is no longer ours; nothing was written.
        StaleWrite: other writers of the same paper got in between a hundred times; nothing was written.
    """
    if not _DOCUMENT_KEY.fullmatch(document.key):
        raise UngroundedFact(f"document key {document.key!r} is not the sha256 of its source: nothing was written")
    paper = key_of_paper(document)
    facts = None
    if extraction is not None:
        facts = facts_of(document, extraction, paper=paper, run=run)
        check_grounded(facts)
    refused = (*extraction.refused, *facts.refused) if extraction and facts else ()
    for _ in range(_ATTEMPTS):
        attempt = _Attempt(store, document, facts, paper, supersedes if supersedes != document.key else None)
        ops = attempt.ops(run=run, stem=stem, source=source)
        try:
            report = _commit(store, ops, finish)
        except StaleWrite:
            continue
        unwritten = facts.rows if facts and not attempt.writes_facts else 0
        return PaperWritten(paper, report + WriteReport(unchanged=unwritten), refused, attempt.notices())
    raise StaleWrite(f"Paper/{paper} was written by others {_ATTEMPTS} times in a row; try again")


class _Attempt:
    """One reading of the store and the operations that follow from it."""

    def __init__(
        self, store: GraphStore, document: Document, facts: Facts | None, paper: str, supersedes: str | None
    ) -> None:
        self._store, self._document, self._facts, self._paper = store, document, facts, paper
        self._groups = read_groups(store, {paper, *_papers_of(store, document.key, supersedes)})
        self._after = {key: each for group in self._groups for key, each in group.documents.items()}
        # Taken from the groups and not read before them: what the guards protect is what was read after the revisions.
        self._known = self._after.get(document.key)
        self._superseded = self._after.get(supersedes) if supersedes else None
        self._moved_from = self._known.paper if self._known and self._known.paper != paper else None
        self._chosen_before = chosen(self._group_of(paper).documents.values())
        # All facts of an extraction are written with the Document that names it, so they are there when it is.
        known = self._known.properties.get("written_extraction") if self._known else None
        self.writes_facts = facts is not None and (facts.extraction != known or self._moved_from is not None)

    def ops(self, *, run: str, stem: str | None, source: str | None) -> list[WriteOp]:
        """Return what is to be written; nothing when everything is there already."""
        row = self._document_row(stem, source)
        known = dict(self._known.properties) if self._known else {}
        changed = {name: value for name, value in row.items() if known.get(name) != value}
        ops: list[WriteOp] = []
        if changed or self._moved_from or self._known is None:
            ops.append(
                UpsertNodes(
                    Label.DOCUMENT, [{"key": self._document.key, **changed, **unresolved(self._known), "run": run}]
                )
            )
        self._place(self._document.key, self._paper, {**known, **changed})
        ops.extend(self._give_way(source))
        ops.extend(self._links())
        if self._facts and self.writes_facts:
            ops.extend(self._facts.ops())
        for group in self._groups:
            documents = [each for each in self._after.values() if each.paper in group.papers]
            ops.extend(settle(group, documents))
        if not ops:
            return []
        # A Paper has to exist before edges and guards name it, also where settling has nothing to say.
        papers = [{"key": key} for group in self._groups for key in group.papers]
        return [UpsertNodes(Label.PAPER, papers), *ops, *guards(self._groups)]

    def notices(self) -> tuple[Notice, ...]:
        """Say which other text of the paper is preferred, or which one gave way to this."""
        if self._document.kind is not DocumentKind.PAPER:
            return ()
        own = self._document.key
        now = chosen(each for each in self._after.values() if each.paper in self._group_of(self._paper).papers)
        if now and now != own:
            other = self._described(now)
            return (Notice(_SAME_PAPER, f"same paper as {other}, which is preferred: this text is linked to it"),)
        if now == own and self._chosen_before not in {None, own}:
            other = self._described(str(self._chosen_before))
            return (Notice(_SAME_PAPER, f"same paper as {other}, whose place it takes: that text stays linked"),)
        return ()

    def _described(self, key: str) -> str:
        properties = self._after[key].properties
        sources: Sequence[str] = properties.get("sources") or [f"Document/{key}"]
        return f"{sources[0]} ({properties.get('format')})"

    def _group_of(self, paper: str) -> PaperGroup:
        return next(group for group in self._groups if paper in group.papers)

    def _place(self, key: str, paper: str, properties: dict[str, Any]) -> None:
        self._after[key] = PaperDocument(key, paper, properties)

    def _give_way(self, source: str | None) -> list[WriteOp]:
        """Take the path from the Document that was read from it before, and its life with the last path."""
        old = self._superseded
        if old is None:
            return []
        paths = old.properties.get("sources") or []
        left = [path for path in paths if path != source] if source else []
        row: dict[str, Any] = {"sources": left or None}
        if not left:
            row["superseded_by"] = self._document.key
        changed = {name: value for name, value in row.items() if old.properties.get(name) != value}
        self._place(old.key, old.paper, {**old.properties, **changed})
        return [UpsertNodes(Label.DOCUMENT, [{"key": old.key, **changed, **unresolved(old)}])] if changed else []

    def _links(self) -> list[WriteOp]:
        """Link the document to its paper; a document whose title changed with the parser leaves its old one."""
        key, old = self._document.key, self._moved_from
        if self._known and not old:
            return []
        link = UpsertEdges(EdgeType.OF_PAPER, Label.DOCUMENT, Label.PAPER, [{"src": key, "dst": self._paper}])
        if not old:
            return [link]
        ref = Ref(Label.DOCUMENT, key)
        points = self._store.neighbours([ref], [EdgeType.RAISES], "out", limit_per_ref=_ALL)[ref]
        stale = [(point.key, old) for _, point in points]
        return [
            DeleteEdges(EdgeType.OF_PAPER, Label.DOCUMENT, Label.PAPER, [(key, old)]),
            DeleteEdges(EdgeType.ABOUT, Label.REVIEW_POINT, Label.PAPER, stale),
            link,
        ]

    def _document_row(self, stem: str | None, source: str | None) -> dict[str, Any]:
        """Return the Document's own properties; None where there is nothing to say."""
        known = self._known.properties if self._known else {}
        paths = sorted({*(known.get("sources") or ()), *([source] if source else [])})
        stems = sorted({each for each in (known.get("stem"), stem) if each})
        # Of two files with one content in different places, the smaller stem: no order decides.
        found: dict[str, Any] = {"sources": paths or None, "stem": stems[0] if stems else None, "superseded_by": None}
        if self._known and format_rank(str(known.get("format"))) < format_rank(self._document.format.value):
            return found  # the same bytes read as a better format before: only the path is news
        return {**_printed(self._document), **found, **self._extracted()}

    def _extracted(self) -> dict[str, Any]:
        if self._facts is None:
            return {}
        return {"written_extraction": self._facts.extraction, "extractor": self._facts.extractor}


def _commit(store: GraphStore, ops: list[WriteOp], finish: Finish | None) -> WriteReport:
    if finish:
        return store.finish([finish], ops)
    return store.write_batch(ops) if ops else WriteReport()


def _papers_of(store: GraphStore, *documents: str | None) -> set[str]:
    """Return the keys of the Papers that some Documents belong to."""
    refs = [Ref(Label.DOCUMENT, key) for key in documents if key]
    found = store.neighbours(refs, [EdgeType.OF_PAPER], "out", limit_per_ref=_ALL)
    return {node.key for pairs in found.values() for _, node in pairs}


def _printed(document: Document) -> dict[str, Any]:
    """Return what the file itself says. Empty values are absent."""
    about = document.bibliography
    decisions = [about.decision, *(review.decision for review in document.reviews)]
    ratings = [review.rating for review in document.reviews if review.rating is not None and not review.is_meta]
    row: dict[str, Any] = {
        "kind": document.kind.value,
        "format": document.format.value,
        "title": about.title,
        "authors": list(about.authors),
        "abstract": about.abstract,
        "year": about.year,
        "venue": about.venue,
        "doi": about.doi,
        "arxiv": about.arxiv,
        "openreview": about.openreview,
        "decision": next((each for each in decisions if each), None),
        "keywords": list(about.keywords),
        "scores": [float(rating) for rating in ratings],
        "text_sha256": document.text_sha256,
        "sentences": len(document.sentences),
        "pages": document.page_count,
        "parser": document.parser,
        "warnings": list(document.warnings),
    }
    return {name: None if value in ("", []) else value for name, value in row.items()}
