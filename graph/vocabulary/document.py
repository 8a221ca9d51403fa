"""A Document: one parsed file, as text plus offsets over it.

Guarantees: structure never alters the text. `Section` and `Sentence` are ranges over `Document.text`, so whatever is
quoted can be checked by slicing. A paper, its abstract-only stand-in and a review file are all Documents.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from graph.canonical import sha256_hex


class Frozen(BaseModel):
    """Base of every model that crosses a seam: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DocumentKind(StrEnum):
    """What the text is: a whole paper, only its title and abstract, or a file of reviews."""

    PAPER = "paper"
    ABSTRACT = "abstract"
    REVIEW = "review"


class Format(StrEnum):
    """Where a text came from, in order of preference: the first format of a paper is the one extracted."""

    PDF = "pdf"
    TEI = "tei"
    JATS = "jats"
    LATEX = "latex"
    MARKDOWN = "markdown"
    TEXT = "text"
    JSON = "json"


class Box(Frozen):
    """A rectangle on a page: 1-based page, PDF points, origin top left, unrotated."""

    page: int = Field(ge=1)
    x0: float
    y0: float
    x1: float
    y1: float


class SectionRole(StrEnum):
    """What a part of a document is for. `BODY` where nothing more is known."""

    TITLE = "title"
    AUTHORS = "authors"
    ABSTRACT = "abstract"
    BODY = "body"
    REFERENCES = "references"
    APPENDIX = "appendix"
    CAPTION = "caption"
    TABLE = "table"
    FOOTNOTE = "footnote"
    REVIEW_SUMMARY = "review_summary"
    REVIEW_STRENGTHS = "review_strengths"
    REVIEW_WEAKNESSES = "review_weaknesses"
    REVIEW_QUESTIONS = "review_questions"
    REVIEW_LIMITATIONS = "review_limitations"
    REVIEW_DECISION = "review_decision"
    REVIEW_OTHER = "review_other"
    REVIEW_RESPONSE = "review_response"
    REVIEW_FOLLOWUP = "review_followup"


Offset = Annotated[int, Field(ge=0)]


def _without_nul(text: str) -> str:
    """A converter leaves a NUL for a glyph that it could not name; no store keeps one."""
    return " ".join(text.replace("\0", " ").split()) if "\0" in text else text


Words = Annotated[str, AfterValidator(_without_nul)]
"""What was read as a name or a field. Unlike `Document.text` it need not be verbatim."""


class Section(Frozen):
    """A part of the text, in reading order. `heading` is the heading as printed, without its number."""

    heading: Words
    role: SectionRole
    level: int = Field(ge=0, description="1 for a top section; 0 where levels are unknown")
    number: Words | None = Field(default=None, description="as printed, e.g. '3.1'")
    char_start: Offset
    char_end: Offset
    review: int | None = Field(default=None, description="index into Document.reviews")


class Sentence(Frozen):
    """A sentence as a range of the text, with the boxes it covers on its page(s); empty where there is no PDF."""

    char_start: Offset
    char_end: Offset
    section: int = Field(ge=0, description="index into Document.sections")
    boxes: tuple[Box, ...] = ()

    @property
    def page(self) -> int | None:
        """The first page of the sentence, 1-based, or None where there are no pages."""
        return self.boxes[0].page if self.boxes else None


class Reference(Frozen):
    """One entry of the bibliography: its range in the text and what was recognised in it."""

    char_start: Offset
    char_end: Offset
    label: Words | None = Field(default=None, description="as printed, without its brackets: '12', 'Key99'")
    authors: tuple[Words, ...] = Field(default=(), description="family names, in order")
    title: Words | None = None
    year: int | None = None
    venue: Words | None = Field(default=None, description="as printed: a journal, proceedings or publisher")
    doi: Words | None = None
    arxiv: Words | None = None


class Citation(Frozen):
    """A place in the text that cites: its range as printed, and the entries of the bibliography it names."""

    char_start: Offset
    char_end: Offset
    references: tuple[int, ...] = Field(default=(), description="indexes into Document.references; empty: unresolved")


class Cell(Frozen):
    """One cell of a table, 0-based, with the range of its text; an empty cell has an empty range."""

    row: int = Field(ge=0)
    column: int = Field(ge=0)
    char_start: Offset
    char_end: Offset
    row_span: int = Field(default=1, ge=1)
    column_span: int = Field(default=1, ge=1)
    header: bool = Field(default=False, description="names what stands below it or to its right")
    bold: bool = False


