"""Rows to running text: words joined, hyphens at line ends resolved, and the box of every word kept.

`TextBuilder` only appends, so that a piece of text and the place it was printed at stay in step. A hyphen at the end
of a line is kept when the word without it is not plausible: the other words of the same document decide.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from statistics import median_low
from typing import NamedTuple

from graph.vocabulary.document import Box
from ingest.parse.pdf.page_text import PageGeometry
from ingest.parse.pdf.reading_order import Row

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_SPLIT = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
_HYPHENS = ("-", "‐", "\u00ad")
# First parts that English writes with a hyphen before a whole word, more often than not.
_KEEP_AFTER = frozenset(
    (
        *("self", "non", "well", "multi", "cross", "high", "low", "long", "short", "semi", "state", "end", "word"),
        *("two", "three", "four", "one", "first", "second", "third", "large", "small", "real", "hand", "data", "time"),
        *("task", "domain", "part", "left", "right", "top", "zero", "few", "fine", "single", "open", "human"),
        *("sentence", "character", "token", "document", "knowledge"),
    )
)


class _Piece(NamedTuple):
    start: int
    end: int
    page: int
    line: int
    x0: float
    y0: float
    x1: float
    y1: float


class Vocabulary:
    """How often each word occurs in the document; the two halves of a word split at a line end do not count."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._count: Counter[str] = Counter()
        split = False
        for row in rows:
            words = row.words[1:] if split else row.words
            split = bool(words) and words[-1].text.endswith(_HYPHENS)
            for word in words[:-1] if split else words:
                for found in _WORD.findall(word.text):
                    self._count[found.casefold()] += 1

    def keeps_hyphen(self, before: str, after: str) -> bool:
        """Say whether *before*-*after*, split at a line end, is written with its hyphen."""
        left, right = before.casefold(), after.casefold()
        joined, hyphened = self._count[left.rpartition("-")[2] + right], self._count[f"{left}-{right}"]
        if "-" in left:
            hyphened += self._count[f"{left}-{right}"]
            joined = self._count[left + right]
            if joined == hyphened == 0:
                return self._count[right] > 0  # state-of-the- art, but data-cen- tric
        if joined != hyphened:
            return hyphened > joined
        if left in _KEEP_AFTER and self._count[right] > 0:
            return True
        return len(left) >= 4 and len(right) >= 4 and self._count[left] > 1 and self._count[right] > 1


class TextBuilder:
    """The text so far, and where each word of it was printed."""

    def __init__(self, vocabulary: Vocabulary, geometry: dict[int, PageGeometry]) -> None:
        self._vocabulary, self._geometry = vocabulary, geometry
        self._parts: list[str] = []
        self._pieces: list[_Piece] = []
        self._starts: list[int] = []
        self._line = 0
        self.length = 0

    def printed(self, count: int) -> str:
        """Return the last *count* characters."""
        return "".join(self._parts[-count:])[-count:] if count else ""

    @property
    def text(self) -> str:
        """The text."""
        return "".join(self._parts)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)

    def break_paragraph(self) -> None:
        """End the paragraph, unless the text is still empty."""
        if self._parts and self._parts[-1] != "\n\n":
            self._append("\n\n")

    def add_rows(self, rows: list[Row]) -> tuple[int, int]:
        """Append *rows* as one paragraph and return its range."""
        start = self.length
        for number, row in enumerate(rows):
            if number and self._parts and self._parts[-1][-1:] not in {" ", "\n"}:
                self._join_line(row)
            self._line += 1
            words = row.words
            for at, word in enumerate(words):
                if at:
                    self._append(" ")
                self._pieces.append(_Piece(self.length, self.length + len(word.text), row.page, self._line, *word[:4]))
                self._starts.append(self.length)
                self._append(word.text)
        return start, self.length

    def _join_line(self, row: Row) -> None:
        """Join the next row: with a space, or without one and perhaps without the hyphen at the end so far."""
        last = self._parts[-1]
        following = _WORD.match(row.words[0].text) if row.words else None
        split = _SPLIT.search(last)
        if last.endswith("\u00ad") or (split and following and following.group()[0].islower()):
            stem = last.rstrip("".join(_HYPHENS))
            before = re.search(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*$", stem)
            keep = bool(before and following and self._vocabulary.keeps_hyphen(before.group(), following.group()))
            if not keep or last.endswith("\u00ad"):
                self._drop_last_character()
            return
        if last.endswith(("-", "‐")) and len(last) > 1 and row.words and row.words[0].text[0].isalnum():
            return  # "BERT-" / "Large", "2015-" / "2018": the hyphen is real
        if last.endswith(("/", "–")) and len(last) > 1:
            return
        self._append(" ")

    def _drop_last_character(self) -> None:
        self._parts[-1] = self._parts[-1][:-1]
        self.length -= 1
        piece = self._pieces[-1]
        self._pieces[-1] = piece._replace(end=piece.end - 1)

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """Return the boxes of the words in ``start..end``: one for each printed line."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_left(self._starts, end)
        lines: list[list[_Piece]] = []
        for piece in self._pieces[first:last]:
            if piece.end <= start:
                continue
            if lines and (lines[-1][0].page, lines[-1][0].line) == (piece.page, piece.line):
                lines[-1].append(piece)
            else:
                lines.append([piece])
        return tuple(self._geometry[line[0].page].unrotated(*_band(line)) for line in lines)


def _band(line: list[_Piece]) -> tuple[float, float, float, float]:
    """Return the band that the words of one printed line lie in.

    Its height is that of most words: one tall bracket would reach into the lines above and below. The middle of each
    word is inside.
    """
    middles = [(piece.y0 + piece.y1) / 2 for piece in line]
    top = min([median_low([piece.y0 for piece in line]), *middles])
    bottom = max([median_low([piece.y1 for piece in line]), *middles])
    return min(piece.x0 for piece in line), top, max(piece.x1 for piece in line), bottom
