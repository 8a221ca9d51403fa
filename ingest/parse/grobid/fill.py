"""Pages that GROBID left out, taken from the rules' parse of the same PDF and put behind its text.

Sections, sentences, tables and formulas of those pages keep their headings, roles and boxes. Entries of a bibliography
that stood there are added, and citations that nothing resolved so far may then name them. They stand at the end, not in
their place: the text that GROBID returned is not moved.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from graph.vocabulary.document import Cell, Document, Formula, Reference, Section, SectionRole, Sentence, Table
from ingest.parse.citations import find_citations
from ingest.parse.marked_citations import merge_citations
from ingest.parse.text_normalisation import letters_and_digits

_R = TypeVar("_R", Cell, Formula, Reference, Sentence, Table)
_SAME_ENTRY = 0.7  # share of an entry's words that are among those of the page it stands on


def fill(document: Document, rules: Document, pages: Collection[int], page_words: set[str]) -> dict[str, Any]:
    """Return the fields of *document* that change when *pages* are taken from *rules*.

    *page_words* are the words of those pages (`coverage.words_of_page`): entries of a bibliography have no boxes.
    """
    filling = _Filling(document, rules)
    for index, section in enumerate(rules.sections):
        sentences = [s for s in rules.sentences if s.section == index and s.page in pages]
        tables = [t for t in rules.tables if t.boxes and t.boxes[0].page in pages and _inside(t, section)]
        if section.role is SectionRole.REFERENCES:
            filling.add_entries(section, page_words)
        elif sentences or tables:
            filling.add(section, sentences, tables)
    return filling.fields()


class _Filling:
    def __init__(self, document: Document, rules: Document) -> None:
        self.document, self.rules = document, rules
        self.text = document.text
        self.sections, self.sentences = list(document.sections), list(document.sentences)
        self.tables, self.formulas = list(document.tables), list(document.formulas)
        self.references = list(document.references)

    def add(self, section: Section, sentences: list[Sentence], tables: list[Table]) -> None:
        """Append the part of *section* that its *sentences* and *tables* span."""
        parts: list[Sentence | Table] = [*sentences, *tables]
        start, end = min(p.char_start for p in parts), max(p.char_end for p in parts)
        shift = self._append(start, end)
        index = len(self.sections)
        self.sections.append(section.model_copy(update={"char_start": start + shift, "char_end": end + shift}))
        self.sentences += [_moved(s, shift, section=index) for s in sentences]
        for table in tables:
            cells = tuple(_moved(cell, shift) for cell in table.cells)
            self.tables.append(_moved(table, shift, cells=cells, caption=None))
        inside = [f for f in self.rules.formulas if start <= f.char_start and f.char_end <= end]
        self.formulas += [_moved(formula, shift) for formula in inside]

    def add_entries(self, section: Section, page_words: set[str]) -> None:
        """Append the entries that stand on the missing pages and that GROBID does not have."""
        known = {letters_and_digits(r.title) for r in self.references if r.title}
        new = [
            r
            for r in self.rules.references
            if _inside(r, section)
            and self._stands_there(r, page_words)
            and (not r.title or letters_and_digits(r.title) not in known)
        ]
        if not new:
            return
        begin = 0
        for at, entry in enumerate(new):
            shift = self._append(entry.char_start, entry.char_end)
            begin = begin or entry.char_start + shift
            self.references.append(_moved(entry, shift))
            if at == len(new) - 1:
                self.sections.append(section.model_copy(update={"char_start": begin, "char_end": len(self.text)}))

    def _stands_there(self, entry: Reference, page_words: set[str]) -> bool:
        words = [w for w in map(letters_and_digits, self.rules.quote(entry).split()) if len(w) >= 4]
        return bool(words) and sum(w in page_words for w in words) >= _SAME_ENTRY * len(words)

    def _append(self, start: int, end: int) -> int:
        """Put a range of the rules' text behind ours; return how far its offsets move."""
        self.text += "\n\n"
        shift = len(self.text) - start
        self.text += self.rules.text[start:end]
        return shift

    def fields(self) -> dict[str, Any]:
        ranges = [(s.char_start, s.char_end) for s in self.sentences]
        read = find_citations(self.text, self.references, ranges)
        return {
            "text": self.text,
            "sections": tuple(self.sections),
            "sentences": tuple(self.sentences),
            "tables": tuple(self.tables),
            "formulas": tuple(self.formulas),
            "references": tuple(self.references),
            "citations": merge_citations(self.document.citations, read),
        }


def _inside(part: Table | Reference, section: Section) -> bool:
    return section.char_start <= part.char_start and part.char_end <= section.char_end


def _moved(part: _R, shift: int, **changed: Any) -> _R:
    place = {"char_start": part.char_start + shift, "char_end": part.char_end + shift}
    return part.model_copy(update={**place, **changed})
