"""PDF to a Document, by the geometry of the page: PyMuPDF and rules, no model.

Steps: segments of each page (`page_text`), heads and feet away (`furniture`), rows in reading order
(`reading_order`), what each row is (`front_page`, `floats`, `section_headings`), and the text built again with the box
of every word kept (`rebuild`). Sections stand in reading order; captions, tables and footnotes follow the section
they were met in, so that its running text stays whole.

Guarantees: deterministic; each sentence carries one box for each line and page it was printed on; a page that cannot
be read is skipped with a warning. Not done: formulas as formulas, tables as tables, text in images. PyMuPDF is AGPL:
another reader needs `page_text` only.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from graph.vocabulary.document import Document
from ingest.parse.pdf.assemble import assemble
from ingest.parse.pdf.page_text import read_pdf

PARSER = "pymupdf-rules/3"


def parse_pdf(content: bytes, *, name: str) -> list[Document]:
    """Read a PDF.

    Raises:
        Encrypted: a password is needed.
        Damaged: cut off or broken.
        NoText: scanned, or with fonts that do not say which letters they show.
    """
    with _collector_paused():
        return [assemble(read_pdf(content, name=name), content=content, name=name, parser=PARSER)]


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
