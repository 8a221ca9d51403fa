"""Entries of a TEI bibliography: GROBID has taken them apart already."""

from __future__ import annotations

from lxml import etree

from graph.vocabulary.document import Reference
from ingest.parse.identifiers import read_arxiv, read_doi
from ingest.parse.parts import first_year, trim
from ingest.parse.xml_text import XmlText, child_of, children, descendants, local_name


def read_bibl_struct(xml: XmlText, entry: etree._Element) -> Reference:
    """Read one ``biblStruct``. The title is the article's, else the book's; the venue is what it appeared in."""
    analytic, monograph = child_of(entry, "analytic"), child_of(entry, "monogr")
    article = _first(xml, analytic, "title")
    book = _first(xml, monograph, "title")
    meeting = _first(xml, monograph, "meeting") or _first(xml, child_of(monograph, "imprint"), "publisher")
    dates = [e.get("when") or xml.words(e) for e in descendants(entry, "date")]
    idnos = [(e.get("type", "").casefold(), xml.words(e)) for e in descendants(entry, "idno")]
    links = [("", e.get("target", "")) for e in descendants(entry, "ptr", "ref")]
    start, end = trim(xml.text, *xml.range(entry))
    return Reference(
        char_start=start,
        char_end=end,
        authors=_family_names(xml, analytic) or _family_names(xml, monograph),
        title=article or book,
        year=first_year(dates),
        venue=(book if article else None) or meeting,
        doi=next((doi for kind, said in (*idnos, *links) if kind in {"doi", ""} and (doi := read_doi(said))), None),
        arxiv=next((a for kind, said in (*idnos, *links) if _is_arxiv(kind, said) and (a := read_arxiv(said))), None),
    )


def _is_arxiv(kind: str, said: str) -> bool:
    return kind == "arxiv" or "arxiv.org/" in said.casefold()


def _first(xml: XmlText, parent: etree._Element | None, name: str) -> str | None:
    found = children(parent, name) if parent is not None else ()
    return next((said for e in found if (said := xml.words(e))), None)


def _family_names(xml: XmlText, part: etree._Element | None) -> tuple[str, ...]:
    if part is None:
        return ()
    people = [e for author in children(part, "author") for e in descendants(author, "persName")]
    named = (next((xml.words(e) for e in person if local_name(e) == "surname"), "") for person in people)
    return tuple(name for name in named if name)
