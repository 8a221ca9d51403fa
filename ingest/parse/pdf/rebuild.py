"""Rows to running text: words joined, hyphens at line ends resolved, and the box of every word kept.

`TextBuilder` only appends, so that a piece of text and the place it was printed at stay in step. A hyphen at the end
of a line is kept when the word without it is not plausible: the other words of the same document decide.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from graph.vocabulary.document import Box
from ingest.parse.pdf.page_text import PageGeometry, PdfWord
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


class _Line(NamedTuple):
    """A printed line in the text: where it begins, and its words, one character between two."""

    start: int
    row: Row


class Vocabulary:
    """How often each word occurs in the document; the two halves of a word split at a line end do not count."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._count: Counter[str] = Counter()
        split = False
        for row in rows:
            found = _WORD.findall(row.text.casefold())
            first = row.words[0].text if split and row.words else ""
            split = bool(row.words) and row.words[-1].text.endswith(_HYPHENS)
            if first:
                del found[: len(_WORD.findall(first))]
            if split:
                del found[max(len(found) - len(_WORD.findall(row.words[-1].text)), 0) :]
            self._count.update(found)

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
        self._lines: list[_Line] = []
        self._starts: list[int] = []
        self.raised: list[tuple[int, int]] = []  # ranges of raised numbers
        self._last = ""  # the last word
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
            self._append_row(row)
        return start, self.length

    def add_lines(self, rows: list[Row]) -> list[int]:
        """Append *rows* as lines of their own, each as printed, and return where each begins."""
        starts: list[int] = []
        for row in rows:
            if starts:
                self._append("\n")
            starts.append(self.length)
            self._append_row(row)
        return starts

    def _append_row(self, row: Row) -> None:
        at = self.length
        self._lines.append(_Line(at, row))
        self._starts.append(at)
        self._append(row.text)
        self._last = row.words[-1].text
        for segment in row.segments:
            self.raised += [(at + start, at + end) for start, end in segment.raised]
            at += len(segment.text) + 1

    def _join_line(self, row: Row) -> None:
        """Join the next row: with a space, or without one and perhaps without the hyphen at the end so far."""
        last = self._last
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

    def boxes(self, start: int, end: int) -> tuple[Box, ...]:
        """Return the boxes of the words in ``start..end``: one for each printed line."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_left(self._starts, end)
        found = []
        for at, row in self._lines[first:last]:
            words = row.words
            if at < start or at + len(row.text) > end:
                words = _words_between(at, words, start, end)
            if words:
                found.append(self._geometry[row.page].unrotated(*_band(row, words)))
        return tuple(found)


def _words_between(at: int, words: list[PdfWord], start: int, end: int) -> list[PdfWord]:
    """Return those of *words*, the first of which begins at *at*, that reach into ``start..end``."""
    inside = []
    for word in words:
        if at >= end:
            break
        stop = at + len(word.text)
        if stop > start:
            inside.append(word)
        at = stop + 1
    return inside


def _band(row: Row, words: list[PdfWord]) -> tuple[float, float, float, float]:
    """Return the band that *words*, all or some of those of a row, lie in.

    It is as high as the letters of the row: a tall bracket, or a font that claims more than its letters fill, would
    reach into the lines above and below. The middle of each word is inside.
    """
    lefts, tops, rights, bottoms, _ = zip(*words, strict=True)
    top, bottom = max(row.top, min(tops)), min(row.bottom, max(bottoms))
    middles = [(word.y0 + word.y1) / 2 for word in words]
    return min(lefts), min(top, *middles), max(rights), max(bottom, *middles)


def around(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
    """Return one box around *boxes* for each page."""
    pages: dict[int, list[Box]] = {}
    for box in boxes:
        pages.setdefault(box.page, []).append(box)
    return tuple(
        Box(
            page=page,
            x0=min(box.x0 for box in own),
            y0=min(box.y0 for box in own),
            x1=max(box.x1 for box in own),
            y1=max(box.y1 for box in own),
        )
        for page, own in pages.items()
    )
