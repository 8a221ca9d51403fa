"""A table of a document as rows of numbers, each with the headers above it and the labels beside it.

A cell that spans columns stands above all of them. A row whose cells hold one text and no number names the rows below
it ("Supervised", or the same text in every column, as converters repeat it). Guarantees: every quote is a range of the
document's text. Not read: cells that hold two values ("75.3 / 80.1"), and rows that a
converter glued together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from graph.vocabulary.document import Cell, Document, Table
from graph.vocabulary.extraction import Span

_MARKS = re.compile(r"[*_†‡§¶♣♠]+")
_NUMBER = re.compile(
    r"(?P<value>[-+−–]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+−–]?\d+(?:\s?\.\s?\d+)?|[-+−–]?\.\d+)\s*(?P<unit>%|\\%)?"
    r"\s*(?:(?:±|\+/-|\\pm)\s*\d*\s?\.?\s?\d+\s*%?|\(\s*(?:±|\+/-)?\s*\d*\.?\d+\s*\))?"
)
_GLUED = re.compile(r"\d\.\d+\s+\d+\.\d")  # two rows that a converter made one: which label goes with which number?
_MINUS = str.maketrans("−–", "--")


@dataclass(frozen=True, slots=True)
class TableValue:
    """A number of a table: what is printed, its value, its headers (the nearest first), labels and group.

    `inherited` are the labels of a row above that stand for this one too, where its own label cells are empty.
    """

    printed: str
    value: float
    headers: tuple[str, ...]
    labels: tuple[str, ...]
    group: str
    inherited: tuple[str, ...]
    row: Span
    column: int
    bold: bool


def values_of(document: Document, table: Table) -> list[TableValue]:
    """Return the numbers of *table*, in reading order."""
    rows: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        rows[cell.row].append(cell)
    found: list[TableValue] = []
    above: dict[int, list[str]] = {}
    group = ""
    beside: dict[int, str] = {}
    for number in sorted(rows):
        cells = sorted(rows[number], key=lambda cell: cell.column)
        texts = [_plain(document.quote(cell)) for cell in cells]
        if _names_columns(cells, texts):
            for cell, text in zip(cells, texts, strict=True):
                for column in range(cell.column, cell.column + cell.column_span) if text else ():
                    above[column] = [text, *(each for each in above.get(column, ()) if each != text)]
            continue
        if title := _title_of(texts):
            group = title
            continue
        found += _values_of_row(document, cells, texts, above, (group, beside))
    return found


def _values_of_row(
    document: Document,
    cells: Sequence[Cell],
    texts: Sequence[str],
    above: dict[int, list[str]],
    context: tuple[str, dict[int, str]],
) -> list[TableValue]:
    """Return the numbers of one row; the labels it brings are remembered in *context* for the rows below."""
    group, beside = context
    if any(_GLUED.search(text) for text in texts):
        return []
    row = _span(document, cells)
    numbers = [_NUMBER.fullmatch(text) for text in texts]
    first = next((at for at, match in enumerate(numbers) if match and not cells[at].header), len(cells))
    labels = tuple(text for text in texts[:first] if text)
    inherited = tuple(beside[at] for at, text in enumerate(texts[:first]) if not text and at in beside)
    for at, text in enumerate(texts[:first]):
        if text:
            beside[at] = text
    return [
        TableValue(
            printed=document.quote(cell).strip(),
            value=float(re.sub(r"[\s,]", "", match.group("value")).translate(_MINUS)),
            headers=tuple(above.get(cell.column, ())),
            labels=labels,
            group=group,
            inherited=inherited,
            row=row,
            column=cell.column,
            bold=cell.bold,
        )
        for at, (cell, match) in enumerate(zip(cells, numbers, strict=True))
        if match and at >= first
    ]


def _names_columns(cells: Sequence[Cell], texts: Sequence[str]) -> bool:
    """Say whether a row is a header row: nothing but headers, more than one text, or one over the columns alone."""
    filled = [cell for cell, text in zip(cells, texts, strict=True) if text]
    if len(filled) < 2 or not all(cell.header for cell in filled):
        return False
    return len(set(texts) - {""}) > 1 or not texts[0]


def _title_of(texts: Sequence[str]) -> str:
    """Return the one text of a row that holds no number, or an empty text."""
    held = {text for text in texts if text}
    return held.pop() if len(held) == 1 and not _NUMBER.fullmatch(next(iter(held))) else ""


def _plain(text: str) -> str:
    return _MARKS.sub("", text).strip()


def _span(document: Document, cells: Sequence[Cell]) -> Span:
    filled = [cell for cell in cells if cell.char_end > cell.char_start]
    start, end = min(cell.char_start for cell in filled), max(cell.char_end for cell in filled)
    return Span(char_start=start, char_end=end, quote=document.text[start:end])
