"""Notices read from the graph after the work, so that they do not depend on order and are said again next time.

* ``duplicate``: two files with the same bytes; the Document names both.
* ``same paper``: another text of the same paper is the one whose facts are read.
* ``orphan review``: reviews of a paper whose text is not here; they wait for it.
* ``partly read``: what the parser could not read of a file that is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Node
from graph.vocabulary.document import DocumentKind
from ingest.sources.remark import Remark
from ingest.sources.source import SourceFile

_BATCH = 500
_MANY = 10_000


def notices(store: GraphStore, files: Sequence[SourceFile], items: Mapping[str, Node]) -> Iterator[Remark]:
    """Yield what is to be said of the *files* that are in; *items* are theirs, by key."""
    done = [file for file in files if file.key in items and items[file.key].properties.get("state") == "done"]
    yield from _duplicates(done, items)
    for start in range(0, len(done), _BATCH):
        part = done[start : start + _BATCH]
        keys = {file.key: str(items[file.key].properties.get("document") or "") for file in part}
        documents = store.get_nodes(Label.DOCUMENT, sorted({key for key in keys.values() if key}))
        known = [(file, documents[keys[file.key]]) for file in part if keys[file.key] in documents]
        yield from _partly_read(known)
        papers = _papers(store, [document for _, document in known if _needs_its_paper(document)])
        yield from _same_paper(store, known, papers)
        yield from _orphans(store, known, papers)


def _duplicates(files: Sequence[SourceFile], items: Mapping[str, Node]) -> Iterator[Remark]:
    first: dict[str, SourceFile] = {}
    for file in files:
        known = first.setdefault(str(items[file.key].properties.get("content")), file)
        if known is not file:
            yield Remark(source=file.source, kind="duplicate", message=f"the same content as {known.source}")


def _partly_read(known: Iterable[tuple[SourceFile, Node]]) -> Iterator[Remark]:
    for file, document in known:
        for warning in document.properties.get("warnings") or ():
            yield Remark(source=file.source, kind="partly read", message=str(warning))


def _is_review(document: Node) -> bool:
    return document.properties.get("kind") == DocumentKind.REVIEW


def _is_shadowed(document: Node) -> bool:
    return not _is_review(document) and not document.properties.get("extraction")


def _needs_its_paper(document: Node) -> bool:
    return _is_review(document) or _is_shadowed(document)


def _papers(store: GraphStore, documents: Sequence[Node]) -> dict[str, Node]:
    """Return the Paper of each document, by the document's key."""
    found = store.neighbours([document.ref for document in documents], [EdgeType.OF_PAPER], "out", limit_per_ref=1)
    return {ref.key: others[0][1] for ref, others in found.items() if others}


def _same_paper(
    store: GraphStore, known: Sequence[tuple[SourceFile, Node]], papers: Mapping[str, Node]
) -> Iterator[Remark]:
    shadowed = [(file, papers[doc.key]) for file, doc in known if _is_shadowed(doc) and doc.key in papers]
    chosen = {str(paper.properties.get("extracted")) for _, paper in shadowed if paper.properties.get("extracted")}
    documents = store.get_nodes(Label.DOCUMENT, sorted(chosen))
    for file, paper in shadowed:
        best = documents.get(str(paper.properties.get("extracted")))
        sources = (best.properties.get("sources") or ["another file"]) if best else ["another file"]
        title = paper.properties.get("title") or paper.key
        message = f"another text of {title!r}; facts are read from {sources[0]}"
        yield Remark(source=file.source, kind="same paper", message=message)


def _orphans(
    store: GraphStore, known: Sequence[tuple[SourceFile, Node]], papers: Mapping[str, Node]
) -> Iterator[Remark]:
    reviews = [(file, papers[doc.key].ref) for file, doc in known if _is_review(doc) and doc.key in papers]
    if not reviews:
        return
    groups = _groups(store, sorted({paper for _, paper in reviews}))
    members = sorted({member for group in groups.values() for member in group})
    texts = store.neighbours(members, [EdgeType.OF_PAPER], "in", limit_per_ref=_MANY)
    with_text = {
        member
        for member, found in texts.items()
        if any(
            node.properties.get("kind") == DocumentKind.PAPER and not node.properties.get("superseded_by")
            for _, node in found
        )
    }
    for file, paper in reviews:
        if not any(member in with_text for member in groups[paper]):
            message = "the text of the paper it reviews is not here; it is kept and joins the paper when that arrives"
            yield Remark(source=file.source, kind="orphan review", message=message)


def _groups(store: GraphStore, papers: Sequence[Ref]) -> dict[Ref, list[Ref]]:
    """Return, for each paper, all papers it was merged with, itself included."""
    first = store.neighbours(papers, [EdgeType.MERGED_INTO], "both", limit_per_ref=_MANY)
    near = {paper: sorted({paper, *(node.ref for _, node in found)}) for paper, found in first.items()}
    # Every member of a group points at its smallest key, so two steps reach all of them.
    second = store.neighbours(
        sorted({each for group in near.values() for each in group}),
        [EdgeType.MERGED_INTO],
        "both",
        limit_per_ref=_MANY,
    )
    return {
        paper: sorted({*group, *(node.ref for member in group for _, node in second[member])})
        for paper, group in near.items()
    }
