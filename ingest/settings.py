"""What an ingest may be told. Defaults are those of the contract; every number says its unit."""

from __future__ import annotations

import os
from enum import StrEnum

from pydantic import Field, SecretStr

from graph.canonical import content_hash
from graph.vocabulary.document import Frozen


def _cpu_count() -> int:
    """Return how many CPUs this process may use, which in a container is fewer than the machine has."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class PdfReader(StrEnum):
    """Who reads PDFs."""

    RULES = "rules"
    LAYOUT = "layout"
    RULES_LAYOUT = "rules+layout"
    GROBID = "grobid"


class ParseSettings(Frozen):
    """What decides what is read from a file, beside its bytes and its name. Travels to the workers as it is."""

    pdf_reader: PdfReader = Field(default=PdfReader.RULES, description="who reads PDFs")
    grobid_url: str | None = Field(default=None, description="the server that reads PDFs where `pdf_reader` says so")
    grobid_consolidate: bool = Field(
        default=False, description="let the server look titles and references up outside; it then tells others of them"
    )
    grobid_timeout_s: float = Field(
        default=180, gt=0, description="time for one request, as GROBID's own client has it"
    )
    grobid_attempts: int = Field(
        default=8, ge=1, description="how often a file is sent to a server that is busy or does not answer"
    )
    grobid_concurrency: int = Field(
        default=4, ge=1, description="requests at a time from this machine, whatever the number of workers"
    )
    grobid_fallback: bool = Field(
        default=False, description="a PDF that the server does not return is read by the rules instead of failing"
    )

    @property
    def version(self) -> str:
        """What of these settings makes another text of the same bytes; empty for the default. Part of artefact keys."""
        if self.pdf_reader is PdfReader.RULES:
            return ""
        consolidated = "+consolidated" if self.pdf_reader is PdfReader.GROBID and self.grobid_consolidate else ""
        return f"pdf-reader={self.pdf_reader}{consolidated}"


PARSE_BY_DEFAULT = ParseSettings()


class Components(StrEnum):
    """Who extracts. The rules read what the trained components leave."""

    TRAINED = "trained"
    RULES = "rules"


class LlmSettings(Frozen):
    """Settings of the optional reader. Prices are in any one currency; the budget is in the same."""

    base_url: str = Field(description="an OpenAI-compatible endpoint, e.g. 'http://127.0.0.1:8000/v1'")
    model: str = Field(min_length=1, description="the name that the endpoint knows it by")
    api_key: SecretStr = Field(default=SecretStr("none"), description="many local servers want any key")
    max_tokens: int = Field(
        default=1_000_000, gt=0, description="budget: tokens sent and received, over the life of the ledger"
    )
    max_cost: float | None = Field(default=None, gt=0, description="budget: money; None: only tokens count")
    price_in: float = Field(default=0.0, ge=0, description="price of a million tokens sent")
    price_out: float = Field(default=0.0, ge=0, description="price of a million tokens received")
    answer_tokens: int = Field(default=2000, gt=0, description="the longest answer to one passage")
    concurrency: int = Field(default=4, ge=1, le=64, description="requests at a time, of one process")
    timeout_s: float = Field(default=120, gt=0, description="for one request")
    retries: int = Field(default=6, ge=0, description="of one request, on 408, 409, 429, 5xx and lost connections")

    @property
    def identity(self) -> str:
        """A hash of what decides an answer: the model and the length it may have. Keys and budgets are no part."""
        return content_hash([self.model, self.answer_tokens])

    def cost(self, sent: int, received: int) -> float:
        """Return the price of so many tokens."""
        return (sent * self.price_in + received * self.price_out) / 1_000_000


class ExtractSettings(Frozen):
    """What decides what is extracted from a document. Travels to the workers as it is."""

    components: Components = Field(
        default=Components.TRAINED, description="trained components with the rules, or the rules alone"
    )
    appendices: bool = Field(default=False, description="let the trained components read what follows the references")
    llm: LlmSettings | None = Field(default=None, description="a language model that reads too; None: no model")

    @property
    def version(self) -> str:
        """What of these settings gives another extraction of the same document; empty for the default."""
        parts = []
        if self.components is not Components.TRAINED:
            parts.append(f"components={self.components}")
        if self.appendices:
            parts.append("appendices")
        if self.llm is not None:
            parts.append(f"llm={self.llm.identity}")
        return " ".join(parts)


EXTRACT_BY_DEFAULT = ExtractSettings()


class IngestSettings(Frozen):
    """Settings of one ingest run. Only `parse` and `extract` change what is read, the others whether it is."""

    parse: ParseSettings = PARSE_BY_DEFAULT
    extract: ExtractSettings = EXTRACT_BY_DEFAULT

    include: tuple[str, ...] = Field(
        default=(), description="shell patterns; of a folder, only files that match one are read; empty: all"
    )
    exclude: tuple[str, ...] = Field(default=(), description="folders that are never entered, e.g. HOME itself")
    max_file_mb: float = Field(default=200, gt=0, description="a larger file fails without being read")
    workers: int = Field(
        default_factory=_cpu_count, ge=0, description="child processes that parse and extract; 0: in this process"
    )
    file_timeout_s: float = Field(
        default=600, gt=0, description="time for one file; a worker that takes longer is stopped"
    )
    worker_memory_mb: int = Field(
        default=4096, ge=256, description="memory a worker may use for data; a file that needs more fails"
    )
    max_attempts: int = Field(
        default=2, ge=1, description="how often a file may kill its worker before it is quarantined"
    )
    lease_s: float = Field(default=120, gt=0, description="how long a claim lasts without a sign of life")
    poll_s: float = Field(default=0.5, gt=0, description="how often to look whether another ingest has finished a file")

    @property
    def max_file_bytes(self) -> int:
        """The size limit in bytes."""
        return int(self.max_file_mb * 1_000_000)
