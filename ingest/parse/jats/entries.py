"""Entries of a JATS bibliography: by their elements, and by their words where these say less."""

from __future__ import annotations

from lxml import etree

from graph.vocabulary.document import Reference
from ingest.parse.identifiers import read_arxiv, read_doi
from ingest.parse.parts import first_year, trim
from ingest.parse.references import read_entry
from ingest.parse.xml_text import XmlText, child_of, descendants, local_name

CITATIONS = ("element-citation", "mixed-citation", "nlm-citation", "citation")
_TITLES = ("article-title", "chapter-title", "data-title", "part-title")
_AUTHORS = frozenset({"author", "allauthors", ""})
_BRACKETS = "[]().: \t\n"


def read_ref(xml: XmlText, ref: etree._Element) -> Reference | None:
    """Read one ``ref``; None where it holds nothing. Of alternatives the first is read."""
    citation = next(descendants(ref, *CITATIONS), ref)
    start, end = trim(xml.text, *xml.range(ref))
    if start == end:
        return None
    label = child_of(ref, "label")
    if label is None:
        label = child_of(citation, "label")
    by_words = read_entry(xml.text, *trim(xml.text, *_behind_label(xml, citation, label)))
    title = _first(xml, citation, *_TITLES)
    source = _first(xml, citation, "source", "conf-name")
    ids = [(e.get("pub-id-type", ""), xml.words(e)) for e in descendants(citation, "pub-id", "object-id")]
    links = [xml.words(e) for e in descendants(citation, "ext-link", "uri", "comment")]
    doi = next((d for kind, said in ids if kind == "doi" and (d := read_doi(said))), None)
    arxiv = next((a for kind, said in ids if kind == "arxiv" and (a := read_arxiv(said))), None)
    structured = title or source
    return Reference(
        char_start=start,
        char_end=end,
        label=(xml.words(label).strip(_BRACKETS) or None) if label is not None else by_words.label,
        authors=_family_names(xml, citation) or (() if structured else by_words.authors),
        title=structured or by_words.title,
        year=first_year([xml.words(e) for e in descendants(citation, "year")]) or by_words.year,
        venue=source if title else (None if structured else by_words.venue),
        doi=doi or next((d for said in links if (d := read_doi(said))), None) or by_words.doi,
        arxiv=arxiv
        or next((a for said in links if "arxiv" in said.casefold() and (a := read_arxiv(said))), None)
        or by_words.arxiv,
    )


def _behind_label(xml: XmlText, citation: etree._Element, label: etree._Element | None) -> tuple[int, int]:
    start, end = xml.range(citation)
    if label is not None and xml.range(label)[0] >= start:
        start = xml.range(label)[1]
    return start, end


def _first(xml: XmlText, citation: etree._Element, *names: str) -> str | None:
    return next((said for name in names for e in descendants(citation, name) if (said := xml.words(e))), None)


def _family_names(xml: XmlText, citation: etree._Element) -> tuple[str, ...]:
    groups = [e for e in descendants(citation, "person-group") if e.get("person-group-type", "") in _AUTHORS]
    names: list[str] = []
    for place in groups or [citation]:
        for person in descendants(place, "name", "string-name", "collab"):
            surname = child_of(person, "surname")
            whole = xml.words(person) if local_name(person) == "collab" else ""
            if said := xml.words(surname) or whole:
                names.append(said)
    return tuple(names)
