"""PDFs read by a GROBID server, checked page by page against PyMuPDF.

A Document of this reader has the PDF's hash for its key, the text content of GROBID's TEI for its text, and boxes from
its coordinates. Each page of the PDF is looked for in it (`coverage`); a page that GROBID left out is taken from the
rules' parse and put behind the text (`fill`), which `read_by` and a warning say. Sentences without coordinates get the
place that the rules have for them (`places`); a warning counts them, and those that stay without one.

Guarantees: one file's trouble is one `GrobidError`, whatever the server does. With `grobid_fallback` the rules read
what the server does not return; then the Document is theirs, `stand_in` is set and a warning says why. A PDF that
PyMuPDF cannot open is refused before it is sent. Not promised: the same text from two servers of one version, since
models and configuration are the server's own.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from lxml import etree

from graph.canonical import sha256_hex
from graph.vocabulary.document import Box, Document, Format, PagesRead, Sentence
from ingest.parse.errors import NoText, UnreadableDocument
from ingest.parse.grobid.coverage import missing_pages, words_of_page
from ingest.parse.grobid.errors import GrobidError, GrobidFailed, GrobidTimeout, GrobidUnavailable
from ingest.parse.grobid.fill import fill
from ingest.parse.grobid.places import find_places
from ingest.parse.grobid.server import GrobidServer, server_of
from ingest.parse.pdf import PARSER as RULES
from ingest.parse.pdf import parse_pdf
from ingest.parse.pdf.page_text import PdfFile, read_pdf
from ingest.parse.tei import read_tei
from ingest.parse.tei.header import TeiHeader
from ingest.parse.xml_text import XmlText
from ingest.settings import ParseSettings

__all__ = ["GrobidError", "GrobidFailed", "GrobidTimeout", "GrobidUnavailable", "parse_pdf_with_grobid"]

_SHOWN_PAGES = 20


def parse_pdf_with_grobid(
    content: bytes, *, name: str, settings: ParseSettings, server: GrobidServer | None = None
) -> list[Document]:
    """Read a PDF through the server that *settings* name.

    Raises:
        UnreadableDocument: PyMuPDF cannot open it, or GROBID found no text in it.
        GrobidError: the server did not return it, and the settings name no stand-in.
    """
    file = read_pdf(content, name=name)
    try:
        server = server or server_of(settings)
        root = server.fetch(content, name=name)
        return [_document(root, file, content, name=name, server=server, settings=settings)]
    except (GrobidError, NoText) as error:
        if not settings.grobid_fallback:
            raise
        return [_stand_in(document, error) for document in parse_pdf(content, name=name)]


def _stand_in(document: Document, error: GrobidError | NoText) -> Document:
    why = f"read by {document.parser} in place of GROBID, which did not return it: {type(error).__name__}: {error}"
    return document.model_copy(update={"stand_in": True, "warnings": (*document.warnings, why)})


def _document(
    root: etree._Element,
    file: PdfFile,
    content: bytes,
    *,
    name: str,
    server: GrobidServer,
    settings: ParseSettings,
) -> Document:
    version = TeiHeader(XmlText(root)).version() or server.version() or "unknown"
    parser = f"grobid/{version}" + ("+consolidated" if settings.grobid_consolidate else "")
    tei = read_tei(root, content=content, name=name)
    fields = dict(tei)
    warnings = [*file.warnings, *tei.warnings]
    missing = missing_pages(file, (str(text) for text in root.itertext()))
    sentences, lost = _with_boxes_on_pages(tei.sentences, file.page_count)
    rules = _by_rules(content, name) if missing or lost else None
    filled: list[int] = []
    if missing and rules is not None:
        filled, changed = _fill(tei.model_copy(update={"sentences": sentences}), rules, file, missing)
        fields |= changed
        sentences = changed["sentences"]
    if missing:
        warnings.append(_said_of(missing, filled))
    placed = 0
    if lost and rules is not None:
        sentences, placed = find_places(fields["text"], sentences, rules)
    if lost:
        left = f"; {lost - placed} have no place on a page" if lost > placed else ""
        warnings.append(f"GROBID gave no coordinates for {lost} sentences: {placed} were found by {RULES}{left}")
    fields |= {
        "key": sha256_hex(content),
        "format": Format.PDF,
        "parser": parser,
        "sentences": sentences,
        "page_count": file.page_count,
        "read_by": _read_by(parser, file.page_count, missing, filled),
        "warnings": tuple(warnings),
    }
    return Document.model_validate(fields)


def _by_rules(content: bytes, name: str) -> Document | None:
    """Return the rules' parse, or None where they find no text: then the warnings say what stays missing."""
    try:
        return parse_pdf(content, name=name)[0]
    except UnreadableDocument:
        return None


def _fill(tei: Document, rules: Document, file: PdfFile, missing: list[int]) -> tuple[list[int], dict[str, Any]]:
    """Return the pages that the rules could fill, and the fields that change by it."""
    words = {word for page in file.pages if page.index + 1 in missing for word in words_of_page(page)}
    changed = fill(tei, rules, missing, words)
    added = changed["text"][len(tei.text) :]
    there = set(missing_pages(file, [tei.text, added]))
    return [page for page in missing if page not in there], changed


def _said_of(missing: list[int], filled: list[int]) -> str:
    left = [page for page in missing if page not in filled]
    said = []
    if filled:
        said.append(f"GROBID left out page(s) {_listed(filled)}: read by {RULES}, at the end of the text")
    if left:
        said.append(f"GROBID left out page(s) {_listed(left)}, and the rules found little to read there")
    return "; ".join(said)


def _listed(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:_SHOWN_PAGES]))
    return shown if len(pages) <= _SHOWN_PAGES else f"{shown} and {len(pages) - _SHOWN_PAGES} more"


def _with_boxes_on_pages(sentences: tuple[Sentence, ...], page_count: int) -> tuple[tuple[Sentence, ...], int]:
    """Return *sentences* without boxes on pages that are not there, and how many have none."""
    kept = []
    for sentence in sentences:
        boxes: tuple[Box, ...] = tuple(box for box in sentence.boxes if box.page <= page_count)
        kept.append(sentence if boxes == sentence.boxes else sentence.model_copy(update={"boxes": boxes}))
    return tuple(kept), sum(not sentence.boxes for sentence in kept)


def _read_by(parser: str, page_count: int, missing: list[int], filled: list[int]) -> tuple[PagesRead, ...]:
    """Return runs of pages with one reader; a page that nobody returned is in none."""
    by_page = [(page, RULES if page in filled else parser) for page in range(1, page_count + 1)]
    read = [(page, reader) for page, reader in by_page if page in filled or page not in missing]
    found = []
    for (reader, _), run in groupby(enumerate(read), key=lambda each: (each[1][1], each[1][0] - each[0])):
        pages = [page for _, (page, _) in run]
        found.append(PagesRead(reader=reader, first=pages[0], last=pages[-1]))
    return tuple(found)
