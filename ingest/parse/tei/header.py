"""What the header of a TEI file says of the work."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from graph.vocabulary.document import Bibliography
from ingest.parse.identifiers import read_arxiv, read_doi
from ingest.parse.parts import first_year
from ingest.parse.xml_text import XmlText, child_of, children, descendants, local_name

_SOURCE = ("fileDesc", "sourceDesc", "biblStruct")


class TeiHeader:
    """The parts of ``teiHeader``, found by local name: some tools drop the namespace."""

    def __init__(self, xml: XmlText) -> None:
        self.xml = xml
        self._header = child_of(xml.root, "teiHeader")

    def all(self, *path: str) -> Iterator[etree._Element]:
        """Yield the elements at *path* below the header."""
        parent = child_of(self._header, *path[:-1])
        if parent is not None:
            yield from children(parent, path[-1])

    def title(self) -> etree._Element | None:
        """Return the element that holds the title, or None where all are empty."""
        paths = (("fileDesc", "titleStmt", "title"), (*_SOURCE, "analytic", "title"))
        return next((e for path in paths for e in self.all(*path) if self.xml.words(e)), None)

    def authors(self) -> list[etree._Element]:
        """Return the elements of authors with a name."""
        return [e for e in self.all(*_SOURCE, "analytic", "author") if self._person(e)]

    def abstracts(self) -> list[etree._Element]:
        """Return the abstracts that hold words."""
        return [e for e in self.all("profileDesc", "abstract") if self.xml.words(e)]

    def version(self) -> str | None:
        """Return the version of the GROBID that wrote the file, where it says one."""
        application = child_of(self._header, "encodingDesc", "appInfo", "application")
        said = (application.get("version") or "").strip() if application is not None else ""
        return said if said and said != "unknown" else None

    def bibliography(self) -> Bibliography:
        """Return what is known of the work."""
        words = self.xml.words
        idnos = [
            (e.get("type", ""), words(e))
            for path in (_SOURCE, (*_SOURCE, "analytic"), (*_SOURCE, "monogr"))
            for e in self.all(*path, "idno")
        ]
        dates = [
            e.get("when") or words(e)
            for path in (("fileDesc", "publicationStmt", "date"), (*_SOURCE, "monogr", "imprint", "date"))
            for e in self.all(*path)
        ]
        abstracts = self.abstracts()
        venues = (*self.all(*_SOURCE, "monogr", "title"), *self.all(*_SOURCE, "monogr", "meeting"))
        return Bibliography(
            title=words(self.title()),
            authors=tuple(self._person(e) for e in self.authors()),
            abstract=words(abstracts[0]) if abstracts else "",
            year=first_year(dates),
            venue=next((said for e in venues if (said := words(e))), None),
            doi=next((doi for kind, value in idnos if kind.upper() == "DOI" and (doi := read_doi(value))), None),
            arxiv=next((a for kind, value in idnos if kind.lower() == "arxiv" and (a := read_arxiv(value))), None),
            keywords=tuple(
                said for e in self.all("profileDesc", "textClass", "keywords", "term") if (said := words(e))
            ),
        )

    def _person(self, author: etree._Element) -> str:
        names = [
            self.xml.words(part)
            for person in descendants(author, "persName")
            for part in person
            if local_name(part) in {"forename", "surname"}
        ]
        return " ".join(each for each in names if each)
