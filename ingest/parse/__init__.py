"""Files to Documents. `parse_file` is the only way in.

Guarantees: a pure function of (bytes, name, settings); the same input gives the same Documents on every machine,
except where the settings send PDFs to a GROBID server: then its version is in `Document.parser`. A file that cannot be
read raises one of the errors of `ingest.parse.errors`, each a sentence with what to do; what was skipped in
a file that could be read stands in `Document.warnings`. Parsers are imported when a file of their kind arrives:
importing this package costs nothing.

Not done: fetching, matching a review with its paper, and the text in images.
"""

from __future__ import annotations

from graph.vocabulary.document import Document, Format
from ingest.parse.detect import SUFFIXES, Kind, decode, detect
from ingest.parse.errors import (
    Damaged,
    EmptyFile,
    Encrypted,
    NoText,
    NotUtf8,
    UnknownShape,
    UnreadableDocument,
    WrongSuffix,
)
from ingest.settings import PARSE_BY_DEFAULT, ParseSettings, PdfReader

__all__ = [
    "SUFFIXES",
    "Damaged",
    "EmptyFile",
    "Encrypted",
    "NoText",
    "NotUtf8",
    "UnknownShape",
    "UnreadableDocument",
    "WrongSuffix",
    "parse_file",
]


def parse_file(content: bytes, *, name: str, settings: ParseSettings = PARSE_BY_DEFAULT) -> list[Document]:
    """Read one file. *name* is its name, for the suffix and the pattern of review files; the content decides.

    Returns one Document, or two for a review file that also carries the paper's title and abstract.

    Raises:
        UnreadableDocument: one of the errors of `ingest.parse.errors`.
        GrobidError: the settings send PDFs to a server that does not return this one.
    """
    kind = detect(content, name=name)
    if kind is Kind.PDF:
        return _parse_pdf(content, name=name, settings=settings)
    if kind is Kind.XML:
        return _parse_xml(content, name=name)
    if kind is Kind.LATEX:
        from ingest.parse.latex import parse_latex

        return parse_latex(content, name=name)
    text = decode(content, name=name)
    if kind is Kind.JSON:
        from ingest.parse.reviews_json import parse_reviews_json

        return parse_reviews_json(text, content=content, name=name)
    return _parse_text(text, kind, content=content, name=name)


def _parse_pdf(content: bytes, *, name: str, settings: ParseSettings) -> list[Document]:
    if settings.pdf_reader is PdfReader.GROBID:
        from ingest.parse.grobid import parse_pdf_with_grobid

        return parse_pdf_with_grobid(content, name=name, settings=settings)
    from ingest.parse.pdf import parse_pdf

    return parse_pdf(content, name=name, reader=settings.pdf_reader)


def _parse_xml(content: bytes, *, name: str) -> list[Document]:
    from ingest.parse.jats import is_jats, read_jats
    from ingest.parse.tei import read_tei
    from ingest.parse.xml_text import read_xml

    root = read_xml(content, name=name, advice="make or fetch it again")
    read = read_jats if is_jats(root) else read_tei
    return [read(root, content=content, name=name)]


def _parse_text(text: str, kind: Kind, *, content: bytes, name: str) -> list[Document]:
    from ingest.parse.markdown import parse_markdown
    from ingest.parse.plain_text import parse_plain_text
    from ingest.parse.review_markdown import is_review_text, parse_review_markdown

    if is_review_text(text, name=name):
        format = Format.MARKDOWN if kind is Kind.MARKDOWN else Format.TEXT
        return parse_review_markdown(text, content=content, format=format)
    if kind is Kind.MARKDOWN:
        return parse_markdown(text, content=content)
    return parse_plain_text(text, content=content)
