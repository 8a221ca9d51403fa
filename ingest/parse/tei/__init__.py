"""GROBID TEI (0.5 to 0.8) to a Document.

The text is the text content of the file in document order, tags dropped and character references resolved, nothing
else removed; title, abstract, sections, tables, formulas, citations and references are offsets over it. Boxes come from
``coords`` on ``s``, else on the ``p`` around a sentence; without them there are none.

A citation with a ``target`` names its entry as GROBID says; the others, and what GROBID left unmarked, go through
`ingest.parse.citations`.
"""

from __future__ import annotations

from lxml import etree

from graph.vocabulary.document import Document, Format
from ingest.parse.errors import UnknownShape
from ingest.parse.tei.reader import TeiReader
from ingest.parse.xml_document import document_of

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
    return document_of(reader, content=content, format=Format.TEI, parser=PARSER)
