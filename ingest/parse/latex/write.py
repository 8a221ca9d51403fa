"""The text of a LaTeX document while it is written: pieces with their ranges, and what was recognised in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from graph.vocabulary.document import Citation, Formula, Reference, Section, SectionRole, Sentence, Table
from ingest.parse.latex.inline import MARK, TEXTUAL, Inline, Mark
from ingest.parse.latex.numbering import Label
from ingest.parse.parts import Parts

_KINDS = frozenset({"Cref", "cref", "autoref"})
_PLURAL = {"Figure": "Figures", "Table": "Tables", "Section": "Sections", "Equation": "Equations"}


@dataclass(frozen=True)
class Piece:
    """A range of the text and what it is for: a role for a section of its own, or prose of the section that is open.

    `outer` is where the heading of a section begins: there the section before it ends.
    """

    start: int
    end: int
    role: SectionRole | None = None
    heading: str = ""
    number: str | None = None
    level: int = 0
    prose: bool = True
    outer: int = 0


@dataclass
class Writer:
    """Collects the text. `numbers` and `names` are those of the bibliography, by key; `labels` may grow meanwhile."""

    inline: Inline
    numbers: dict[str, int]
    names: dict[str, str]
    labels: dict[str, Label]
    pieces: list[Piece] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    tables: list[tuple[Table, Piece | None]] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    size: int = 0
    _written: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that is written so far."""
        return "".join(self._written)

    def _write(self, text: str) -> None:
        self._written.append(text)
        self.size += len(text)

    def put(self, source: str, *, before: str = "\n\n", label: str = "") -> tuple[int, int]:
        """Write *source* as words behind *before* and *label*; return their range. No words, nothing written."""
        words = self.inline.words(source)
        if not words:
            return self.size, self.size
        self.space(before)
        start = self.size
        self._write(label)
        position = 0
        for match in MARK.finditer(words):
            self._write(words[position : match.start()])
            self._put_mark(self.inline.marks[int(match.group(1))])
            position = match.end()
        self._write(words[position:])
        return start, self.size

    def put_as_it_is(self, text: str, *, before: str = "\n\n") -> tuple[int, int]:
        """Write *text* without reading it."""
        self.space(before)
        start = self.size
        self._write(text.strip())
        return start, self.size

    def space(self, before: str) -> None:
        """Write what stands between two pieces."""
        if self.size:
            self._write(before)

    def _put_mark(self, mark: Mark) -> None:
        if mark.kind == "text":
            self._write(mark.values[0])
        elif mark.kind == "ref":
            self._write(self._reference(mark))
        else:
            self._put_citation(mark)

    def _put_citation(self, mark: Mark) -> None:
        """Print ``[3, 5]``, or ``Smith et al. [3]`` where the command prints names; an unknown key prints itself."""
        start = self.size
        known = sorted({self.numbers[key] for key in mark.values if key in self.numbers})
        self.unknown += [key for key in mark.values if key not in self.numbers]
        printed = [str(number) for number in known] + [key for key in mark.values if key not in self.numbers]
        names = [self.names.get(key, "") for key in mark.values] if mark.command in TEXTUAL else []
        if len(names) == 1 and names[0]:
            self._write(f"{names[0]} ")
        self._write(f"[{', '.join(printed)}]")
        self.citations.append(
            Citation(char_start=start, char_end=self.size, references=tuple(number - 1 for number in known))
        )

    def _reference(self, mark: Mark) -> str:
        found = [self.labels.get(value) or Label("", "??") for value in mark.values]
        if mark.command in _KINDS:
            groups = [
                (kind, [label.number for label in same]) for kind, same in groupby(found, lambda label: label.kind)
            ]
            named = [
                f"{_PLURAL.get(kind, kind) if len(numbers) > 1 else kind} {_listed(numbers)}".strip()
                for kind, numbers in groups
            ]
            return _listed(named)
        numbers = _listed([label.number for label in found])
        return f"({numbers})" if mark.command == "eqref" else numbers

    def assembled(self) -> tuple[tuple[Section, ...], tuple[Sentence, ...], tuple[Table, ...]]:
        """Return sections, sentences and tables: a section reaches to the next one; captions and notes lie inside."""
        parts = Parts(self.text)
        places: dict[int, int] = {}
        current = -1
        for at, piece in enumerate(self.pieces):
            if piece.role in _APART:
                index = parts.open(piece.role, piece.start, piece.end, heading=piece.heading)
            elif piece.role is not None:
                current = parts.open(
                    piece.role,
                    piece.start,
                    _end_of(self.pieces, at, self.size),
                    heading=piece.heading,
                    level=piece.level,
                    number=piece.number,
                )
                index = current
            else:
                if current < 0:
                    current = parts.open(SectionRole.BODY, piece.start, _end_of(self.pieces, at, self.size))
                index = current
            if piece.role is SectionRole.TITLE:
                parts.add_sentence(index, piece.start, piece.end)
            elif piece.prose and piece.start < piece.end:
                parts.add_prose(index, piece.start, piece.end)
            places[id(piece)] = index
        tables = tuple(
            table.model_copy(update={"caption": places[id(caption)]}) if caption else table
            for table, caption in self.tables
        )
        return parts.sections, parts.sentences, tables


_APART = frozenset({SectionRole.CAPTION, SectionRole.TABLE, SectionRole.FOOTNOTE})


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]


def _end_of(pieces: Sequence[Piece], at: int, end: int) -> int:
    """Return where the section that begins with piece *at* ends: at the heading of the next one."""
    following = (p for p in pieces[at + 1 :] if p.role is not None and p.role not in _APART)
    after = next(following, None)
    return after.outer if after else end


def names_of(authors: Iterable[str]) -> str:
    """Return how authors are named in the text: one, two, or the first and others."""
    families = list(authors)
    if not families:
        return ""
    if len(families) == 2:
        return f"{families[0]} and {families[1]}"
    return families[0] if len(families) == 1 else f"{families[0]} et al."
