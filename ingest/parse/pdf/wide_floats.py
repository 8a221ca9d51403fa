"""Tables and figures that are as wide as a page of two columns, though none of their rows need cross the gutter.

A caption that spans both columns says that its float does too: what stands above or below it, down to the next prose
that fills a column, is read across the page and not column by column.
"""

from __future__ import annotations

from ingest.parse.headings import is_caption, is_figure
from ingest.parse.pdf.page_text import Segment

_NEAR = 26.0  # points between two lines of one float
_FULL = 0.72  # of the column's width
_PROSE_WORDS = 6


def across_by_caption(
    segments: list[Segment], spanning: set[int], gutter: float, edges: tuple[float, float]
) -> set[int]:
    """Return the indexes of segments that belong to a float whose caption is among *spanning*."""
    captions = [i for i in sorted(spanning) if is_caption(segments[i].text)]
    if not captions:
        return set()
    lines = _lines(segments)
    found: set[int] = set()
    for caption in captions:
        at = next(k for k, line in enumerate(lines) if caption in line)
        own = at
        while (
            own + 1 < len(lines)
            and any(i in spanning for i in lines[own + 1])
            and _close(segments, lines, own, own + 1)
        ):
            own += 1  # the caption's further lines
        for start, step in ((at, -1), (own, 1)):
            reached = _reach(segments, lines, start, step, spanning, gutter, edges)
            while reached and not _across(segments, lines[reached[-1]], spanning, gutter):
                reached.pop()  # a heading, or the last line of a paragraph, in one column
            found.update(i for k in reached for i in lines[k])
            if reached or is_figure(segments[caption].text):
                break  # the float stands above its caption
    return found


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


def _close(segments: list[Segment], lines: list[list[int]], one: int, other: int) -> bool:
    upper, lower = sorted((one, other))
    gap = min(segments[i].top for i in lines[lower]) - max(segments[i].bottom for i in lines[upper])
    return gap < _NEAR


def _reach(
    segments: list[Segment],
    lines: list[list[int]],
    start: int,
    step: int,
    spanning: set[int],
    gutter: float,
    edges: tuple[float, float],
) -> list[int]:
    """Return the lines of the float that begins beside line *start*, up to the first line of prose or wide gap."""
    reached: list[int] = []
    at = start + step
    while 0 <= at < len(lines) and _close(segments, lines, at, at - step):
        following = at + step
        if _has_prose(segments, lines[at], gutter, edges, spanning) and (
            len(lines[at]) > 1
            or not 0 <= following < len(lines)
            or _has_prose(segments, lines[following], gutter, edges, spanning)
        ):
            break  # one line alone heads a part of the table
        reached.append(at)
        at += step
    return reached


def _has_prose(
    segments: list[Segment], line: list[int], gutter: float, edges: tuple[float, float], spanning: set[int]
) -> bool:
    return any(_is_prose(segments[i], gutter, edges, i in spanning) for i in line)


def _is_prose(segment: Segment, gutter: float, edges: tuple[float, float], is_spanning: bool) -> bool:
    width = edges[1] - edges[0] if is_spanning else (gutter - edges[0] if segment.x1 < gutter else edges[1] - gutter)
    return is_caption(segment.text) or (
        len(segment.words) >= _PROSE_WORDS
        and segment.x1 - segment.x0 > _FULL * width
        and sum(c.islower() for c in segment.text) > 0.6 * len(segment.text.replace(" ", ""))
    )


def _across(segments: list[Segment], line: list[int], spanning: set[int], gutter: float) -> bool:
    return any(i in spanning for i in line) or len({segments[i].x0 < gutter for i in line}) == 2
