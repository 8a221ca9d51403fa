"""What one file says, without a store: parse and extract, as ingest would."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from graph.vocabulary.document import Document, Frozen
from graph.vocabulary.extraction import Extraction, Refusal
from ingest.extract.read_document import read_document
from ingest.extract.reviews.paper_and_reviews import SpokenOfClaim, spoken_of
from ingest.parse import parse_file
from ingest.resolve.in_document import ReportedEntity, reported
from ingest.settings import EXTRACT_BY_DEFAULT, PARSE_BY_DEFAULT, ExtractSettings, ParseSettings
from ingest.sources.latex_folder import with_parts
from service.errors import WrongUse

_MAX_LATEX_BYTES = 200_000_000  # of a LaTeX paper with its parts, as ingest allows by default


class ReadPart(Frozen):
    """One document and what it states."""

    document: Document
    extraction: Extraction


class ReadDocument(ReadPart):
    """What ``patternbook read`` shows. `document` and `extraction` are those of the file itself."""

    refused: tuple[Refusal, ...] = Field(description="what was found in any of the documents and not kept, with why")
    reported: tuple[ReportedEntity, ...] = Field(
        default=(), description="what the file reports on: the names of its results, claims and proposals, grouped"
    )
    spoken_of: tuple[SpokenOfClaim, ...] = Field(
        default=(), description="which claims of the file the arguments of the reviews speak about"
    )
    also: tuple[ReadPart, ...] = Field(description="further documents of the file, and those of the reviews")


def read_files(
    file: Path,
    reviews: Path | None = None,
    *,
    parse: ParseSettings = PARSE_BY_DEFAULT,
    extract: ExtractSettings = EXTRACT_BY_DEFAULT,
    ledger: Path | None = None,
) -> ReadDocument:
    """Parse and extract *file* and, if given, the file of its *reviews*; a model's answers are kept in *ledger*.

    Raises:
        WrongUse: a file cannot be opened.
        UnreadableDocument: a file holds nothing that can be read.
        LlmError: *extract* names a language model that cannot be used.
        GrobidError: *parse* sends PDFs to a server that does not return this one.
    """
    documents = [document for each in (file, reviews) if each is not None for document in _documents(each, parse)]
    parts = [
        ReadPart(document=document, extraction=read_document(document, settings=extract, ledger=ledger))
        for document in documents
    ]
    return ReadDocument(
        document=parts[0].document,
        extraction=parts[0].extraction,
        reported=reported(parts[0].extraction),
        refused=tuple(refusal for part in parts for refusal in part.extraction.refused),
        spoken_of=tuple(
            link
            for part in parts[1:]
            for link in spoken_of(parts[0].document, parts[0].extraction, part.document, part.extraction)
        ),
        also=tuple(parts[1:]),
    )


def _documents(file: Path, parse: ParseSettings) -> list[Document]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WrongUse(f"{file} cannot be read: {error.strerror}") from error
    whole = with_parts(str(file), content, max_bytes=_MAX_LATEX_BYTES)
    return parse_file(whole, name=file.name, settings=parse)
