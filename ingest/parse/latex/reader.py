"""One LaTeX paper: from its files to the text that a reader of the paper sees, and the ranges over it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from graph.vocabulary.document import Bibliography, Formula, Reference, SectionRole, Table
from ingest.parse.author_names import read_author_line
from ingest.parse.headings import role_of
from ingest.parse.identifiers import read_doi
from ingest.parse.latex.bibliography import Entry, read_bib, read_thebibliography
from ingest.parse.latex.blocks import Block, Kind, read_blocks
from ingest.parse.latex.braces import argument
from ingest.parse.latex.front import Front, read_front
from ingest.parse.latex.inline import MARK, Inline
from ingest.parse.latex.numbering import Numbered, number_blocks
from ingest.parse.latex.source import Source, without_comments
from ingest.parse.latex.tabular import find_tabulars, read_rows
from ingest.parse.latex.write import Piece, Writer, names_of
from ingest.parse.reference_authors import family_names
from ingest.parse.references import read_entry
from ingest.parse.table_cells import CellText, is_number, place_cells, without_markup

_BIBLIOGRAPHY = re.compile(r"\\(?:bibliography|addbibresource)\s*(?:\[[^\]]*\])?\s*\{(?P<names>[^{}]*)\}")
_PLACE = re.compile(r"\\(?:bibliography(?=\s*\{)|printbibliography)(?![a-zA-Z])")
_KEYS = re.compile(r"\\[a-zA-Z]*[cC]ite[a-zA-Z]*\*?\s*(?:\[[^\]]*\]\s*){0,2}\{(?P<keys>[^{}]*)\}")
_AND = re.compile(r"\\(?:and|And|AND|andname|andauthor)(?![a-zA-Z])")
_LINES = re.compile(r"\\\\\*?(?:\s*\[[^\]]*\])?|\\(?:quad|qquad|hfill|linebreak|newline)(?![a-zA-Z])|&|\n[ \t]*\n")
_RAISED = re.compile(r"\$\s*\^?\s*\{?[^$]{0,60}\}?\s*\$|\\textsuperscript\s*\{[^{}]*\}|\^\{[^{}]*\}")
_THANKS = re.compile(r"\\(?:thanks|footnote|footnotemark|orcidlink|inst|affiliation|email)\s*(?:\[[^\]]*\])?\s*(?=\{)")
_LISTED = 10


class LatexReader:
    """One paper, read when it is made."""

    def __init__(self, source: Source, files: Mapping[str, str], stem: str) -> None:
        self.warnings = list(source.warnings)
        front = read_front(source.text)
        inline = Inline(source.macros)
        blocks = read_blocks(front.body)
        self._numbered, labels = number_blocks(blocks)
        self._entries = self._find_entries(source.text, blocks, files, stem)
        read = [self._known(inline, entry) for entry in self._entries]
        self._known_of = dict(zip((entry.key for entry in self._entries), read, strict=True))
        numbers = {entry.key: at for at, entry in reversed(list(enumerate(self._entries, 1)))}
        names = {key: names_of(reference.authors) for key, reference in self._known_of.items()}
        self.writer = Writer(inline, numbers, names, labels)
        self._role: SectionRole | None = None
        self._after_references = self._in_appendix = False
        self.bibliography = self._front(front)
        self._body()
        self.sections, self.sentences, self.tables = self.writer.assembled()
        self._warn(inline)

    def _warn(self, inline: Inline) -> None:
        unknown = list(dict.fromkeys(self.writer.unknown))
        if unknown:
            listed = ", ".join(unknown[:_LISTED])
            self.warnings.append(f"{len(unknown)} cited key(s) are in no bibliography that is here: {listed}")
        if inline.cut_short:
            self.warnings.append(
                f"{inline.cut_short} expansion(s) of the authors' commands had no end and were left out"
            )
        if inline.kept_as_written:
            self.warnings.append(
                f"{inline.kept_as_written} piece(s) of the source are not well-formed: their commands were dropped"
            )

    # -- front ------------------------------------------------------------------------------------------------------

    def _front(self, front: Front) -> Bibliography:
        writer = self.writer
        title = ""
        if front.title:
            start, end = writer.put(_LINES.sub(" ", _without(front.title, _THANKS)))
            writer.pieces.append(Piece(start, end, SectionRole.TITLE))
            title = writer.text[start:end]
        authors = self._authors(front.authors)
        if authors:
            start, end = writer.put_as_it_is(", ".join(authors))
            writer.pieces.append(Piece(start, end, SectionRole.AUTHORS, prose=False, outer=start))
        abstracts = [n.block.source for n in self._numbered if n.block.kind is Kind.ABSTRACT] or [front.abstract]
        abstract = ""
        if abstracts[0].strip():
            begin = writer.size
            self._open(SectionRole.ABSTRACT, "Abstract", level=1)
            for block in read_blocks(abstracts[0]):
                self._paragraph(block)
            abstract = " ".join(writer.text[begin:].split())
        keywords = _plain(writer.inline, front.keywords)
        return Bibliography(
            title=title,
            authors=authors,
            abstract=abstract,
            doi=read_doi(front.body[:2000]) if "doi" in front.body[:2000].casefold() else None,
            keywords=tuple(word for each in re.split(r"[;,·]|\\sep", keywords) if (word := each.strip())),
        )

    def _authors(self, sources: Sequence[str]) -> tuple[str, ...]:
        r"""Return the names: of each part between ``\and``, the lines before its affiliation."""
        names: list[str] = []
        for source in sources:
            for part in _AND.split(_without(source, _THANKS)):
                for line in _LINES.split(_RAISED.sub(" , ", part)):
                    words = _plain(self.writer.inline, line)
                    if not words:
                        continue
                    found = read_author_line(words)
                    if not found:
                        break
                    names += found
        return tuple(dict.fromkeys(names))

    # -- body -------------------------------------------------------------------------------------------------------

    def _body(self) -> None:
        """Write the blocks in their order; the bibliography stands where its command or environment does."""
        written = False
        for numbered in self._numbered:
            block = numbered.block
            if block.kind is Kind.HEADING:
                self._heading(numbered)
            elif block.kind is Kind.APPENDIX:
                self._in_appendix = True
            elif block.kind is Kind.FORMULA:
                self._formula(numbered)
            elif block.kind is Kind.FLOAT:
                self._float(numbered)
            elif block.kind is Kind.TABULAR:
                self._tables(block.source, label=None, caption=None)
            elif block.kind is Kind.CODE:
                self.writer.put_as_it_is(block.source)
            elif block.kind is Kind.PARAGRAPH:
                self._paragraph(block)
            is_place = block.kind is Kind.BIBLIOGRAPHY or _PLACE.search(block.source) is not None
            if is_place and not written:
                self._references()
                written = True
        if not written:
            self._references()

    def _open(self, role: SectionRole, heading: str, *, level: int, number: str | None = None, outer: int = -1) -> None:
        at = self.writer.size
        self.writer.pieces.append(
            Piece(at, at, role, heading, number, level, prose=False, outer=at if outer < 0 else outer)
        )
        self._role = role

    def _heading(self, numbered: Numbered) -> None:
        title = _plain(self.writer.inline, numbered.block.source)
        outer = self.writer.size
        after = self._after_references or self._in_appendix
        role = role_of(title, after_references=after)
        if role is SectionRole.ABSTRACT and any(p.role is SectionRole.ABSTRACT for p in self.writer.pieces):
            role = SectionRole.BODY
        printed = f"{numbered.number} {title}" if numbered.number else title
        if printed.strip():
            self.writer.put_as_it_is(printed)
        self._open(role, title.rstrip(".:"), level=max(numbered.level, 1), number=numbered.number, outer=outer)
        self._notes()

    def _paragraph(self, block: Block) -> None:
        start, end = self.writer.put(block.source)
        if start < end:
            self.writer.pieces.append(Piece(start, end))
        self._notes()

    def _notes(self) -> None:
        """Write the footnotes met so far, each behind the paragraph that it belongs to."""
        inline = self.writer.inline
        while inline.notes:
            start, end = self.writer.put(inline.notes.pop(0))
            if start < end:
                self.writer.pieces.append(Piece(start, end, SectionRole.FOOTNOTE))

    def _formula(self, numbered: Numbered) -> None:
        start, end = self.writer.put_as_it_is(numbered.block.source)
        if start < end:
            self.writer.formulas.append(Formula(char_start=start, char_end=end, number=numbered.number))

    def _float(self, numbered: Numbered) -> None:
        last: Piece | None = None
        label: str | None = None
        for caption in numbered.captions:
            start, end = self.writer.put(caption.source, label=f"{caption.label}: " if caption.label else "")
            if start < end:
                piece = Piece(start, end, SectionRole.CAPTION, heading=caption.label)
                self.writer.pieces.append(piece)
                if caption.label or last is None:
                    last, label = piece, caption.label or None
        self._tables(numbered.block.source, label=label, caption=last)
        self._notes()

    def _tables(self, source: str, *, label: str | None, caption: Piece | None) -> None:
        for content in find_tabulars(source):
            rows: list[list[CellText]] = []
            begin = end = self.writer.size
            for row in read_rows(content):
                cells = []
                for at, cell in enumerate(row):
                    before = "\t" if at else "\n" if rows else "\n\n"
                    self.writer.space(before)
                    if is_number(cell.source):  # as printed, also where the source has it as a formula
                        start, end = self.writer.put_as_it_is(without_markup(cell.source), before="")
                    else:
                        start, end = self.writer.put(cell.source, before="")
                    cells.append(
                        CellText(start, end, row_span=cell.row_span, column_span=cell.column_span, bold=cell.bold)
                    )
                    if not rows and not at:
                        begin = start
                rows.append(cells)
            if any(cell.char_start < cell.char_end for row in rows for cell in row):
                self.writer.pieces.append(Piece(begin, end, SectionRole.TABLE, prose=False))
                placed = place_cells(rows, self.writer.text)
                table = Table(char_start=begin, char_end=end, cells=placed, label=label or None)
                self.writer.tables.append((table, caption))

    # -- bibliography -----------------------------------------------------------------------------------------------

    def _find_entries(self, text: str, blocks: Sequence[Block], files: Mapping[str, str], stem: str) -> list[Entry]:
        """Return the entries of the text's own bibliography, else of its .bbl, else of the .bib files it names."""
        own = [e for b in blocks if b.kind is Kind.BIBLIOGRAPHY for e in read_thebibliography(b.source)]
        if own:
            return own
        printed = sorted(path for path in files if path.endswith(".bbl"))
        printed.sort(key=lambda path: PurePosixPath(path).stem != stem)
        for path in printed:
            if entries := read_thebibliography(without_comments(files[path])):
                return entries
        cited = [k.strip() for m in _KEYS.finditer(text) for k in m.group("keys").split(",") if k.strip()]
        named = [n.strip() for m in _BIBLIOGRAPHY.finditer(text) for n in m.group("names").split(",") if n.strip()]
        found: list[Entry] = []
        for name in named:
            plain = name.removesuffix(".bib").removeprefix("./")
            path = next((p for p in sorted(files) if p.removesuffix(".bib").endswith(plain) and p.endswith(".bib")), "")
            if path:
                found += [e for e in read_bib(files[path], cited) if e.key not in {each.key for each in found}]
        if named and not found:
            self.warnings.append(f"the bibliography {', '.join(named)} is not here: references were not read")
        order = {key: at for at, key in reversed(list(enumerate(cited)))}
        return sorted(found, key=lambda entry: order.get(entry.key, len(order)))

    def _known(self, inline: Inline, entry: Entry) -> Reference:
        """Return what is known of an entry: what the file says itself, else what its words show."""
        whole = _plain(inline, " ".join(entry.blocks))
        by_words = read_entry(whole, 0, len(whole))
        return by_words.model_copy(
            update={
                "authors": family_names(_plain(inline, entry.authors)) or by_words.authors,
                "title": _plain(inline, entry.title).rstrip(" .,") or by_words.title,
                "year": entry.year or by_words.year,
                "venue": _plain(inline, entry.venue) or by_words.venue,
            }
        )

    def _references(self) -> None:
        if not self._entries:
            return
        if self._role is not SectionRole.REFERENCES:
            outer = self.writer.size
            self.writer.put_as_it_is("References")
            self._open(SectionRole.REFERENCES, "References", level=1, outer=outer)
        for number, entry in enumerate(self._entries, 1):
            start, _ = self.writer.put_as_it_is(f"[{number}]", before="\n")
            _, end = self.writer.put(" ".join(entry.blocks), before=" ")
            known = self._known_of[entry.key]
            place = {"char_start": start, "char_end": end, "label": str(number)}
            self.writer.references.append(known.model_copy(update=place))
        self.writer.inline.notes.clear()
        self._after_references = True


def _plain(inline: Inline, source: str) -> str:
    """Return *source* as words without what would need the document around it."""
    notes = len(inline.notes)
    words = MARK.sub(
        lambda m: inline.marks[int(m.group(1))].values[0] if _is_text(inline, m) else "", inline.words(source)
    )
    del inline.notes[notes:]
    return " ".join(words.split())


def _is_text(inline: Inline, match: re.Match[str]) -> bool:
    return inline.marks[int(match.group(1))].kind == "text"


def _without(source: str, commands: re.Pattern[str]) -> str:
    """Return *source* without *commands* and their arguments."""
    kept: list[str] = []
    position = 0
    while match := commands.search(source, position):
        inner = argument(source, match.end())
        kept.append(source[position : match.start()])
        position = inner.end if inner else match.end() + 1
    return "".join(kept) + source[position:]
