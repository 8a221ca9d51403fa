"""Displayed formulas: rows that stand apart from the prose and hold symbols instead of words.

A row is the core of a formula when it holds no word of prose and either ends in a number at the column's edge ("(3)"),
or stands off the left edge with symbols in a formula font or an operator. Rows that touch a core and hold no prose
either (numerators, limits of a sum, the second line) belong to it.

Not done: formulas within a line of prose, and what a formula says.
"""

from __future__ import annotations

import re

from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.style import Style, gap_above, gap_below

_NUMBER = re.compile(r"\((?:[A-Z]\.?\s?)?\d{1,3}(?:\.\d{1,3})?[a-z]?\)|\([a-z]\)")
_NUMBER_AT_END = re.compile(rf"(?:^|\s)(?P<number>{_NUMBER.pattern})$")
_OPERATOR = re.compile(r"[=≈≡≤≥<>∈∼≜∝→←∑∏∫√±×·⊙⊗⊕∥∀∂∇]|:=|(?:^|\s)[+−-](?:\s|$)")
_PROSE = re.compile(r"[A-Za-z]?[a-z]{3,}(?:[-’'][a-z]+)*[,;.:]?$")
# Names of functions and the few words that stand inside formulas.
_MATH_WORDS = frozenset(
    (
        *("argmax", "argmin", "arg", "max", "min", "softmax", "sigmoid", "tanh", "relu", "exp", "log", "sin", "cos"),
        *("concat", "sup", "inf", "lim", "where", "otherwise", "else", "for", "and", "subject", "such", "that", "with"),
        *("all", "diag", "trace", "rank", "sign", "loss", "score", "attention", "gru", "lstm", "ffn", "mlp", "cnn"),
        *("bilstm", "rnn", "norm", "dropout", "maxpool", "pool", "bleu", "precision", "recall", "count", "sim"),
        *("layernorm", "multihead", "head", "embed", "linear", "conv", "dim", "var", "cov", "det", "mod", "pad"),
    )
)
_INDENT = 0.8  # of the type size: prose begins at the edge of its column or one indent from it
_MATH = 0.3  # share of a row's characters in a formula font
_MAX_CHARACTERS = 200
_AT_EDGE = 14.0  # points between a formula's number and the right edge of its column
_TOUCHING = 0.9  # of the pitch: parts of one formula are no further apart


def mark_formulas(rows: list[Row], kinds: list[RowKind], style: Style, *, but_not: range) -> None:
    """Mark the rows of displayed formulas among the body rows, those of the bibliography (*but_not*) left alone."""
    count = len(rows)
    open_rows = [kinds[at] is RowKind.BODY and at not in but_not for at in range(count)]
    core = [open_rows[at] and _is_core(rows, at, style) for at in range(count)]
    for at in range(count):
        if core[at]:
            kinds[at] = RowKind.FORMULA
    for step, order in ((1, range(count - 1)), (-1, range(count - 1, 0, -1))):
        for at in order:
            other = at + step
            if kinds[at] is not RowKind.FORMULA or not open_rows[other] or kinds[other] is not RowKind.BODY:
                continue
            beside = _number(rows[at]) == rows[at].text and _overlap(rows[at], rows[other])
            if _touches(rows[at], rows[other], style) and _goes_along(rows[other], style, beside_number=beside):
                kinds[other] = RowKind.FORMULA
    _give_back_figures(rows, kinds, style)


def _give_back_figures(rows: list[Row], kinds: list[RowKind], style: Style) -> None:
    """Take the mark off runs without a number that do not stand between prose: the labels of a figure."""
    at = 0
    while at < len(rows):
        if kinds[at] is not RowKind.FORMULA:
            at += 1
            continue
        last = at + 1
        while last < len(rows) and kinds[last] is RowKind.FORMULA and rows[last].flow == rows[at].flow:
            last += 1
        if formula_number(rows[at:last]) is None:
            around = [j for j in (at - 1, last) if 0 <= j < len(rows) and rows[j].flow == rows[at].flow]
            if not around or not all(_is_prose(rows, kinds, j, style) for j in around):
                kinds[at:last] = [RowKind.BODY] * (last - at)
        at = last


