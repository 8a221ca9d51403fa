"""The parts of a PDF put together: from pages of segments to one Document."""

from __future__ import annotations

import re

from graph.canonical import sha256_hex
from graph.vocabulary.document import Bibliography, Document, DocumentKind, Format, PagesRead, SectionRole
from ingest.parse.errors import NoText
from ingest.parse.headings import is_caption
from ingest.parse.identifiers import ARXIV_STAMP, read_doi
from ingest.parse.parts import first_year
from ingest.parse.pdf.classify import Classified, classify
from ingest.parse.pdf.doubt import doubtful_pages
from ingest.parse.pdf.front_page import read_authors
from ingest.parse.pdf.furniture import remove_furniture
from ingest.parse.pdf.line_numbers import remove_line_numbers
from ingest.parse.pdf.page_text import PdfFile
from ingest.parse.pdf.reading_order import Row, rows_in_order
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.write_text import PdfPart, write_parts
from ingest.parse.text_normalisation import compose_accents, one_line
from ingest.settings import PdfReader

LAYOUT = "pymupdf-layout/1"  # the layout model of PyMuPDF, with the version of how it is used
_MIN_CHARACTERS = 100  # in a whole file: fewer is a scan with a stamp
_MAX_UNKNOWN = 0.3  # share of U+FFFD from which the text cannot be told
_IN_TEXT = frozenset({RowKind.BODY, RowKind.FORMULA})
_APART = frozenset({RowKind.CAPTION, RowKind.TABLE, RowKind.FOOTNOTE})
_KEYWORDS = re.compile(
    r"(?:key\s?-?words?|index terms|ccs concepts|general terms|categories and subject|acm reference)\b.{0,30}[:—–-]?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def assemble(file: PdfFile, *, content: bytes, name: str, parser: str, reader: PdfReader = PdfReader.RULES) -> Document:
    """Put one Document together; *reader* says whether the layout model is asked, and for which pages.

    Raises:
        NoText: too few characters to be a text.
    """
    _require_text(file, name)
    warnings = list(file.warnings)
    empty = [page.index + 1 for page in file.pages if not page.segments]
    if empty:
        warnings.append(f"{len(empty)} page(s) without text: {', '.join(map(str, empty[:20]))}")
    stamps = [text for page in file.pages[:1] for text in page.sideways]
    remove_line_numbers(file.pages)
    repeated = remove_furniture(file.pages)
    rows = rows_in_order(file.pages)
    read, asked = _classified(rows, file, content, reader)
    parts = _parts(rows, read)
    written = write_parts(parts, rows, read.style, file)
    stamp = " ".join(stamps)
    arxiv = ARXIV_STAMP.search(stamp)
    first_page = " ".join(segment.text for segment in file.pages[0].segments)
    return Document(
        key=sha256_hex(content),
        kind=DocumentKind.PAPER,
        format=Format.PDF,
        parser=f"{parser}+{LAYOUT}" if reader is not PdfReader.RULES else parser,
        text=written.text,
        bibliography=Bibliography(
            title=compose_accents(one_line(written.words_of(SectionRole.TITLE))),
            authors=read_authors([row for row, kind in zip(rows, read.kinds, strict=True) if kind is RowKind.AUTHORS]),
            abstract=one_line(written.words_of(SectionRole.ABSTRACT)),
            year=_year(stamp, repeated, first_page, file),
            doi=read_doi(file.metadata.get("subject", "")) or read_doi(first_page),
            arxiv=arxiv.group("id") if arxiv else None,
        ),
        sections=written.sections,
        sentences=written.sentences,
        references=written.references,
        citations=written.citations,
        tables=written.tables,
        formulas=written.formulas,
        read_by=_read_by(file, parser, asked, reader),
        page_count=file.page_count,
        warnings=tuple(warnings),
    )


def _classified(
    rows: list[Row], file: PdfFile, content: bytes, reader: PdfReader
) -> tuple[Classified, tuple[int, ...]]:
    """Return what each row is, and the pages (0-based) that the layout model was asked about."""
    read = classify(rows, file)
    if reader is PdfReader.RULES:
        return read, ()
    from ingest.parse.pdf.layout_model import corrected, layout_of

    upright = {page.index for page in file.pages if not page.geometry.is_turned}
    wanted = upright if reader is PdfReader.LAYOUT else upright.intersection(doubtful_pages(rows, read))
    asked = tuple(sorted(wanted))
    return corrected(rows, read, layout_of(content, asked)), asked


def _read_by(file: PdfFile, parser: str, asked: tuple[int, ...], reader: PdfReader) -> tuple[PagesRead, ...]:
    """Return who read which pages, where more than the rules did."""
    if reader is PdfReader.RULES:
        return ()
    rules = PagesRead(reader=parser, first=1, last=max(1, file.page_count))
    return (rules, *(PagesRead(reader=LAYOUT, first=first + 1, last=last + 1) for first, last in _runs(asked)))


def _runs(pages: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return ascending numbers as runs of neighbours, both ends included."""
    runs: list[tuple[int, int]] = []
    for page in pages:
        if runs and runs[-1][1] == page - 1:
            runs[-1] = (runs[-1][0], page)
        else:
            runs.append((page, page))
    return runs


def _require_text(file: PdfFile, name: str) -> None:
    characters = sum(len(segment.text) for page in file.pages for segment in page.segments)
    pages = f"{len(file.pages)} page(s)"
    if file.unknown_share > _MAX_UNKNOWN:
        raise NoText(f"{name}: the fonts of its {pages} do not say which letters they show; run OCR on it first")
    if characters < _MIN_CHARACTERS:
        raise NoText(f"{name}: its {pages} hold images and no text (a scan); run OCR on it first")


def _year(stamp: str, repeated: list[str], first_page: str, file: PdfFile) -> int | None:
    """The year of the stamp, of a running head, of the publisher's line, else of the file itself."""
    for text in (stamp, " ".join(repeated), first_page if "©" in first_page or "opyright" in first_page else ""):
        if years := _YEAR.findall(text):
            return int(years[-1])
    return first_year([file.metadata.get("creationDate", "").removeprefix("D:")])


def _parts(rows: list[Row], read: Classified) -> list[PdfPart]:
    title, authors = PdfPart(SectionRole.TITLE), PdfPart(SectionRole.AUTHORS)
    parts = [title, authors]
    by_row = {heading.first: heading for heading in read.headings}
    if read.abstract_at < read.body_at:
        parts.append(PdfPart(SectionRole.ABSTRACT))
    elif not by_row or read.abstract_at < min(by_row):
        parts.append(PdfPart(SectionRole.BODY))
    for at, row in enumerate(rows):
        kind = read.kinds[at]
        if at in by_row:
            heading = by_row[at]
            parts.append(PdfPart(heading.role, heading, rows[heading.first : heading.last]))
        elif kind is RowKind.TITLE:
            title.add(row, RowKind.BODY)
        elif kind is RowKind.AUTHORS:
            authors.add(row, RowKind.BODY)
        elif kind in _IN_TEXT:
            if parts[-1].role is SectionRole.ABSTRACT and parts[-1].body and _KEYWORDS.match(row.text):
                parts.append(PdfPart(SectionRole.BODY))
            parts[-1].add(row, kind)
        elif kind in _APART:
            _append_apart(parts[-1].apart, kind, row, fresh=at == 0 or read.kinds[at - 1] is not kind)
    return [part for part in parts if part.heading or part.body or part.apart]


def _append_apart(apart: list[tuple[RowKind, list[Row]]], kind: RowKind, row: Row, *, fresh: bool) -> None:
    again = kind is RowKind.CAPTION and apart and is_caption(row.text) and row.y0 - apart[-1][1][-1].y1 > 2
    if fresh or again or not apart or apart[-1][0] is not kind or apart[-1][1][-1].flow != row.flow:
        apart.append((kind, []))
    apart[-1][1].append(row)
