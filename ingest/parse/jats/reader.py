"""Body and back of a JATS article: sections, sentences, floats, notes, citations, as offsets over its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from graph.vocabulary.document import Citation, Formula, Reference, SectionRole, Table
from ingest.parse.citations import find_citations
from ingest.parse.errors import NoText
from ingest.parse.headings import read_heading, role_of
from ingest.parse.jats.entries import read_ref
from ingest.parse.jats.front import JatsFront
from ingest.parse.jats.tables import read_cells
from ingest.parse.parts import Parts, trim
from ingest.parse.table_cells import around_cells
from ingest.parse.xml_text import XmlText, child_of, children, descendants, local_name

_FLOATS = frozenset({"fig", "table-wrap", "supplementary-material", "media", "chem-struct-wrap"})
_GROUPS = frozenset({"fig-group", "table-wrap-group", "disp-formula-group", "alternatives", "floats-group"})
_FORMULAS = frozenset({"disp-formula", "disp-formula-group"})
_LISTS = frozenset({"list", "list-item", "def-list", "def-item", "def", "disp-quote", "boxed-text", "statement"})
_CODE = frozenset({"preformat", "code"})
_NOTES = frozenset({"fn", "fn-group", "table-wrap-foot"})
# What cuts a paragraph: each is read for itself.
_BLOCKS = _FLOATS | _GROUPS | _FORMULAS | _LISTS | _CODE | _NOTES | {"p", "sec", "table"}
_PARAGRAPHS = frozenset({"p", "term", "verse-line", "attrib"})
_RANGE = re.compile(r"\s*[\])]?\s*[–—‐‑-]\s*[\[(]?\s*")
_EDGES = " .:;,"


class JatsReader:
    """One article, read when it is made.

    Raises:
        NoText: neither title, abstract nor body.
    """

    def __init__(self, root: etree._Element, article: etree._Element, name: str) -> None:
        self.xml = XmlText(root)
        self.text = self.xml.text
        self.front = JatsFront(self.xml, article)
        self.bibliography = self.front.bibliography()
        self.parts = Parts(self.text)
        self.tables: list[Table] = []
        self.formulas: list[Formula] = []
        self.warnings: list[str] = []
        self._article = article
        self._ids: dict[str, int] = {}
        self._references: list[Reference] = []
        self._read_front()
        for body in children(article, "body"):
            self._container(body, SectionRole.BODY, level=1)
        for part in children(article, "back", "floats-group", "floats-wrap"):
            self._back(part)
        if not self._references:
            for part in descendants(article, "ref-list"):  # inside a section, where it may also stand
                self._bibliography(part)
        if not any(s.role is SectionRole.BODY and s.char_end > s.char_start for s in self.parts.sections):
            if not self.bibliography.title and not self.bibliography.abstract:
                raise NoText(f"{name} holds neither title, abstract nor text: fetch the full text of the article")
            self.warnings.append(
                "the file has no body text: publishers give some articles with their front matter only"
            )

    @property
    def references(self) -> tuple[Reference, ...]:
        """The entries of the bibliography, in order."""
        return tuple(self._references)

    # -- front ------------------------------------------------------------------------------------------------------

    def _read_front(self) -> None:
        if (title := self.front.title()) is not None and self.xml.words(title):
            index = self.parts.open(SectionRole.TITLE, *self.xml.range(title))
            self.parts.add_sentence(index, *self.xml.range(title))
        if (group := self.front.author_group()) is not None:
            self.parts.open(SectionRole.AUTHORS, *self.xml.range(group))
        if (abstract := self.front.abstract()) is not None and self.xml.words(abstract):
            start, end = self.xml.range(abstract)
            if (heading := child_of(abstract, "title")) is not None:
                start = self.xml.range(heading)[1]
            index = self.parts.open(SectionRole.ABSTRACT, start, end, heading="Abstract", level=1)
            self._abstract(abstract, index)

    def _abstract(self, part: etree._Element, index: int) -> None:
        """Add the sentences of an abstract; the parts of a structured one stay in its one section."""
        for child in children(part):
            if local_name(child) == "sec":
                self._abstract(child, index)
            elif local_name(child) not in {"title", "label"}:
                self._block(child, index, level=1)

    # -- body -------------------------------------------------------------------------------------------------------

    def _container(self, element: etree._Element, role: SectionRole, *, level: int) -> None:
        """Read a body: what stands outside its ``sec`` elements is a section without a heading."""
        loose: int | None = None
        for child in children(element):
            if local_name(child) == "sec":
                self._section(child, role, level=level)
                loose = None
            elif local_name(child) not in {"title", "label"}:
                if loose is None and self._is_prose(child):
                    end = self._loose_end(child)
                    loose = self.parts.open(role, self.xml.range(child)[0], end)
                self._block(child, loose, level=level)

    def _is_prose(self, element: etree._Element) -> bool:
        return local_name(element) not in _FLOATS | _GROUPS | _NOTES

    def _loose_end(self, first: etree._Element) -> int:
        """Return where the run of siblings outside a ``sec`` that begins with *first* ends."""
        end = self.xml.range(first)[1]
        for sibling in first.itersiblings():
            if local_name(sibling) == "sec":
                break
            end = self.xml.range(sibling)[1]
        return end

    def _section(self, sec: etree._Element, role: SectionRole, *, level: int) -> None:
        title, label = child_of(sec, "title"), child_of(sec, "label")
        number, heading, _ = read_heading(self.xml.words(title))
        if printed := self.xml.words(label).strip(_EDGES):
            number, heading = printed, self.xml.words(title)
        if role is SectionRole.BODY:
            role = role_of(heading, after_references=False)
            if role in {SectionRole.REFERENCES, SectionRole.ABSTRACT}:
                role = SectionRole.BODY  # they stand elsewhere in JATS
        start, end = self.xml.range(sec)
        heads = [self.xml.range(e)[1] for e in (title, label) if e is not None]
        inner = list(children(sec, "sec"))
        own_end = self.xml.range(inner[0])[0] if inner else end
        index = self.parts.open(role, max([start, *heads]), own_end, heading=heading, number=number, level=level)
        for child in children(sec):
            kind = local_name(child)
            if kind == "sec":
                self._section(child, role, level=level + 1)
            elif kind not in {"title", "label", "sec-meta"}:
                self._block(child, index, level=level)

    def _block(self, element: etree._Element, section: int | None, *, level: int) -> None:
        """Read one block: prose goes to *section*, floats and notes get sections of their own."""
        kind = local_name(element)
        if kind in _FLOATS:
            self._float(element)
        elif kind in _FORMULAS:
            self._formula(element)
        elif kind in {"fn", "table-wrap-foot"}:
            self._footnote(element)
        elif kind == "table":
            self._table(element, label=None, caption=None)
        elif kind in _CODE or kind in {"title", "label", "object-id"}:
            return  # no prose
        elif kind in _GROUPS or kind == "fn-group":
            for child in children(element):
                self._block(child, section, level=level)
        elif section is None:
            self._block(element, self.parts.open(SectionRole.BODY, *self.xml.range(element)), level=level)
        else:
            self._prose(element, section, level=level)

    def _prose(self, element: etree._Element, section: int, *, level: int) -> None:
        section = self.parts.place_for(section, *self.xml.range(element))
        for piece in self.xml.pieces(element, _BLOCKS):
            if isinstance(piece, tuple):
                if local_name(element) not in _LISTS or self.text[slice(*piece)].strip():
                    self.parts.add_prose(section, *piece)
            elif local_name(piece) == "sec":
                self._section(piece, SectionRole.BODY, level=level + 1)
            else:
                self._block(piece, section, level=level)

    # -- floats -----------------------------------------------------------------------------------------------------

    def _formula(self, element: etree._Element) -> None:
        inner = list(children(element, "disp-formula"))
        for each in inner:
            self._formula(each)
        if inner:
            return
        label = child_of(element, "label")
        start, end = self.xml.range(element)
        if label is not None:
            low, high = self.xml.range(label)
            start, end = (high, end) if low <= start else (start, low)
        start, end = trim(self.text, start, end)
        if start < end:
            self.formulas.append(Formula(char_start=start, char_end=end, number=self.xml.words(label) or None))

    def _float(self, element: etree._Element) -> None:
        label = self.xml.words(child_of(element, "label")).strip(_EDGES) or None
        caption: int | None = None
        if (words := child_of(element, "caption")) is not None and self.xml.words(words):
            caption = self.parts.open(SectionRole.CAPTION, *self.xml.range(words), heading=label or "")
            titles = [e for e in children(words, "title") if self.xml.words(e)]
            for part in [*titles, *children(words, "p")] or [words]:
                self._prose(part, caption, level=0)
        for table in descendants(element, "table"):
            self._table(table, label=label, caption=caption)
        for formula in descendants(element, "disp-formula"):
            self._formula(formula)
        for note in children(element, "table-wrap-foot"):
            self._footnote(note)

    def _table(self, table: etree._Element, *, label: str | None, caption: int | None) -> None:
        if any(local_name(e) == "table" for e in table.iterancestors()) or not self.xml.words(table):
            return  # oasis wraps a table in a table
        self.parts.open(SectionRole.TABLE, *self.xml.range(table))
        cells = read_cells(self.xml, table)
        start, end = around_cells(trim(self.text, *self.xml.range(table)), cells)
        self.tables.append(Table(char_start=start, char_end=end, cells=cells, label=label, caption=caption))

    def _footnote(self, note: etree._Element) -> None:
        if self.xml.words(note):
            index = self.parts.open(SectionRole.FOOTNOTE, *self.xml.range(note))
            for paragraph in list(descendants(note, "p")) or [note]:
                self._prose(paragraph, index, level=0)

    # -- back -------------------------------------------------------------------------------------------------------

    def _back(self, back: etree._Element) -> None:
        if local_name(back) != "back":
            self._block(back, None, level=1)
            return
        for part in children(back):
            kind = local_name(part)
            if kind == "ref-list":
                self._bibliography(part)
            elif kind == "app-group":
                for appendix in children(part, "app"):
                    self._section(appendix, SectionRole.APPENDIX, level=1)
            elif kind in {"app", "ack", "sec", "notes", "glossary", "bio"}:
                role = SectionRole.APPENDIX if kind == "app" else SectionRole.BODY
                self._section(part, role, level=1)
            elif kind in _NOTES:
                self._block(part, None, level=1)

    def _bibliography(self, part: etree._Element) -> None:
        """Read a ``ref-list``; lists in a list (primary, further reading) are one bibliography."""
        refs = list(descendants(part, "ref"))
        if not refs:
            return
        start = self.xml.range(refs[0])[0]
        title = self.xml.words(child_of(part, "title")) or "References"
        self.parts.open(SectionRole.REFERENCES, start, self.xml.range(part)[1], heading=title, level=1)
        for ref in refs:
            if (reference := read_ref(self.xml, ref)) is None:
                continue
            for named in (ref, *descendants(ref, "element-citation", "mixed-citation", "nlm-citation", "citation")):
                if key := named.get("id"):
                    self._ids.setdefault(key, len(self._references))
            self._references.append(reference)

    # -- citations --------------------------------------------------------------------------------------------------

    def citations(self) -> tuple[Citation, ...]:
        """Return the ``xref`` elements that cite; where a file marks none, what the words show.

        ``[<xref>3</xref>–<xref>5</xref>]`` is one citation of three entries.
        """
        found: list[Citation] = []
        for xref in descendants(self._article, "xref"):
            start, end = trim(self.text, *self.xml.range(xref))
            if xref.get("ref-type") != "bibr" or start == end:
                continue
            named = [self._ids[each] for each in (xref.get("rid") or "").split() if each in self._ids]
            if found and (joined := self._range_from(found[-1], named, start)):
                found[-1] = Citation(char_start=found[-1].char_start, char_end=end, references=joined)
            else:
                found.append(Citation(char_start=start, char_end=end, references=tuple(dict.fromkeys(named))))
        if found:
            return tuple(found)
        ranges = [(s.char_start, s.char_end) for s in self.parts.sentences]
        return find_citations(self.text, self._references, ranges)

    def _range_from(self, before: Citation, named: Sequence[int], start: int) -> tuple[int, ...]:
        """Return the entries of ``before–this`` where the two are the ends of a range, else nothing."""
        ends = len(named) == 1 and len(before.references) >= 1 and before.references[-1] < named[0]
        if not ends or not _RANGE.fullmatch(self.text, before.char_end, start):
            return ()
        return (*before.references, *range(before.references[-1] + 1, named[0] + 1))
