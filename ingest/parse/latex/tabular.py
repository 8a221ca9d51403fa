r"""The cells of a LaTeX table: rows by ``\\``, cells by ``&``, with ``\multicolumn`` and ``\multirow``."""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.parse.latex.blocks import TABULARS
from ingest.parse.latex.braces import argument, end_of_environment, optional_argument

_BEGIN = re.compile(rf"\\begin\s*\{{(?P<name>(?:{'|'.join(sorted(TABULARS))})\*?)\}}")
_SPLIT = re.compile(
    r"(?P<skip>\\[&%$#_{}])|(?P<open>\{|\\begin\s*\{[^{}]*\})|(?P<close>\}|\\end\s*\{[^{}]*\})"
    r"|(?P<row>\\\\\*?(?:\s*\[[^\]\n]{0,20}\])?|\\tabularnewline(?![a-zA-Z])|\\cr(?![a-zA-Z]))|(?P<cell>&)"
)
_RULES = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|hhline\s*\{[^{}]*\}"
    r"|(?:cline|cmidrule|specialrule|addlinespace)\s*(?:\([^()]*\))?\s*(?:\[[^\]]*\])?(?:\s*\([^()]*\))?"
    r"(?:\s*\{[^{}]*\}){0,3}|rowcolor\s*(?:\[[^\]]*\])?\{[^{}]*\}|arrayrulecolor\s*\{[^{}]*\}"
    r"|noalign\s*\{[^{}]*\})(?![a-zA-Z])"
)
_MULTICOLUMN = re.compile(r"\s*\\multicolumn(?![a-zA-Z])")
_MULTIROW = re.compile(r"\s*\\multirow(?:cell)?(?![a-zA-Z])")
_CELL_COLOUR = re.compile(r"\\cellcolor\s*(?:\[[^\]]*\])?\{[^{}]*\}")
_BOLD = re.compile(r"\s*[{$]*\s*\\(?:textbf|bf|bfseries|mathbf|boldsymbol|bm)(?![a-zA-Z])")
_MAX_SPAN = 1000
_MAX_CELLS = 50_000


class SourceCell(NamedTuple):
    """The source of a cell, and how far it reaches."""

    source: str
    row_span: int
    column_span: int
    bold: bool


def find_tabulars(text: str) -> list[str]:
    """Return the contents of the tables in *text*, each without its column specification; tables inside stay inside."""
    found: list[str] = []
    at = 0
    while match := _BEGIN.search(text, at):
        content = match.end()
        name = match.group("name")
        end, at = end_of_environment(text, name, content)
        has_width = name.rstrip("*") in {"tabularx", "tabulary", "xltabular"} or name == "tabular*"
        if has_width and (width := argument(text, content)):
            content = width.end
        while placed := optional_argument(text, content):
            content = placed.end
        if columns := argument(text, content):
            content = columns.end
        found.append(text[content:end] if content < end else "")
    return found


def read_rows(content: str) -> list[list[SourceCell]]:
    """Return the rows of a table's *content* without rules, empty rows and the empty cells below a multirow."""
    rows: list[list[SourceCell]] = []
    cells: list[str] = []
    start = depth = count = 0
    for mark in _SPLIT.finditer(_RULES.sub(" ", content)):
        if mark.group("open"):
            depth += 1
        elif mark.group("close"):
            depth = max(depth - 1, 0)
        elif depth == 0 and (mark.group("row") or mark.group("cell")) and count < _MAX_CELLS:
            count += 1
            cells.append(mark.string[start : mark.start()])
            start = mark.end()
            if mark.group("row"):
                rows.append([_cell(each) for each in cells])
                cells = []
    last = _RULES.sub(" ", content)[start:]
    if cells or last.strip():
        rows.append([_cell(each) for each in [*cells, last]])
    return _without_covered([row for row in rows if any(cell.source.strip() for cell in row)])


def _cell(source: str) -> SourceCell:
    source = _CELL_COLOUR.sub("", source)
    row_span = column_span = 1
    if (match := _MULTICOLUMN.match(source)) and (taken := _arguments(source, match.end(), 3)):
        column_span, source = _number(taken[0]), taken[2]
    if match := _MULTIROW.match(source):
        at = match.end()
        while placed := optional_argument(source, at):
            at = placed.end
        if number := argument(source, at):
            at = number.end
            while placed := optional_argument(source, at):
                at = placed.end
            width = argument(source, at)
            at = width.end if width and not source.startswith("*", at) else at + 1  # {2}{*}{…} and {2}*{…}
            if words := argument(source, at):
                row_span, source = _number(number.text), words.text
    return SourceCell(source, row_span, column_span, _BOLD.match(source) is not None)


def _arguments(source: str, at: int, count: int) -> list[str]:
    found: list[str] = []
    for _ in range(count):
        following = argument(source, at)
        if following is None:
            return []
        found.append(following.text)
        at = following.end
    return found


def _number(printed: str) -> int:
    digits = printed.strip().lstrip("-")
    return int(digits) if digits.isdecimal() and len(digits) <= 4 and 1 <= int(digits) <= _MAX_SPAN else 1


def _without_covered(rows: list[list[SourceCell]]) -> list[list[SourceCell]]:
    """Take the empty cells out that LaTeX wants below a multirow; a grid counts them as covered."""
    result: list[list[SourceCell]] = []
    covered: dict[int, int] = {}
    for row in rows:
        below, covered = covered, {column: left - 1 for column, left in covered.items() if left > 1}
        kept: list[SourceCell] = []
        column = 0
        for cell in row:
            if column in below and not cell.source.strip():
                column += cell.column_span
                continue
            kept.append(cell)
            if cell.row_span > 1:
                covered.update(dict.fromkeys(range(column, column + cell.column_span), cell.row_span - 1))
            column += cell.column_span
        result.append(kept)
    return result
