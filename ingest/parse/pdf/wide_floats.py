"""Tables and figures that are as wide as a page of two columns, though none of their rows need cross the gutter.

A caption that spans both columns says that its float does too: what stands above or below it, down to the next prose
that fills a column, is read across the page and not column by column.
"""

from __future__ import annotations

from collections import Counter

from ingest.parse.headings import is_caption, is_figure
from ingest.parse.pdf.page_text import Segment

_NEAR = 26.0  # points between two lines of one float
_MIN_WORDS = 4
_SAME_EDGE = 2.5  # points: lines of justified prose end alike
_INDENT = 16.0  # points: the first line of a paragraph begins so far inside its column at most
_MIN_LINES = 4  # that end alike: a column of prose


def across_by_caption(segments: list[Segment], spanning: set[int], gutter: float) -> set[int]:
    """Return the indexes of segments that belong to a float whose caption is among *spanning*."""
    captions = [i for i in sorted(spanning) if is_caption(segments[i].text)]
    return _Page(segments, spanning, gutter).across(captions) if captions else set()


class _Page:
    """The segments of one page of two columns, by line from top to bottom."""

    def __init__(self, segments: list[Segment], spanning: set[int], gutter: float) -> None:
        self._segments, self._spanning, self._gutter = segments, spanning, gutter
        self._lines = _lines(segments)
        columns = [
            self._column([s for i, s in enumerate(segments) if i not in spanning and (s.x0 >= gutter - 4) is right])
            for right in (False, True)
        ]
        self._columns = [column for column in columns if column is not None]

    @staticmethod
    def _column(own: list[Segment]) -> tuple[float, float] | None:
        """Return the edges between which most lines of a column stand, or None where too few end alike."""
        long = [s for s in own if len(s.words) >= _MIN_WORDS]
        right, count = max(Counter(round(s.x1) for s in long).items(), key=lambda e: (e[1], e[0]), default=(0, 0))
        if count < _MIN_LINES:
            return None
        return min(s.x0 for s in long if abs(s.x1 - right) <= _SAME_EDGE), float(right)

    def across(self, captions: list[int]) -> set[int]:
        """Return the segments of the floats that *captions* name."""
        found: set[int] = set()
        for caption in captions:
            first = last = next(k for k, line in enumerate(self._lines) if caption in line)
            while last + 1 < len(self._lines) and self._spans(last + 1) and self._close(last, last + 1):
                last += 1  # the caption's further lines
            for start, step in ((first, -1), (last, 1)):
                reached = self._reach(start, step)
                while reached and not self._crosses(reached[-1]):
                    reached.pop()  # a heading, or the last line of a paragraph, in one column
                found.update(i for k in reached for i in self._lines[k])
                if reached or is_figure(self._segments[caption].text):
                    break  # the float stands above its caption
        return found

    def _reach(self, start: int, step: int) -> list[int]:
        """Return the lines of the float that begins beside line *start*, up to the first prose or wide gap."""
        reached: list[int] = []
        at = start + step
        while 0 <= at < len(self._lines) and self._close(at, at - step) and not self._has_prose(at):
            reached.append(at)
            at += step
        return reached

    def _close(self, one: int, other: int) -> bool:
        upper, lower = sorted((one, other))
        top = min(self._segments[i].top for i in self._lines[lower])
        return top - max(self._segments[i].bottom for i in self._lines[upper]) < _NEAR

    def _has_prose(self, line: int) -> bool:
        return any(
            is_caption(segment.text) or (len(segment.words) >= _MIN_WORDS and self._fills_column(segment))
            for segment in (self._segments[i] for i in self._lines[line])
        )

    def _fills_column(self, segment: Segment) -> bool:
        return any(
            abs(segment.x1 - right) <= _SAME_EDGE and -_SAME_EDGE <= segment.x0 - left <= _INDENT
            for left, right in self._columns
        )

    def _spans(self, line: int) -> bool:
        return any(i in self._spanning for i in self._lines[line])

    def _crosses(self, line: int) -> bool:
        sides = {self._segments[i].x0 < self._gutter for i in self._lines[line]}
        return self._spans(line) or len(sides) == 2


def _lines(segments: list[Segment]) -> list[list[int]]:
    """Return the segments by line, from top to bottom: those that overlap by half their height stand on one."""
    lines: list[list[int]] = []
    bottom = float("-inf")
    for i in sorted(range(len(segments)), key=lambda i: (segments[i].top + segments[i].bottom, segments[i].x0)):
        segment = segments[i]
        if lines and segment.top < bottom - 0.4 * (segment.bottom - segment.top):
            lines[-1].append(i)
            bottom = max(bottom, min(segment.bottom, segment.top + 1.2 * segment.size))
        else:
            lines.append([i])
            bottom = segment.bottom
    return lines
