"""The write stage: what was prepared of one file goes into the graph, and its item comes to rest with it.

Guarantees: the last document of a file and the item's state are one transaction, so a file is marked done exactly when
all of it is in; writing the same again changes nothing. A file whose content changed supersedes what it was before,
unless another file still has that content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.schema import Label
from graph.store.interface import Claimed, Finish, GraphStore
from graph.vocabulary.document import Document
from graph.vocabulary.extraction import Extraction
from graph.write.paper import write_paper
from ingest.pipeline.prepare import PreparedFile
from ingest.sources.source import SourceFile

_ABSTRACT = "~abstract"  # CONTRACT §1


@dataclass(frozen=True)
class Written:
    """What writing one file did."""

    nodes: int = 0
    edges: int = 0
    refused: int = 0


def write_file(
    store: GraphStore,
    file: SourceFile,
    prepared: PreparedFile,
    *,
    run: str,
    claim: Claimed,
    before: str,
    properties: Mapping[str, Any],
) -> Written:
    """Write the documents of one file; *properties* are the item's when it is done.

    *before* is the key of the document that the file was when it was read last, or "".

    Raises:
        LeaseLost: the item was taken over; its new holder writes the same.
        GraphError: a document cannot be written; none of that document is in.
    """
    keys = [document.key for document in prepared.documents]
    done = Finish(claim, "done", {**properties, "stage": "write", "document": keys[0], "failure": None})
    calls = list(_calls(prepared, _superseded(store, before, keys)))
    nodes = edges = refused = 0
    for number, (document, extraction, supersedes) in enumerate(calls, start=1):
        last = number == len(calls)
        written = write_paper(
            store,
            document,
            extraction,
            run=run,
            stem=file.stem,
            source=file.real,  # not as given: the same file may be given by another path next time
            supersedes=supersedes,
            finish=done if last else None,
        )
        edges += written.report.edges
        nodes += written.report.written - written.report.edges - last  # the item is no node of the corpus
        refused += len(written.refused)
    return Written(nodes, edges, refused)


def _superseded(store: GraphStore, before: str, keys: Sequence[str]) -> list[str]:
    """Return the documents that the file was and is no longer."""
    if not before:
        return []
    old = store.get_nodes(Label.DOCUMENT, [before, before + _ABSTRACT])
    return sorted(key for key in old if key not in keys)


def _calls(prepared: PreparedFile, superseded: Sequence[str]) -> Iterator[tuple[Document, Extraction, str | None]]:
    """Yield what to write in turn; each superseded document is followed by the first one, or by one of its kind."""
    left = list(superseded)
    for document, extraction in zip(prepared.documents, prepared.extractions, strict=True):
        same = next((key for key in left if key.endswith(_ABSTRACT) == document.key.endswith(_ABSTRACT)), None)
        if same:
            left.remove(same)
        yield document, extraction, same
    for key in left:
        yield prepared.documents[0], prepared.extractions[0], key
