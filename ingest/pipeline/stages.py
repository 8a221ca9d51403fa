"""The stages that ship: `ingest.parse` and `ingest.extract`, and their versions.

The versions stand here as text, because an ingest that finds nothing to do must know them and must not import the
stages (spaCy alone costs two seconds). A test holds them equal to what the parsers and the extractor say of themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.pipeline.task import Versions
from ingest.settings import EXTRACT_BY_DEFAULT, PARSE_BY_DEFAULT, Components, ExtractSettings, ParseSettings

if TYPE_CHECKING:
    from graph.vocabulary.document import Document
    from graph.vocabulary.extraction import Extraction

SHIPPED = "ingest.pipeline.stages:shipped"

PARSERS = (
    "jats/1",
    "latex/1",
    "markdown/2",
    "plain-text/1",
    "pymupdf-rules/3",
    "reviews-json/2",
    "reviews-markdown/1",
    "tei/2",
)
EXTRACTOR = "rules/6"

LEDGER = "llm.sqlite"
"""The file under HOME that keeps a language model's answers."""


class Parse(Protocol):
    """The parse stage: `ingest.parse.parse_file`."""

    def __call__(self, content: bytes, *, name: str) -> list[Document]:
        """Return the documents in *content*; *name* is the file's folder and name."""


class Extract(Protocol):
    """The extract stage: `ingest.extract.extract`."""

    def __call__(self, document: Document, /) -> Extraction:
        """Return what *document* states."""


@dataclass(frozen=True)
class Stages:
    """The two stages that depend on nothing but the file."""

    parse: Parse
    extract: Extract


def shipped(parse: ParseSettings, extract: ExtractSettings, home: Path) -> Stages:
    """Return the stages as the settings want them; imports what they are made of. Answers of a model stay in *home*."""
    from ingest.extract.read_document import read_document
    from ingest.parse import parse_file

    return Stages(
        parse=partial(parse_file, settings=parse),
        extract=partial(read_document, settings=extract, ledger=home / LEDGER),
    )


def shipped_versions(
    parse: ParseSettings = PARSE_BY_DEFAULT, extract: ExtractSettings = EXTRACT_BY_DEFAULT
) -> Versions:
    """Return the versions of the shipped stages: other settings and weights make another artefact of the same file."""
    from ingest.extract.weights.installed import installed_weights

    weights = installed_weights() if extract.components is Components.TRAINED else ""
    named = (EXTRACTOR, f"weights={weights}" if weights else "", extract.version)
    return Versions(
        parse=" ".join((*PARSERS, parse.version)).rstrip(), extract=" ".join(part for part in named if part)
    )
