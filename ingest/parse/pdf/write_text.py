"""The parts of a PDF as one text, with sections, sentences and references as ranges over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from graph.vocabulary.document import Citation, Formula, Reference, Section, SectionRole, Sentence, Table
from ingest.parse.citations import find_citations
from ingest.parse.headings import appendix_letter, read_heading, table_label
from ingest.parse.parts import Parts, trim
from ingest.parse.pdf.formulas import formula_number, separate_formulas
from ingest.parse.pdf.front_page import RUN_IN_ABSTRACT
from ingest.parse.pdf.page_text import PdfFile
from ingest.parse.pdf.paragraphs import paragraphs
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.rebuild import TextBuilder, Vocabulary, around
from ingest.parse.pdf.reference_entries import reference_entries
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.section_headings import Heading
from ingest.parse.pdf.style import Style
from ingest.parse.pdf.tables import WrittenTable, captions_of, read_table
from ingest.parse.references import read_entry

_ROLES = {
    RowKind.CAPTION: SectionRole.CAPTION,
    RowKind.TABLE: SectionRole.TABLE,
    RowKind.FOOTNOTE: SectionRole.FOOTNOTE,
}
_NO_PROSE = frozenset({SectionRole.REFERENCES, SectionRole.TABLE, SectionRole.AUTHORS})
_MIN_ENTRY = 12  # characters: less is a stray label


@dataclass
class PdfPart:
    """One section to be written: its heading, its running text, and what was met in it and stands apart."""

    role: SectionRole
    heading: Heading | None = None
    heading_rows: list[Row] = field(default_factory=list)
    body: list[tuple[RowKind, list[Row]]] = field(default_factory=list)  # running text and formulas, in turn
    apart: list[tuple[RowKind, list[Row]]] = field(default_factory=list)

    def add(self, row: Row, kind: RowKind) -> None:
        """Add a row of the running text, or of a formula in it."""
        if not self.body or self.body[-1][0] is not kind:
            self.body.append((kind, []))
        self.body[-1][1].append(row)


class Written(NamedTuple):
    """The text and what lies over it."""

    text: str
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    references: tuple[Reference, ...]
    formulas: tuple[Formula, ...]
    tables: tuple[Table, ...]
    citations: tuple[Citation, ...]

    def words_of(self, role: SectionRole) -> str:
        """Return the text of the first section with *role*, empty where there is none."""
        found = next((s for s in self.sections if s.role is role), None)
        return self.text[found.char_start : found.char_end] if found else ""


class _Placed(NamedTuple):
    """A section whose text has been written: the ranges of its paragraphs."""

    role: SectionRole
    heading: Heading | None
    title: str
    at: int
    paragraphs: list[tuple[int, int]]
    end: int


def write_parts(parts: list[PdfPart], rows: list[Row], style: Style, file: PdfFile) -> Written:
    """Write *parts* in order; *rows* are all rows of the document, whose words decide about hyphens."""
    builder = TextBuilder(Vocabulary(rows), {page.index: page.geometry for page in file.pages})
    placed: list[_Placed] = []
    entries: list[tuple[int, int]] = []
    formulas: list[Formula] = []
    tables: list[WrittenTable] = []
    for part in parts:
        title = ""
        if part.heading is not None:
            printed = _write_paragraph(builder, part.heading_rows)
            words = builder.printed(printed[1] - printed[0])
            title = (appendix_letter if part.heading.lettered else read_heading)(words).title.rstrip(" .:")
        at, own = builder.length, []
        for kind, body in part.body:
            if kind is RowKind.FORMULA:
                formulas += [_write_formula(builder, group) for group in separate_formulas(body)]
            elif part.role is SectionRole.REFERENCES:
                own += [_write_paragraph(builder, entry) for entry in reference_entries(body, style)]
                entries += own
            else:
                own += [_write_paragraph(builder, paragraph) for paragraph in paragraphs(body, style)]
        if part.heading is not None or part.body:
            placed.append(_Placed(part.role, part.heading, title, at, own, builder.length))
        captions = captions_of(part.apart)
        first = len(placed)
        for number, (kind, apart) in enumerate(part.apart):
            at = builder.length
            own = []
            if kind is RowKind.TABLE:
                builder.break_paragraph()
                starts = builder.add_lines(apart)
                if (caption := captions.get(number)) is not None:
                    label = table_label(part.apart[caption][1][0].text)
                    tables.append(WrittenTable(apart, starts, first + caption, label))
            else:
                own = [_write_paragraph(builder, group) for group in paragraphs(apart, style)]
            placed.append(_Placed(_ROLES[kind], None, "", at, own, builder.length))
    text = builder.text
    sections = Parts(text)
    for section in placed:
        _open(sections, section, builder)
    grids = [read_table(table, builder, text, table.caption) for table in tables]
    references = tuple(read_entry(text, *trim(text, a, b)) for a, b in entries if b - a >= _MIN_ENTRY)
    return Written(
        text,
        sections.sections,
        sections.sentences,
        references,
        tuple(formulas),
        tuple(table for table in grids if table is not None),
        find_citations(text, references, _where_cited(sections), raised=builder.raised),
    )


def _where_cited(sections: Parts) -> list[tuple[int, int]]:
    """Return the ranges that may cite: the sentences, and the tables, whose rows name whose results they show."""
    tables = [(s.char_start, s.char_end) for s in sections.sections if s.role is SectionRole.TABLE]
    return [*((s.char_start, s.char_end) for s in sections.sentences), *tables]


def _write_formula(builder: TextBuilder, rows: list[Row]) -> Formula:
    start, end = _write_paragraph(builder, rows)
    return Formula(char_start=start, char_end=end, number=formula_number(rows), boxes=around(builder.boxes(start, end)))


def _write_paragraph(builder: TextBuilder, rows: list[Row]) -> tuple[int, int]:
    builder.break_paragraph()
    return builder.add_rows(rows)


def _open(sections: Parts, placed: _Placed, builder: TextBuilder) -> None:
    """Open one section and add its sentences; a run-in "Abstract—" is its heading and no part of it."""
    ranges = list(placed.paragraphs)
    heading, start = placed.title, placed.at
    if placed.role is SectionRole.ABSTRACT and placed.heading is None and ranges:
        heading = "Abstract"
        if run_in := RUN_IN_ABSTRACT.match(sections.text, *ranges[0]):
            ranges[0] = (run_in.end(), ranges[0][1])
            start = run_in.end()
    index = sections.open(
        placed.role,
        start,
        placed.end,
        heading=heading,
        level=placed.heading.level if placed.heading else int(placed.role is SectionRole.ABSTRACT),
        number=placed.heading.number if placed.heading else None,
    )
    if placed.role not in _NO_PROSE:
        for begin, stop in ranges:
            sections.add_prose(index, begin, stop, boxes=builder.boxes)
