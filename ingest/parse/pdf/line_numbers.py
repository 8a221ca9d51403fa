"""Line numbers of review copies: numbers that rise by one step down the margin of a page.

They are taken off, whether they stand alone or have been joined to the line of text beside them.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from statistics import median

from ingest.parse.pdf.page_text import PdfPage, PdfWord, Segment

_MIN_NUMBERS = 12
_RISING = 0.8  # share of neighbours that differ by the usual step
_MAX_STEP = 10
_ALIGNED = 3.0  # points


def remove_line_numbers(pages: list[PdfPage]) -> None:
    """Remove line numbers from *pages* in place."""
    for page in pages:
        for at_left in (True, False):
            for column in _columns(page.segments, at_left=at_left):
                _remove(page, column, at_left=at_left)


def _columns(segments: list[Segment], *, at_left: bool) -> list[list[PdfWord]]:
    """Return the numbers that begin (or end) lines, grouped by the edge they are set to."""
    groups: defaultdict[int, list[PdfWord]] = defaultdict(list)
    for segment in segments:
        word = segment.words[0 if at_left else -1]
        if word.text.isdecimal() and len(word.text) <= 4:
            groups[round(word.x1 / _ALIGNED)].append(word)
    return [group for _, group in sorted(groups.items()) if len(group) >= _MIN_NUMBERS and _is_ruler(group, segments)]


def _is_ruler(numbers: list[PdfWord], segments: list[Segment]) -> bool:
    """Say whether *numbers* rise evenly, and nothing else stands in their strip of the page."""
    ordered = sorted(numbers, key=lambda word: word.y0)
    steps = [int(b.text) - int(a.text) for a, b in pairwise(ordered)]
    step = median(steps)
    if not 1 <= step <= _MAX_STEP or sum(s == step for s in steps) < _RISING * len(steps):
        return False
    left, right = min(word.x0 for word in numbers), max(word.x1 for word in numbers)
    top, bottom = ordered[0].y0, ordered[-1].y1
    others = [
        word
        for segment in segments
        for word in segment.words
        if word.x1 > left and word.x0 < right and top <= word.y0 <= bottom and not word.text.isdecimal()
    ]
    return len(others) * 10 <= len(numbers)


def _remove(page: PdfPage, numbers: list[PdfWord], *, at_left: bool) -> None:
    own = {(word.x0, word.y0) for word in numbers}
    kept: list[Segment] = []
    for segment in page.segments:
        word = segment.words[0 if at_left else -1]
        if not word.text.isdecimal() or (word.x0, word.y0) not in own:
            kept.append(segment)
        elif len(segment.words) > 1:
            words = segment.words[1:] if at_left else segment.words[:-1]
            segment.raised = []
            segment.words, segment.text = words, " ".join(w.text for w in words)
            segment.x0, segment.x1 = min(w.x0 for w in words), max(w.x1 for w in words)
            kept.append(segment)
    page.segments[:] = kept
