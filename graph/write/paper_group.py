"""Which text of a work is the one that counts, and what its Paper says: computed from its Documents, in any order.

A *group* is a Paper with those that resolve has merged with it. One paper text of the group has live facts: the best by
format, then by content hash; abstract-only texts come last, and a text that was never extracted is passed over. Reviews
always have theirs. The facts of every text are written whatever its rank, so that changing the choice changes one
property (`Document.extraction`), needs no file, and leaves the same graph whichever text came first.

A Paper's properties are those of its best Document; what that one lacks comes from the next, reviews last. The
canonical Paper of a group (smallest key) speaks for the whole group, the others for their own Documents, so that an
undone merge finds everything in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Guard, Node, UpsertNodes, WriteOp
from graph.vocabulary.document import DocumentKind, Format

Properties = Mapping[str, Any]

_ALL = 1_000_000
_FORMATS = {format.value: rank for rank, format in enumerate(Format)}
_FROM_DOCUMENTS = ("title", "authors", "year", "venue", "doi", "arxiv", "openreview")


@dataclass(frozen=True)
class PaperDocument:
    """A Document with the key of the Paper it belongs to."""

    key: str
    paper: str
    properties: Properties

    @property
    def is_review(self) -> bool:
        """Whether it is a file of reviews."""
        return self.properties.get("kind") == DocumentKind.REVIEW.value

    @property
    def is_live(self) -> bool:
        """Whether no other Document has taken its place."""
        return not self.properties.get("superseded_by")

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """Smaller is better; reviews come after all texts."""
        kind = self.properties.get("kind")
        return (
            self.is_review,
            kind == DocumentKind.ABSTRACT.value,
            _FORMATS.get(self.properties.get("format", ""), len(_FORMATS)),
            self.key,
        )


@dataclass(frozen=True)
class PaperGroup:
    """Papers that are one work, as read from the store. A Paper that is yet to be written has no properties."""

    papers: Mapping[str, Properties | None]
    documents: Mapping[str, PaperDocument]

    @property
    def canonical(self) -> str:
        """The smallest key."""
        return min(self.papers)


def format_rank(format: str) -> int:
    """Return the place of a format in the order of preference, 0 the best."""
    return _FORMATS.get(format, len(_FORMATS))


def read_groups(store: GraphStore, papers: Iterable[str]) -> list[PaperGroup]:
    """Return the groups that hold *papers*, whether they exist or not, by canonical key.

    The revision of each Paper is read before its merges and Documents, so that `guards` refuses a write that rests on
    anything older.
    """
    stored: dict[str, Node] = {}
    groups: list[set[str]] = []
    for paper in sorted(set(papers)):
        if not any(paper in group for group in groups):
            groups.append(_merged_with(store, paper, stored))
    return [_with_documents(store, group, stored) for group in sorted(groups, key=min)]


def settle(group: PaperGroup, documents: Iterable[PaperDocument]) -> list[WriteOp]:
    """Return the operations that make *group* say what *documents*, its Documents after this write, say.

    Nothing is returned for what is so already, as the Documents are in *group*.
    """
    after = sorted(documents, key=lambda each: each.rank)
    best = chosen(after)
    ops: list[WriteOp] = []
    rows = []
    for document in after:
        live = document.is_live and (document.is_review or document.key == best)
        extraction = document.properties.get("written_extraction") if live else None
        before = group.documents.get(document.key)
        known = before.properties.get("extraction") if before else None
        if known != extraction:
            rows.append({"key": document.key, "extraction": extraction, **unresolved(document)})
    if rows:
        ops.append(UpsertNodes(Label.DOCUMENT, rows))
    for paper, properties in group.papers.items():
        own = after if paper == group.canonical else [each for each in after if each.paper == paper]
        row = _paper_row(own, best)
        changed = {name: value for name, value in row.items() if (properties or {}).get(name) != value}
        if changed or properties is None:
            ops.append(UpsertNodes(Label.PAPER, [{"key": paper, **changed}]))
    return ops


def unresolved(document: PaperDocument | None) -> dict[str, Any]:
    """Return what tells resolve to look at a Document: its revision tells a later change from an earlier one.

    *document* is as it was read, or None where it is new.
    """
    known = document.properties.get("revision") if document else None
    return {"resolved": False, "revision": (known or 0) + 1}


def guards(groups: Iterable[PaperGroup]) -> list[WriteOp]:
    """Return operations that fail when another writer touched one of the Papers since they were read.

    The Papers must exist by then: put these after the operations that create them.
    """
    return [
        Guard(Ref(Label.PAPER, key), "revision", found, (found or 0) + 1)
        for group in groups
        for key, properties in group.papers.items()
        for found in [(properties or {}).get("revision")]
    ]


def chosen(documents: Iterable[PaperDocument]) -> str | None:
    """Return the key of the paper text whose facts are to be live, or None while none was extracted."""
    texts = [each for each in documents if not each.is_review and each.is_live]
    extracted = [each for each in texts if each.properties.get("written_extraction")]
    return min(extracted, key=lambda each: each.rank).key if extracted else None


def _merged_with(store: GraphStore, paper: str, stored: dict[str, Node]) -> set[str]:
    """Return the Papers merged with *paper* and itself; adds what was read to *stored*."""
    group, border = {paper}, [paper]
    while border:
        stored |= store.get_nodes(Label.PAPER, border)
        refs = [Ref(Label.PAPER, key) for key in border]
        found = store.neighbours(refs, [EdgeType.MERGED_INTO], "both", limit_per_ref=_ALL)
        border = sorted({node.key for pairs in found.values() for _, node in pairs} - group)
        group.update(border)
    return group


def _with_documents(store: GraphStore, papers: Iterable[str], stored: Mapping[str, Node]) -> PaperGroup:
    keys = sorted(papers)
    refs = [Ref(Label.PAPER, key) for key in keys if key in stored]
    found = store.neighbours(refs, [EdgeType.OF_PAPER], "in", limit_per_ref=_ALL)
    documents = {
        node.key: PaperDocument(node.key, ref.key, node.properties) for ref in refs for _, node in found.get(ref, [])
    }
    return PaperGroup({key: stored[key].properties if key in stored else None for key in keys}, documents)


def _paper_row(documents: Sequence[PaperDocument], best: str | None) -> dict[str, Any]:
    """Return a Paper's properties from its Documents in rank order; None removes one."""
    live = [each for each in documents if each.is_live]
    reviews = [each for each in live if each.is_review]  # in order of their keys: rank ends in the key
    row: dict[str, Any] = {}
    for name in _FROM_DOCUMENTS:
        row[name] = next((each.properties[name] for each in live if each.properties.get(name)), None)
    row["decision"] = next(
        (each.properties["decision"] for each in [*reviews, *live] if each.properties.get("decision")), None
    )
    row["scores"] = [score for each in reviews for score in each.properties.get("scores") or ()] or None
    row["extracted"] = best if any(each.key == best for each in live) else None
    return row
