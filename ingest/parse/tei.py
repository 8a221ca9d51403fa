"""GROBID TEI (0.5 to 0.8) to a Document.

The text is the text content of the file in document order, tags dropped and character references resolved, nothing
else removed; title, abstract, sections, references are offsets over it. Boxes come from ``coords`` on ``s``, else on
the ``p`` around a sentence; without them there are none.

The reader takes no entity declarations, loads nothing from outside and keeps libxml2's limits on depth and size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from graph.canonical import sha256_hex
from graph.vocabulary.document import (
    Bibliography,
    Box,
    Document,
    DocumentKind,
    Format,
    Reference,
    SectionRole,
)
from ingest.parse.errors import Damaged, NoText, UnknownShape
from ingest.parse.headings import level_by_name, read_heading, role_of
from ingest.parse.identifiers import read_arxiv, read_doi
from ingest.parse.parts import Parts, first_year
from ingest.parse.text_normalisation import one_line

PARSER = "tei/1"
_TEI = "{http://www.tei-c.org/ns/1.0}"
_COORD = re.compile(r"(\d+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+),(-?[\d.]+)")
_BACK_ROLES = {"annex": SectionRole.APPENDIX, "references": SectionRole.REFERENCES}


def parse_tei(content: bytes, *, name: str) -> list[Document]:
    """Read a GROBID TEI file.

    Raises:
        Damaged: not well-formed, or with entities of its own.
        UnknownShape: XML, but not TEI.
        NoText: neither title, abstract nor body.
    """
    root = _read_xml(content, name)
    return [_TeiReader(root, content, name).document()]


def _read_xml(content: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Damaged(f"{name} is not well-formed XML ({error.msg}): run GROBID on its PDF again") from error
    if etree.QName(root).localname != "TEI":
        raise UnknownShape(
            f"{name} is XML with the root <{etree.QName(root).localname}>, not TEI: give GROBID's output"
        )
    if next(root.iter(etree.Entity), None) is not None:
        raise Damaged(f"{name} declares entities of its own, which are not expanded: write their text out")
    return root


class _TeiReader:
    """One TEI file: offsets of each element over the text, then the parts."""

    def __init__(self, root: etree._Element, content: bytes, name: str) -> None:
        self.root, self.content, self.name = root, content, name
        self.ranges: dict[etree._Element, tuple[int, int]] = {}
        pieces: list[str] = []
        position = 0
        starts: dict[etree._Element, int] = {}
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                starts[element] = position
                piece = element.text or ""
            else:
                self.ranges[element] = (starts.pop(element), position)
                piece = (element.tail or "") if element is not root else ""
            pieces.append(piece)
            position += len(piece)
        self.text = "".join(pieces)
        self.parts = Parts(self.text)
        self.after_references = False

    def document(self) -> Document:
        """Return the Document."""
        bibliography = self._bibliography()
        self._front()
        for element in self.root.iterfind(f"{_TEI}text/{_TEI}body"):
            self._divisions(element, SectionRole.BODY)
        references: list[Reference] = []
        for back in self.root.iterfind(f"{_TEI}text/{_TEI}back"):
            references += self._back(back)
        warnings: tuple[str, ...] = ()
        has_body = any(s.role is SectionRole.BODY and s.char_end > s.char_start for s in self.parts.sections)
        if not has_body:
            if not bibliography.title and not bibliography.abstract:
                raise NoText(f"{self.name} holds neither title, abstract nor text: GROBID found nothing in the PDF")
            warnings = ("the TEI has no body text",)
        return Document(
            key=sha256_hex(self.content),
            kind=DocumentKind.PAPER,
            format=Format.TEI,
            parser=PARSER,
            text=self.text,
            bibliography=bibliography,
            sections=self.parts.sections,
            sentences=self.parts.sentences,
            references=tuple(references),
            warnings=warnings,
        )

    # -- the header -------------------------------------------------------------------------------------------------

    def _header(self, path: str) -> Iterator[etree._Element]:
        yield from self.root.iterfind(f"{_TEI}teiHeader/" + "/".join(f"{_TEI}{step}" for step in path.split("/")))

    def _first_text(self, *paths: str) -> str:
        for path in paths:
            for element in self._header(path):
                if words := self._words(element):
                    return words
        return ""

    def _words(self, element: etree._Element) -> str:
        start, end = self.ranges[element]
        return one_line(self.text[start:end])

    def _bibliography(self) -> Bibliography:
        source = "fileDesc/sourceDesc/biblStruct"
        idnos = [
            (e.get("type", ""), self._words(e))
            for path in (source, f"{source}/analytic", f"{source}/monogr")
            for e in self._header(f"{path}/idno")
        ]
        dates = [
            e.get("when") or self._words(e)
            for path in ("fileDesc/publicationStmt/date", f"{source}/monogr/imprint/date")
            for e in self._header(path)
        ]
        return Bibliography(
            title=self._first_text("fileDesc/titleStmt/title", f"{source}/analytic/title"),
            authors=tuple(name for e in self._header(f"{source}/analytic/author") if (name := self._person(e))),
            abstract=self._first_text("profileDesc/abstract"),
            year=first_year(dates),
            venue=self._first_text(f"{source}/monogr/title", f"{source}/monogr/meeting") or None,
            doi=next((doi for kind, value in idnos if kind.upper() == "DOI" and (doi := read_doi(value))), None),
            arxiv=next((a for kind, value in idnos if kind.lower() == "arxiv" and (a := read_arxiv(value))), None),
            keywords=tuple(
                words for e in self._header("profileDesc/textClass/keywords/term") if (words := self._words(e))
            ),
        )

    def _person(self, author: etree._Element) -> str:
        names = [
            self._words(part)
            for person in author.iter(f"{_TEI}persName")
            for part in person
            if etree.QName(part).localname in {"forename", "surname"}
        ]
        return " ".join(each for each in names if each)

    def _front(self) -> None:
        for element in self._header("fileDesc/titleStmt/title"):
            if self._words(element):
                index = self.parts.open(SectionRole.TITLE, *self.ranges[element])
                self.parts.add_sentence(index, *self.ranges[element], boxes=_boxes(element))
                break
        authors = [e for e in self._header("fileDesc/sourceDesc/biblStruct/analytic/author") if self._person(e)]
        if authors:
            self.parts.open(SectionRole.AUTHORS, self.ranges[authors[0]][0], self.ranges[authors[-1]][1])
        for element in self._header("profileDesc/abstract"):
            if self._words(element):
                index = self.parts.open(SectionRole.ABSTRACT, *self.ranges[element], heading="Abstract", level=1)
                self._prose_of(element, index)

    # -- body and back ----------------------------------------------------------------------------------------------

    def _divisions(self, container: etree._Element, role: SectionRole) -> None:
        """Read the ``div`` children of *container*; what stands between them goes to the section before it."""
        for child in container:
            kind = etree.QName(child).localname
            if kind == "div":
                self._division(child, role)
            elif kind == "figure":
                self._figure(child)
            elif kind == "note":
                self._footnote(child)
            elif kind in {"p", "list"}:
                index = self.parts.open(role, *self.ranges[child])
                self._prose_of(child, index)

    def _division(self, div: etree._Element, role: SectionRole) -> None:
        head = div.find(f"{_TEI}head")
        start, end = self.ranges[div]
        inner = [child for child in div if etree.QName(child).localname == "div"]
        own_end = self.ranges[inner[0]][0] if inner else end
        if head is None:
            number, title, depth = None, "", 0
        else:
            start = self.ranges[head][1]
            number, title, depth = read_heading(self._words(head))
            if head.get("n"):
                number = (head.get("n") or "").strip().rstrip(".")
                depth = number.count(".") + 1
                title = self._words(head)
        if role is SectionRole.BODY:
            role = role_of(title, after_references=False)
            if role is SectionRole.REFERENCES or (
                role is SectionRole.ABSTRACT and self._first_text("profileDesc/abstract")
            ):
                role = SectionRole.BODY  # the bibliography and the abstract stand elsewhere in TEI
        index = self.parts.open(role, start, own_end, heading=title, number=number, level=depth or level_by_name(title))
        self._prose_of(div, index)
        for child in inner:
            self._division(child, role)

    def _prose_of(self, element: etree._Element, section: int) -> None:
        """Add the sentences of the paragraphs and list items of *element*, and the figures and notes in it."""
        kind = etree.QName(element).localname
        if kind in {"p", "ab", "item", "quote"}:
            self._paragraph(element, section)
            return
        children = [c for c in element if etree.QName(c).localname != "head"]
        if not children and kind == "abstract":
            self._paragraph(element, section)
        for child in children:
            name = etree.QName(child).localname
            if name == "figure":
                self._figure(child)
            elif name == "note":
                self._footnote(child)
            elif (name == "div" and kind != "div") or name in {"p", "ab", "item", "quote", "list"}:
                self._prose_of(child, section)

    def _paragraph(self, element: etree._Element, section: int) -> None:
        start, end = self.ranges[element]
        marked = [s for s in element.iter(f"{_TEI}s") if self._words(s)]
        for sentence in marked:
            self.parts.add_sentence(section, *self.ranges[sentence], boxes=_boxes(sentence) or _boxes(element))
        if not marked:
            boxes = _boxes(element)
            self.parts.add_prose(section, start, end, boxes=(lambda _start, _end: boxes) if boxes else None)

    def _figure(self, figure: etree._Element) -> None:
        """A figure's description is a caption; the cells of a table are no prose."""
        for description in figure.iterfind(f"{_TEI}figDesc"):
            if self._words(description):
                head = figure.find(f"{_TEI}head")
                heading = self._words(head) if head is not None else ""
                index = self.parts.open(SectionRole.CAPTION, *self.ranges[description], heading=heading)
                self._caption(description, index)
        for table in figure.iterfind(f"{_TEI}table"):
            if self._words(table):
                self.parts.open(SectionRole.TABLE, *self.ranges[table])

    def _caption(self, description: etree._Element, index: int) -> None:
        start, end = self.ranges[description]
        paragraphs = list(description.iter(f"{_TEI}p"))
        for paragraph in paragraphs:
            self._paragraph(paragraph, index)
        if not paragraphs:
            boxes = _boxes(description)
            self.parts.add_prose(index, start, end, boxes=(lambda _start, _end: boxes) if boxes else None)

    def _footnote(self, note: etree._Element) -> None:
        if self._words(note):
            index = self.parts.open(SectionRole.FOOTNOTE, *self.ranges[note])
            paragraphs = list(note.iter(f"{_TEI}p")) or [note]
            for paragraph in paragraphs:
                self._paragraph(paragraph, index)

    def _back(self, back: etree._Element) -> list[Reference]:
        found: list[Reference] = []
        for div in back:
            kind = etree.QName(div).localname
            if kind == "div" and div.get("type") == "references":
                self.parts.open(SectionRole.REFERENCES, *self.ranges[div], heading="References", level=1)
                found += [self._reference(entry) for entry in div.iter(f"{_TEI}biblStruct")]
            elif kind == "div" and div.find(f"{_TEI}div") is not None:
                self._divisions(div, _BACK_ROLES.get(div.get("type") or "", SectionRole.BODY))
            elif kind == "div":
                self._division(div, _BACK_ROLES.get(div.get("type") or "", SectionRole.BODY))
            elif kind == "note":
                self._footnote(div)
        return found

    def _reference(self, entry: etree._Element) -> Reference:
        titles = [
            words
            for path in ("analytic", "monogr")
            for e in entry.iterfind(f"{_TEI}{path}/{_TEI}title")
            if (words := self._words(e))
        ]
        dates = [e.get("when") or self._words(e) for e in entry.iter(f"{_TEI}date")]
        start, end = self.ranges[entry]
        return Reference(char_start=start, char_end=end, title=titles[0] if titles else None, year=first_year(dates))


def _boxes(element: etree._Element) -> tuple[Box, ...]:
    """Read ``coords="page,x,y,w,h;…"``; entries of another form are left out."""
    found = []
    for match in _COORD.finditer(element.get("coords") or ""):
        page = int(match.group(1))
        x, y, width, height = (float(value) for value in match.groups()[1:])
        if page >= 1:
            found.append(Box(page=page, x0=x, y0=y, x1=x + width, y1=y + height))
    return tuple(found)
