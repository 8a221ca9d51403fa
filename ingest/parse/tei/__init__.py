"""GROBID TEI (0.5 to 0.8) to a Document.

The text is the text content of the file in document order, tags dropped and character references resolved, nothing
else removed; title, abstract, sections, tables, formulas, citations and references are offsets over it. Boxes come from
``coords`` on ``s``, else on the ``p`` around a sentence; without them there are none.

A citation with a ``target`` names its entry as GROBID says; the others, and what GROBID left unmarked, go through
`ingest.parse.citations`.
"""

from __future__ import annotations

from lxml import etree

from graph.canonical import sha256_hex
from graph.vocabulary.document import Document, DocumentKind, Format
from ingest.parse.errors import UnknownShape
from ingest.parse.tei.reader import TeiReader

PARSER = "tei/2"


def read_tei(root: etree._Element, *, content: bytes, name: str) -> Document:
    """Read a tree that `read_xml` made of *content*.

    Raises:
        UnknownShape: XML, but not TEI.
        NoText: neither title, abstract nor body.
    """
    if etree.QName(root).localname != "TEI":
        raise UnknownShape(
            f"{name} is XML with the root <{etree.QName(root).localname}>, neither TEI nor JATS: give one of these"
        )
    reader = TeiReader(root, name)
    return Document(
        key=sha256_hex(content),
        kind=DocumentKind.PAPER,
        format=Format.TEI,
        parser=PARSER,
        text=reader.text,
        bibliography=reader.bibliography,
        sections=reader.parts.sections,
        sentences=reader.parts.sentences,
        references=reader.references,
        citations=reader.citations(),
        tables=tuple(reader.tables),
        formulas=tuple(reader.formulas),
        warnings=tuple(reader.warnings),
    )
