"""The extract stage as the settings want it: trained components and rules, then a language model where one is set."""

from __future__ import annotations

from pathlib import Path

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import Extraction
from ingest.extract.extractor import extract
from ingest.settings import EXTRACT_BY_DEFAULT, ExtractSettings


def read_document(
    document: Document, *, settings: ExtractSettings = EXTRACT_BY_DEFAULT, ledger: Path | None = None
) -> Extraction:
    """Return what *document* states; a model's answers are kept in the file *ledger*.

    Raises:
        LlmError: a model is set and cannot be used, or its budget is spent.
        DamagedWeights: a trained component is not what its manifest says.
    """
    extraction = extract(document, settings=settings)
    if settings.llm is None:
        return extraction
    from ingest.extract.llm import Ledger, read_with_llm

    if ledger is None:
        raise ValueError("a language model needs a ledger")
    return read_with_llm(document, extraction, settings.llm, Ledger(ledger))
