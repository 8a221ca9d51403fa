"""From what a reader found in an XML file to a Document: the same for TEI and JATS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from graph.canonical import sha256_hex
from graph.vocabulary.document import (
    Bibliography,
    Citation,
    Document,
    DocumentKind,
    Format,
    Formula,
    Reference,
    Table,
)
from ingest.parse.parts import Parts


class XmlReader(Protocol):
    """A reader that has read its file."""

    text: str
    parts: Parts
    tables: list[Table]
    formulas: list[Formula]
    warnings: list[str]

    @property
    def bibliography(self) -> Bibliography:
        """What the file says of the work."""

    @property
    def references(self) -> Sequence[Reference]:
        """The entries of the bibliography."""

    def citations(self) -> tuple[Citation, ...]:
        """Return the places that cite."""


def document_of(reader: XmlReader, *, content: bytes, format: Format, parser: str) -> Document:
    """Return the Document of a paper, keyed by its *content*."""
    return Document(
        key=sha256_hex(content),
        kind=DocumentKind.PAPER,
        format=format,
        parser=parser,
        text=reader.text,
        bibliography=reader.bibliography,
        sections=reader.parts.sections,
        sentences=reader.parts.sentences,
        references=tuple(reader.references),
        citations=reader.citations(),
        tables=tuple(reader.tables),
        formulas=tuple(reader.formulas),
        warnings=tuple(reader.warnings),
    )
