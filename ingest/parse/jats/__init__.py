"""JATS XML (and NLM's DTD before it; archiving, publishing, authoring) to a Document.

The text is the text content of the file in document order, tags dropped and entities resolved, nothing else removed;
title, abstract, sections, captions, tables, formulas, citations and references are offsets over it. A formula that is
given twice (MathML and TeX) stands twice in the text. Elements are found by local name, so namespaces may be there or
not, and the article may be wrapped (``pmc-articleset``, an OAI record); of several articles the first is read.

Not done: ``sub-article`` and ``response`` (their text is in the document's, in no section), and figures as images.
"""

from __future__ import annotations

from lxml import etree

from graph.vocabulary.document import Document, Format
from ingest.parse.errors import UnknownShape
from ingest.parse.jats.reader import JatsReader
from ingest.parse.xml_document import document_of
from ingest.parse.xml_text import child_of, children, descendants, local_name

PARSER = "jats/1"


def is_jats(root: etree._Element) -> bool:
    """Say whether *root* is an article of JATS, or holds one."""
    return _article(root) is not None


def read_jats(root: etree._Element, *, content: bytes, name: str) -> Document:
    """Read a tree that `read_xml` made of *content*.

    Raises:
        UnknownShape: XML, but not JATS.
        NoText: neither title, abstract nor body.
    """
    article = _article(root)
    if article is None:
        raise UnknownShape(f"{name} is XML with the root <{local_name(root)}> and holds no article of JATS")
    reader = JatsReader(root, article, name)
    return document_of(reader, content=content, format=Format.JATS, parser=PARSER)


def _article(root: etree._Element) -> etree._Element | None:
    candidates = [root] if local_name(root) == "article" else descendants(root, "article")
    return next((each for each in candidates if _looks_like_one(each)), None)


def _looks_like_one(article: etree._Element) -> bool:
    """DocBook has an ``article`` too, but no ``article-meta`` and no ``body``."""
    body = child_of(article, "body")
    return child_of(article, "front", "article-meta") is not None or (
        body is not None and next(children(body, "sec", "p"), None) is not None
    )
