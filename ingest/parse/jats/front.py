"""What the front matter of a JATS article says of the work."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from graph.vocabulary.document import Bibliography
from ingest.parse.identifiers import read_arxiv, read_doi
from ingest.parse.parts import first_year
from ingest.parse.text_normalisation import one_line
from ingest.parse.xml_text import XmlText, child_of, children, descendants

_ASIDE = frozenset({"xref", "fn"})  # marks of footnotes in a title
_NOT_THE_ABSTRACT = frozenset(
    {"graphical", "teaser", "toc", "web-summary", "precis", "key-points", "executive-summary"}
)
_DATES = ("epub", "pub", "ppub", "collection", "pub-electronic", "epub-ppub")


class JatsFront:
    """``front`` of one article."""

    def __init__(self, xml: XmlText, article: etree._Element) -> None:
        self.xml = xml
        self._front = child_of(article, "front")
        self._meta = child_of(self._front, "article-meta")

    def title(self) -> etree._Element | None:
        """Return the element of the title, or None."""
        return child_of(self._meta, "title-group", "article-title")

    def author_group(self) -> etree._Element | None:
        """Return the first element that holds authors."""
        return child_of(self._meta, "contrib-group")

    def abstract(self) -> etree._Element | None:
        """Return the abstract, not one for a table of contents."""
        found = [e for e in self._all("abstract") if e.get("abstract-type", "") not in _NOT_THE_ABSTRACT]
        return found[0] if found else None

    def bibliography(self) -> Bibliography:
        """Return what is known of the work."""
        words = self.xml.words
        ids = [(e.get("pub-id-type", ""), words(e)) for e in self._all("article-id")]
        journal = child_of(self._front, "journal-meta")
        venues = (*descendants(journal, "journal-title"),) if journal is not None else ()
        conferences = (*descendants(self._meta, "conf-name"),) if self._meta is not None else ()
        doi = next((found for kind, said in ids if kind == "doi" and (found := read_doi(said))), None)
        arxiv = next((found for kind, said in ids if kind == "arxiv" and (found := read_arxiv(said))), None)
        return Bibliography(
            title=self._title(),
            authors=tuple(name for e in self._authors() if (name := self._name(e))),
            abstract=self._abstract(),
            year=self._year(),
            venue=next((said for e in (*venues, *conferences) if (said := words(e))), None),
            doi=doi,
            arxiv=arxiv,
            keywords=tuple(
                said for group in self._all("kwd-group") for e in descendants(group, "kwd") if (said := words(e))
            ),
        )

    def _all(self, name: str) -> Iterator[etree._Element]:
        if self._meta is not None:
            yield from children(self._meta, name)

    def _title(self) -> str:
        title = self.title()
        if title is None:
            return ""
        kept = [p for p in self.xml.pieces(title, _ASIDE) if isinstance(p, tuple)]
        return one_line(" ".join(self.xml.text[start:end] for start, end in kept))

    def _authors(self) -> list[etree._Element]:
        found = [e for group in self._all("contrib-group") for e in descendants(group, "contrib")]
        authors = [e for e in found if e.get("contrib-type", "author") == "author"]
        return authors or found

    def _name(self, contributor: etree._Element) -> str:
        name = next(descendants(contributor, "name"), None)
        if name is not None:
            parts = [self.xml.words(child_of(name, part)) for part in ("given-names", "surname", "suffix")]
            return " ".join(part for part in parts if part)
        whole = next(descendants(contributor, "string-name", "collab", "institution"), None)
        return self.xml.words(whole)

    def _year(self) -> int | None:
        dates = list(self._all("pub-date"))
        dates.sort(key=lambda e: _rank(e.get("pub-type") or e.get("date-type") or ""))
        return first_year([self.xml.words(child_of(date, "year")) for date in dates])

    def _abstract(self) -> str:
        abstract = self.abstract()
        if abstract is None:
            return ""
        own_title = child_of(abstract, "title")
        parts = [e for e in descendants(abstract, "title", "p") if e is not own_title]
        return " ".join(said for e in parts if (said := self.xml.words(e))) or self.xml.words(abstract)


def _rank(kind: str) -> int:
    return _DATES.index(kind) if kind in _DATES else len(_DATES)
