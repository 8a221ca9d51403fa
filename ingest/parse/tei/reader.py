"""The body and back of a TEI file: sections, sentences, floats, notes, citations, as offsets over its text."""

from __future__ import annotations

import re

from lxml import etree

from graph.vocabulary.document import Citation, Formula, Reference, SectionRole, Table
from ingest.parse.citations import find_citations
from ingest.parse.errors import NoText
from ingest.parse.headings import is_caption, level_by_name, read_heading, role_of
from ingest.parse.marked_citations import merge_citations
from ingest.parse.parts import Parts, trim
from ingest.parse.table_cells import CellText, around_cells, place_cells, span_of, trimmed
from ingest.parse.tei.coords import boxes_of
from ingest.parse.tei.entries import read_bibl_struct
from ingest.parse.tei.header import TeiHeader
from ingest.parse.xml_text import XML_ID, XmlText, child_of, children, descendants, local_name

_BACK_ROLES = {"annex": SectionRole.APPENDIX, "references": SectionRole.REFERENCES}
_PARAGRAPHS = frozenset({"p", "ab", "item", "quote"})
_BLOCKS = frozenset({"formula", "figure", "note", "list", "table"})  # what cuts a paragraph
_EDGES = " \t\n:.,;–—-"
_LABEL = re.compile(r"(?:table|figure|fig\.?|tab\.?)\s*[A-Z]?\.?[\dIVX]+(?:\.\d+)?", re.IGNORECASE)