class Table(Frozen):
    """A table as cells over the text. `caption` is an index into Document.sections."""

    char_start: Offset
    char_end: Offset
    cells: tuple[Cell, ...]
    label: str | None = Field(default=None, description="as printed, e.g. 'Table 2'")
    caption: int | None = None
    boxes: tuple[Box, ...] = ()


class Formula(Frozen):
    """A displayed formula: its range in the text, verbatim but not to be read as prose."""

    char_start: Offset
    char_end: Offset
    number: str | None = Field(default=None, description="as printed, e.g. '(3)'")
    boxes: tuple[Box, ...] = ()


class PagesRead(Frozen):
    """Which reader read pages *first* to *last* (1-based, inclusive); the same page may be read by several."""

    reader: str = Field(description="with version: 'pymupdf-rules/3', 'pymupdf-layout/1', 'grobid/0.8.2'")
    first: int = Field(ge=1)
    last: int = Field(ge=1)


class Review(Frozen):
    """The form fields of one review. Reviewers have no names here."""

    is_meta: bool = False
    rating: float | None = None
    rating_scale: str | None = Field(default=None, description="as the venue words it, e.g. '1-10'")
    confidence: float | None = None
    decision: str | None = Field(default=None, description="in words, for a meta-review")
    date: str | None = None


class Bibliography(Frozen):
    """What a file says of the work it belongs to. Empty values where it says nothing."""

    title: Words = ""
    authors: tuple[Words, ...] = ()
    abstract: Words = ""
    year: int | None = None
    venue: Words | None = None
    doi: Words | None = None
    arxiv: Words | None = None
    openreview: Words | None = None
    decision: Words | None = None
    keywords: tuple[Words, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The known ids in a fixed order, each with its scheme: ``doi:…``, ``arxiv:…``, ``openreview:…``."""
        pairs = (("doi", self.doi), ("arxiv", self.arxiv), ("openreview", self.openreview))
        return tuple(f"{scheme}:{value}" for scheme, value in pairs if value)


Ranged = Section | Sentence | Reference | Citation | Cell | Table | Formula
"""Whatever is a range over the text of a document."""


class Document(Frozen):
    """One parsed file.

    `key` is the sha256 of the source bytes (``<sha256>~abstract`` for the title and abstract that a review file
    carries). `text` is defined by the format (CONTRACT §4); only a PDF's text is rebuilt.
    """

    key: str
    kind: DocumentKind
    format: Format
    parser: str = Field(description="who read it, with version: 'pymupdf-rules/1', 'tei/1'")
    text: str
    bibliography: Bibliography = Bibliography()
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    references: tuple[Reference, ...] = ()
    citations: tuple[Citation, ...] = ()
    tables: tuple[Table, ...] = ()
    formulas: tuple[Formula, ...] = ()
    reviews: tuple[Review, ...] = ()
    read_by: tuple[PagesRead, ...] = Field(default=(), description="by page, where several readers share a document")
    stand_in: bool = Field(default=False, description="another reader was asked for and did not return this file")
    page_count: int | None = None
    warnings: tuple[Words, ...] = Field(default=(), description="what the parser could not read, in words")

    @model_validator(mode="after")
    def _ranges_lie_inside_the_text(self) -> Self:
        size = len(self.text)
        parts: tuple[Ranged, ...] = (
            *self.sections,
            *self.sentences,
            *self.references,
            *self.citations,
            *self.tables,
            *self.formulas,
            *(cell for table in self.tables for cell in table.cells),
        )
        for part in parts:
            if not part.char_start <= part.char_end <= size:
                raise ValueError(f"range {part.char_start}..{part.char_end} is outside a text of {size} characters")
        for sentence in self.sentences:
            if sentence.section >= len(self.sections):
                raise ValueError(
                    f"sentence at {sentence.char_start} names section {sentence.section}, which is not there"
                )
        return self

    @property
    def text_sha256(self) -> str:
        """The sha256 of the text in UTF-8: what `write_paper` verifies before it believes an offset."""
        return sha256_hex(self.text.encode())

    def quote(self, part: Ranged) -> str:
        """Return the text that *part* covers, verbatim."""
        return self.text[part.char_start : part.char_end]
