"""What an ingest with a language model would cost: the files are read and cut, and nothing is asked or stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from graph.vocabulary.document import Document, Frozen
from ingest.extract.llm import Estimate, Ledger, estimate
from ingest.parse import UnreadableDocument, parse_file
from ingest.settings import IngestSettings
from ingest.sources import list_sources
from ingest.sources.errors import SourceError
from ingest.sources.read import read_source
from service.errors import WrongUse


class EstimateDocument(Frozen):
    """What ``patternbook ingest --estimate`` prints. Token counts are upper bounds."""

    files: int = Field(ge=0)
    unreadable: int = Field(ge=0, description="files that cannot be read; ingest says why")
    estimate: Estimate
    fits: bool = Field(description="whether the budget of tokens and money holds all of it")


def estimate_files(paths: Sequence[Path], settings: IngestSettings, ledger: Path) -> EstimateDocument:
    """Return what reading *paths* with the language model of *settings* would cost.

    Raises:
        WrongUse: the settings name no model.
        NoSuchSource: a path does not exist.
    """
    llm = settings.extract.llm
    if llm is None:
        raise WrongUse("there is nothing to estimate: no language model is set (llm_base_url and llm_model)")
    files = list_sources(paths, settings).files
    documents: list[Document] = []
    unreadable = 0
    for file in files:
        try:
            content = read_source(file.path, max_bytes=settings.max_file_bytes).content
            documents += parse_file(content, name=Path(file.path).name, settings=settings.parse)
        except (UnreadableDocument, SourceError):
            unreadable += 1
    found = estimate(documents, llm, Ledger(ledger))
    return EstimateDocument(files=len(files), unreadable=unreadable, estimate=found, fits=found.fits)