class TeiReader:
    """One TEI file, read when it is made.

    Raises:
        NoText: neither title, abstract nor body.
    """

    def __init__(self, root: etree._Element, name: str) -> None:
        self.xml = XmlText(root)
        self.text = self.xml.text
        self.header = TeiHeader(self.xml)
        self.bibliography = self.header.bibliography()
        self.parts = Parts(self.text)
        self.tables: list[Table] = []
        self.formulas: list[Formula] = []
        self.warnings: list[str] = []
        self._ids: dict[str, int] = {}
        self._references: list[Reference] = []
        self._front()
        text = child_of(root, "text")
        for body in children(text, "body") if text is not None else ():
            self._divisions(body, SectionRole.BODY)
        for back in children(text, "back") if text is not None else ():
            self._back(back)
        if not any(s.role is SectionRole.BODY and s.char_end > s.char_start for s in self.parts.sections):
            if not self.bibliography.title and not self.bibliography.abstract:
                raise NoText(f"{name} holds neither title, abstract nor text: GROBID found nothing in the PDF")
            self.warnings.append("the TEI has no body text")

    @property
    def references(self) -> tuple[Reference, ...]:
        """The entries of the bibliography, in order."""
        return tuple(self._references)

    def citations(self) -> tuple[Citation, ...]:
        """Return GROBID's citations with their targets, and between them those that only the words show."""
        marked = [
            Citation(char_start=start, char_end=end, references=self._targets(ref))
            for ref in descendants(self.xml.root, "ref")
            if ref.get("type") == "bibr"
            for start, end in [trim(self.text, *self.xml.range(ref))]
            if start < end
        ]
        read = find_citations(self.text, self._references, [(s.char_start, s.char_end) for s in self.parts.sentences])
        return merge_citations(marked, read)

    def _targets(self, ref: etree._Element) -> tuple[int, ...]:
        named = [each.removeprefix("#") for each in (ref.get("target") or "").split()]
        return tuple(dict.fromkeys(self._ids[each] for each in named if each in self._ids))

    # -- front ------------------------------------------------------------------------------------------------------

    def _front(self) -> None:
        if (title := self.header.title()) is not None:
            index = self.parts.open(SectionRole.TITLE, *self.xml.range(title))
            self.parts.add_sentence(index, *self.xml.range(title), boxes=boxes_of(title))
        if authors := self.header.authors():
            self.parts.open(SectionRole.AUTHORS, self.xml.range(authors[0])[0], self.xml.range(authors[-1])[1])
        for element in self.header.abstracts():
            index = self.parts.open(SectionRole.ABSTRACT, *self.xml.range(element), heading="Abstract", level=1)
            self._prose_of(element, index)

    # -- body and back ----------------------------------------------------------------------------------------------

    def _divisions(self, container: etree._Element, role: SectionRole) -> None:
        """Read the ``div`` children of *container*; what stands between them goes to a section without a heading."""
        for child in container:
            kind = local_name(child)
            if kind == "div":
                self._division(child, role)
            elif kind == "figure":
                self._figure(child)
            elif kind == "note":
                self._footnote(child)
            elif kind == "formula":
                self._formula(child)
            elif kind in {"p", "list"}:
                index = self.parts.open(role, *self.xml.range(child))
                self._prose_of(child, index)

    def _division(self, div: etree._Element, role: SectionRole) -> None:
        head = child_of(div, "head")
        start, end = self.xml.range(div)
        inner = list(children(div, "div"))
        own_end = self.xml.range(inner[0])[0] if inner else end
        if head is None:
            number, title, depth = None, "", 0
        else:
            start = self.xml.range(head)[1]
            number, title, depth = read_heading(self.xml.words(head))
            if printed := (head.get("n") or "").strip():
                number = printed.rstrip(".")
                depth = number.count(".") + 1
                title = self.xml.words(head)
        if role is SectionRole.BODY:
            role = role_of(title, after_references=False)
            if role is SectionRole.REFERENCES or (role is SectionRole.ABSTRACT and self.bibliography.abstract):
                role = SectionRole.BODY  # the bibliography and the abstract stand elsewhere in TEI
        index = self.parts.open(role, start, own_end, heading=title, number=number, level=depth or level_by_name(title))
        self._prose_of(div, index)
        for child in inner:
            self._division(child, role)

    def _prose_of(self, element: etree._Element, section: int) -> None:
        """Add the sentences of the paragraphs and list items of *element*, and the floats and notes in it."""
        kind = local_name(element)
        if kind in _PARAGRAPHS:
            self._paragraph(element, section)
            return
        inner = [c for c in element if local_name(c) != "head"]
        if not inner and kind == "abstract":
            self._paragraph(element, section)
        for child in inner:
            name = local_name(child)
            if name in {"figure", "note", "formula"}:
                self._block(child, section)
            elif (name == "div" and kind != "div") or name in _PARAGRAPHS or name == "list":
                self._prose_of(child, section)

    def _block(self, element: etree._Element, section: int) -> None:
        kind = local_name(element)
        if kind == "figure":
            self._figure(element)
        elif kind == "note":
            self._footnote(element)
        elif kind == "formula":
            self._formula(element)
        elif kind == "table":
            self._table(element, label=None, caption=None)
        else:
            self._prose_of(element, section)

    def _paragraph(self, element: etree._Element, section: int) -> None:
        section = self.parts.place_for(section, *self.xml.range(element))
        marked = [s for s in descendants(element, "s") if self.xml.words(s)]
        around = boxes_of(element)
        for sentence in marked:
            self.parts.add_sentence(section, *self.xml.range(sentence), boxes=boxes_of(sentence) or around)
        for piece in self.xml.pieces(element, _BLOCKS):
            if not isinstance(piece, tuple):
                self._block(piece, section)
            elif not marked:
                self.parts.add_prose(section, *piece, boxes=(lambda _start, _end: around) if around else None)

    # -- floats -----------------------------------------------------------------------------------------------------

    def _formula(self, element: etree._Element) -> None:
        label = child_of(element, "label")
        start, end = self.xml.range(element)
        if label is not None:
            end = self.xml.range(label)[0]
        start, end = trim(self.text, start, end)
        if start < end:
            number = self.xml.words(label) or None
            self.formulas.append(Formula(char_start=start, char_end=end, number=number, boxes=boxes_of(element)))

    def _figure(self, figure: etree._Element) -> None:
        """A figure's description is a caption, where it has none its head if that reads as one."""
        head = child_of(figure, "head")
        heading = self.xml.words(head)
        caption: int | None = None
        for description in children(figure, "figDesc"):
            if self.xml.words(description):
                index = self.parts.open(SectionRole.CAPTION, *self.xml.range(description), heading=heading)
                caption = index if caption is None else caption
                self._note_text(description, index)
        if caption is None and head is not None and is_caption(heading) and len(heading) > len(_label(heading)) + 3:
            caption = self.parts.open(SectionRole.CAPTION, *self.xml.range(head))
            self._note_text(head, caption)
        for table in children(figure, "table"):
            self._table(table, label=_label(heading) or self._number(figure), caption=caption)
        for note in children(figure, "note"):
            self._footnote(note)

    def _number(self, figure: etree._Element) -> str | None:
        number = self.xml.words(child_of(figure, "label"))
        return f"Table {number}" if number.isdigit() else None

    def _table(self, table: etree._Element, *, label: str | None, caption: int | None) -> None:
        """Rows and cells become cells; GROBID before 0.6 gives a table as one text, which then has none."""
        if not self.xml.words(table):
            return
        self.parts.open(SectionRole.TABLE, *self.xml.range(table))
        rows = [
            trimmed(
                (
                    CellText(
                        *self.xml.range(cell),
                        row_span=span_of(cell.get("rows")),
                        column_span=span_of(cell.get("cols")),
                        header=True if "label" in {cell.get("role"), row.get("role")} else None,
                    )
                    for cell in children(row, "cell")
                ),
                self.text,
            )
            for row in descendants(table, "row")
        ]
        cells = place_cells(rows, self.text)
        start, end = around_cells(trim(self.text, *self.xml.range(table)), cells)
        parent = table.getparent()
        boxes = boxes_of(table) or (boxes_of(parent) if parent is not None else ())
        self.tables.append(
            Table(char_start=start, char_end=end, cells=cells, label=label or None, caption=caption, boxes=boxes)
        )

    def _note_text(self, element: etree._Element, section: int) -> None:
        """Add the sentences of a caption or note: of its paragraphs, else of itself."""
        for paragraph in list(descendants(element, "p")) or [element]:
            self._paragraph(paragraph, section)

    def _footnote(self, note: etree._Element) -> None:
        if self.xml.words(note):
            index = self.parts.open(SectionRole.FOOTNOTE, *self.xml.range(note))
            self._note_text(note, index)

    def _back(self, back: etree._Element) -> None:
        for part in back:
            kind = local_name(part)
            role = _BACK_ROLES.get(part.get("type") or "", SectionRole.BODY)
            if kind == "listBibl" or (kind == "div" and role is SectionRole.REFERENCES):
                self.parts.open(SectionRole.REFERENCES, *self.xml.range(part), heading="References", level=1)
                self._entries(part)
            elif kind == "div" and child_of(part, "div") is not None:
                self._divisions(part, role)
            elif kind == "div":
                self._division(part, role)
            elif kind == "note":
                self._footnote(part)

    def _entries(self, part: etree._Element) -> None:
        for entry in descendants(part, "biblStruct"):
            if key := entry.get(XML_ID):
                self._ids.setdefault(key, len(self._references))
            self._references.append(read_bibl_struct(self.xml, entry))


def _label(heading: str) -> str:
    match = _LABEL.match(heading.strip())
    return match.group().strip(_EDGES) if match else ""
