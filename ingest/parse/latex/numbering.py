r"""The numbers that LaTeX prints: of sections, floats and formulas, and what ``\ref`` shows for a label.

By LaTeX's own counting in the standard classes. Not done: classes that count otherwise, ``\setcounter``, and theorems,
which share counters as each author likes: a reference to one prints the number of its section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.parse.latex.blocks import Block, Kind
from ingest.parse.latex.braces import argument, end_of_environment, optional_argument

_LABEL = re.compile(r"\\label\s*\{(?P<label>[^{}]*)\}")
_CAPTION = re.compile(r"\\caption(?P<of>of)?(?P<sub>\*?)(?![a-zA-Z])")
_SUB = re.compile(r"\\begin\s*\{(?P<name>subfigure|subtable|subfloat)\*?\}")
_ROW = re.compile(r"\\\\")
_UNNUMBERED = re.compile(r"\\(?:nonumber|notag)(?![a-zA-Z])")
_TAG = re.compile(r"\\tag\*?\s*\{(?P<tag>[^{}]*)\}")
_BY_ROWS = frozenset({"align", "gather", "eqnarray", "flalign", "alignat"})
_MAX_DEPTH = 3  # secnumdepth of the standard classes


class Label(NamedTuple):
    """What a label stands for: ``Table`` and ``2``."""

    kind: str
    number: str


class Caption(NamedTuple):
    """A caption's source, the kind and number that are printed before it, and where it stands in its float."""

    source: str
    label: str
    at: int


class Numbered(NamedTuple):
    """A block with its number: of a heading or formula, None where none is printed; captions of a float."""

    block: Block
    level: int
    number: str | None
    captions: tuple[Caption, ...]


def number_blocks(blocks: Sequence[Block]) -> tuple[list[Numbered], dict[str, Label]]:
    """Return the blocks with their numbers, and the labels set in them."""
    counting = _Counting(with_chapters=any(b.name == "chapter" for b in blocks if b.kind is Kind.HEADING))
    return [counting.take(block) for block in blocks], counting.labels


class _Counting:
    def __init__(self, *, with_chapters: bool) -> None:
        self.labels: dict[str, Label] = {}
        self._deeper = 1 if with_chapters else 0
        self._sections = [0] * 8
        self._floats: dict[str, int] = {}
        self._equations = 0
        self._appendix = False
        self._current = Label("Section", "")

    def take(self, block: Block) -> Numbered:
        number: str | None = None
        level = block.level
        captions: tuple[Caption, ...] = ()
        if block.kind is Kind.APPENDIX:
            self._appendix, self._sections = True, [0] * 8
        elif block.kind is Kind.HEADING:
            level = block.level + (self._deeper if block.name != "chapter" else 0)
            number = self._heading(level) if not block.starred and 1 <= level <= _MAX_DEPTH else None
            self._set(block.source, self._current)
        elif block.kind is Kind.FORMULA:
            number = self._formula(block)
        elif block.kind is Kind.FLOAT:
            captions = tuple(self._captions(block))
        else:
            self._set(block.source, self._current)
        return Numbered(block, level, number, captions)

    def _set(self, source: str, label: Label) -> None:
        for match in _LABEL.finditer(source):
            self.labels[match.group("label").strip()] = label

    def _heading(self, level: int) -> str:
        self._sections[level - 1] += 1
        self._sections[level:] = [0] * (8 - level)
        parts = [str(count) for count in self._sections[:level]]
        if self._appendix and self._sections[0] <= 26:
            parts[0] = chr(ord("A") + max(self._sections[0] - 1, 0))
        number = ".".join(parts)
        self._current = Label("Appendix" if self._appendix else "Section", number)
        return number

    def _formula(self, block: Block) -> str | None:
        """Number the formula; each row of an ``align`` counts. Its first number is returned."""
        if tag := _TAG.search(block.source):
            self._set(block.source, Label("Equation", tag.group("tag")))
            return f"({tag.group('tag')})"
        plain = block.name.rstrip("*")
        if not block.name or block.name.endswith("*") or plain in {"displaymath", "math"}:
            return None
        rows = _ROW.split(block.source) if plain in _BY_ROWS else [block.source]
        first: str | None = None
        for row in rows:
            if _UNNUMBERED.search(row):
                continue
            self._equations += 1
            first = first or f"({self._equations})"
            self._set(row, Label("Equation", str(self._equations)))
        return first

    def _captions(self, block: Block) -> Iterator[Caption]:
        inner = [
            (m.end(), end_of_environment(block.source, m.group("name"), m.end())[0])
            for m in _SUB.finditer(block.source)
        ]
        kind, label = _kind_of(block.name), Label("", "")
        position = 0
        for match in _CAPTION.finditer(block.source):
            at, own = match.end(), kind
            if match.group("of"):
                named = argument(block.source, at)
                if named is None:
                    continue
                at, own = named.end, _kind_of(named.text.strip())
            if short := optional_argument(block.source, at):
                at = short.end
            words = argument(block.source, at)
            if words is None:
                continue
            is_sub = any(start <= match.start() < end for start, end in inner)
            printed = ""
            if not is_sub and not match.group("sub"):
                self._floats[own] = self._floats.get(own, 0) + 1
                label = Label(own, str(self._floats[own]))
                printed = f"{own} {label.number}"
                self._set(block.source[position:], label)
                position = words.end
            yield Caption(_LABEL.sub("", words.text), printed, match.start())


def _kind_of(environment: str) -> str:
    if "tab" in environment.casefold() and environment != "figwindow":
        return "Table"
    if environment.startswith("algorithm"):
        return "Algorithm"
    return "Listing" if environment == "listing" else "Figure"