def _is_prose(rows: list[Row], kinds: list[RowKind], at: int, style: Style) -> bool:
    if kinds[at] is RowKind.HEADING:
        return True
    row = rows[at]
    if kinds[at] is not RowKind.BODY or style.is_small(row) or row.wide_gaps:
        return False
    words = _prose_words(row)
    return words >= 3 or words * 2 >= len(row.words) or row.x0 - row.column[0] < 1  # the last word of a paragraph


def formula_number(rows: list[Row]) -> str | None:
    """Return the number that a formula carries at the right edge of its column, e.g. ``(3)``."""
    for row in rows:
        if (found := _number(row)) is not None:
            return found
    return None


def separate_formulas(rows: list[Row]) -> list[list[Row]]:
    """Split formula rows that follow each other: behind a gap, in another column, or where a second number comes."""
    groups: list[list[Row]] = []
    numbered = False
    for row in rows:
        own = _number(row) is not None
        if groups:
            bottom = max(before.y1 for before in groups[-1])
            apart = row.flow != groups[-1][0].flow or row.y0 - bottom > 0.5 * row.size
        if not groups or apart or (own and numbered):
            groups.append([row])
            numbered = own
        else:
            groups[-1].append(row)
            numbered = numbered or own
    return groups


def _number(row: Row) -> str | None:
    found = _NUMBER_AT_END.search(row.text)
    if found is None or row.column[1] - row.x1 > _AT_EDGE:
        return None
    size = len(found.group("number").split())
    if len(row.words) > size:
        gap = row.words[-size].x0 - row.words[-size - 1].x1
        if gap < 0.8 * row.size:
            return None  # "as in (3)" at the end of a line of prose
    return found.group("number")


def _prose_words(row: Row) -> int:
    return sum(
        1 for word in row.words if _PROSE.match(word.text) and word.text.rstrip(",;.:").casefold() not in _MATH_WORDS
    )


def _is_core(rows: list[Row], at: int, style: Style) -> bool:
    row = rows[at]
    if len(row.text) > _MAX_CHARACTERS or row.size > style.body_size * 1.4:
        return False
    number = _number(row)
    if number == row.text:
        return True
    symbols = row.math >= _MATH or _OPERATOR.search(row.text) is not None
    if not symbols or (row.math < 0.05 and number is None and not _OPERATOR.search(row.text)):
        return False
    prose = _prose_words(row)
    if number is not None:
        return prose <= 2 or prose * 4 <= len(row.words)
    if prose > 1 or (prose and len(row.words) < 5) or row.wide_gaps > 2:
        return False
    if row.math < _MATH and not (row.math > 0.1 and _OPERATOR.search(row.text)):
        return False
    indented = row.x0 - row.column[0] > _INDENT * row.size
    apart = (
        gap_above(rows, at, style=style) > 0.12 * style.pitch and gap_below(rows, at, style=style) > 0.12 * style.pitch
    )
    if not indented and not apart:
        return False
    before = rows[at - 1] if at and rows[at - 1].flow == row.flow else None
    beside = before is not None and row.y0 < before.y1 - 0.5 * row.size
    return not beside or indented


def _touches(one: Row, other: Row, style: Style) -> bool:
    if one.flow != other.flow:
        return False
    return max(one.y0 - other.y1, other.y0 - one.y1) < _TOUCHING * style.pitch


def _overlap(one: Row, other: Row) -> bool:
    return one.flow == other.flow and min(one.bottom, other.bottom) > max(one.top, other.top)


def _goes_along(row: Row, style: Style, *, beside_number: bool) -> bool:
    """Say whether a row that touches a formula is part of it: no prose, and symbols, small type or a few characters."""
    if beside_number and row.math >= _MATH:
        return True
    if _prose_words(row) or len(row.text) > _MAX_CHARACTERS:
        return False
    if row.text[:1] in "•◦▪" or row.bold:
        return False
    indented = row.x0 - row.column[0] > _INDENT * row.size
    if not indented and row.width_share > 0.5:
        return False
    return (
        row.math >= _MATH
        or style.is_small(row)
        or len(row.text) <= 6
        or _number(row) is not None
        or (indented and _OPERATOR.search(row.text) is not None)
    )
