"""Rows of one part as paragraphs: where a new one begins, and where a column or page break goes through a sentence."""

from __future__ import annotations

import re

from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.style import Style

_BULLET = re.compile(r"(?:[•◦▪‣●■–—*]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s")
_SENTENCE_END = re.compile(r"[.!?:]['\"”’)\]\d]*$")
_INDENT = 0.6  # of the type size
_SHORT_LINE = 0.12  # of the column's width missing at the right


def paragraphs(rows: list[Row], style: Style) -> list[list[Row]]:
    """Group *rows*, in reading order, into paragraphs."""
    groups: list[list[Row]] = []
    for row in rows:
        if groups and not _begins(groups[-1], row, style):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _begins(group: list[Row], row: Row, style: Style) -> bool:
    """Say whether *row* begins a paragraph behind *group*."""
    before = group[-1]
    text = before.text
    ended = bool(_SENTENCE_END.search(text))
    first = row.text[:1]
    if not ended and (first.islower() or first in ",;)=+-−≤≥" or text.endswith(("-", ",", "("))):
        return False  # a sentence goes on, whatever stands between
    if _BULLET.match(row.text) and (ended or row.flow == before.flow):
        return ended or row.x0 > before.column[0] + 2 or bool(_BULLET.match(group[0].text))
    indented = row.x0 - _left(group, row) > _INDENT * row.size
    short = before.x1 < before.column[1] - _SHORT_LINE * (before.column[1] - before.column[0])
    if row.flow != before.flow:
        return ended and (indented or short)
    gap = row.y0 - before.y1
    if gap > style.gap + 0.35 * style.pitch:
        return ended or first.isupper()
    return ended and (indented and len(group) != 0 and (row.x0 - before.x0 > _INDENT * row.size or short))


def _left(group: list[Row], row: Row) -> float:
    """The left edge of running text in the row's column: that of the group where it is known there."""
    own = [r.x0 for r in group[-6:] if r.flow == row.flow]
    return min([*own, row.column[0]]) if own else row.column[0]
