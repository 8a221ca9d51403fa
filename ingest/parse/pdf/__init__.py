"""PDF to a Document, by the geometry of the page: PyMuPDF and rules, with its layout model where the settings want it.

Steps: segments of each page (`page_text`), heads and feet away (`furniture`), rows in reading order
(`reading_order`), what each row is (`classify`; `layout_model` corrects it on request), and the text built with
the box of every word kept (`rebuild`). Sections stand in reading order; captions, tables and footnotes follow the one
they were met in, so that its running text stays whole.

Guarantees: deterministic; each sentence carries one box for each line and page it was printed on; a page that cannot
be read is skipped with a warning. Not done: text in images. PyMuPDF is AGPL: another reader needs `page_text` and
`layout_model` only.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from graph.vocabulary.document import Document
from ingest.parse.pdf.assemble import assemble
from ingest.parse.pdf.page_text import read_pdf
from ingest.settings import PdfReader

PARSER = "pymupdf-rules/3"


def parse_pdf(content: bytes, *, name: str, reader: PdfReader = PdfReader.RULES) -> list[Document]:
    """Read a PDF by the rules, and where *reader* says so with the layout model on all pages or on doubtful ones.

    Raises:
        Encrypted: a password is needed.
        Damaged: cut off or broken.
        NoText: scanned, or with fonts that do not say which letters they show.
    """
    with _collector_paused():
        return [assemble(read_pdf(content, name=name), content=content, name=name, parser=PARSER, reader=reader)]


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Hold Python's cycle collector: some 10^5 words live until the end, hold no cycles, and would be visited often."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
