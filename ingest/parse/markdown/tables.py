"""Pipe tables of Markdown as cells."""

from __future__ import annotations

import itertools
import re

from graph.vocabulary.document import Cell
from ingest.parse.markdown_blocks import Block
from ingest.parse.table_cells import CellText, place_cells, trimmed

_BAR = re.compile(r"\\.|\|", re.DOTALL)
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_BOLD = re.compile(r"(?:\*\*|__).+(?:\*\*|__)", re.DOTALL)


def read_cells(text: str, block: Block) -> tuple[Cell, ...]:
    """Return the cells of a table; the row before the rule of dashes names the columns."""
    rows: list[list[tuple[int, int]]] = []
    rule_at: int | None = None
    start = block.start
    for line in text[block.start : block.end].splitlines(keepends=True):
        end = start + len(line.rstrip("\r\n"))
        if _RULE.fullmatch(text, start, end) and rule_at is None and len(rows) == 1:
            rule_at = len(rows)
        else:
            rows.append(_split(text, start, end))
        start += len(line)
    heads = rule_at if rule_at is not None and any(text[a:b].strip() for a, b in rows[0]) else 0
    cells = [
        trimmed((CellText(a, b, header=True if at < heads else None, bold=_is_bold(text[a:b])) for a, b in row), text)
        for at, row in enumerate(rows)
    ]
    return place_cells(cells, text)


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges between the bars of a line; a bar behind a backslash is a character of its cell."""
    bars = [mark.start() for mark in _BAR.finditer(text, start, end) if mark.group() == "|"]
    edges = [start - 1, *bars, end]
    cells = [(a + 1, b) for a, b in itertools.pairwise(edges)]
    if cells and not text[slice(*cells[0])].strip():
        cells = cells[1:]
    if cells and not text[slice(*cells[-1])].strip() and bars and not text[bars[-1] + 1 : end].strip():
        cells = cells[:-1]
    return cells


def _is_bold(cell: str) -> bool:
    return _BOLD.fullmatch(cell.strip()) is not None
