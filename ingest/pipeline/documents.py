"""Parsed Documents in HOME: found again by what their node says, the key and the parser.

Every text that was parsed is kept, also of files that have changed since: an old quote can be shown in its place.
"""

from __future__ import annotations

from typing import Protocol

from pydantic import ValidationError

from graph.canonical import content_hash
from graph.vocabulary.document import Document

STAGE = "document"


class Artefacts(Protocol):
    """The part of `graph.home.Home` that the pipeline needs."""

    def put_bytes(self, content: bytes) -> str:
        """Keep *content* under its hash."""

    def read_artefact(self, stage: str, key: str) -> bytes | None:
        """Return an artefact or None."""

    def write_artefact(self, stage: str, key: str, content: bytes) -> None:
        """Keep an artefact."""


def keep_document(home: Artefacts, document: Document) -> str:
    """Keep *document* and return the key of its artefact.

    Raises:
        HomeError: it cannot be written.
    """
    key = content_hash([document.key, document.parser])
    home.write_artefact(STAGE, key, document.model_dump_json().encode())
    return key


def load_document(home: Artefacts, *, key: str, parser: str) -> Document | None:
    """Return the text of the Document node with that *key* and *parser*, or None where HOME does not have it."""
    return read_document(home, content_hash([key, parser]))


def read_document(home: Artefacts, artefact: str) -> Document | None:
    """Return the Document that `keep_document` kept under *artefact*, or None."""
    content = home.read_artefact(STAGE, artefact)
    try:
        return Document.model_validate_json(content) if content is not None else None
    except ValidationError:
        return None  # damaged: as good as gone, and whoever parses the file again replaces it
