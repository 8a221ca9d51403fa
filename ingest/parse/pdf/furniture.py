"""Running heads, running feet and page numbers: text that belongs to the page and not to the paper.

A line at the top or bottom of a page is furniture when its words, with digits blanked, stand at the same height on
other pages, or when it is a page number alone at the very edge.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from ingest.parse.pdf.page_text import PdfPage, Segment
from ingest.parse.text_normalisation import without_numbers

_MARGIN_SHARE = 0.11  # of the height: heads and feet stand in these two strips
_EDGE_SHARE = 0.22  # so far from the edge stand the first and the last line of a page with wide margins
_PAGE_NUMBER = re.compile(
    r"[\s\-–—|.•\[(]*(?:page\s*)?(?:\d{1,5}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,5})?[\s\-–—|.•\])]*", re.IGNORECASE
)
_BEHIND = 3.0  # of the type size: a heading's title stands this close behind its number
_MIN_PAGES = 2
_PAGES_SHARE = 0.3  # left and right pages may differ; the header of a table ("Model") tops fewer pages than that
_SAME_HEIGHT = 8.0  # points


def remove_furniture(pages: list[PdfPage]) -> list[str]:
    """Remove heads, feet and page numbers from *pages* in place; return the texts that repeat."""
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        edges = _edges(page.segments)
        seen.update({key for segment in page.segments for key in _keys(segment, page, edges)})
    needed = max(_MIN_PAGES, math.ceil(len(pages) * _PAGES_SHARE))
    repeated: list[str] = []
    for page in pages:
        edges = _edges(page.segments)
        kept = []
        for segment in page.segments:
            if any(seen[key] >= needed for key in _keys(segment, page, edges)):
                if segment.text not in repeated:
                    repeated.append(segment.text)
            elif not (
                id(segment) in edges
                and _near_edge(segment, page)
                and _PAGE_NUMBER.fullmatch(segment.text)
                and not _opens_line(segment, page)
            ):
                kept.append(segment)
        page.segments[:] = kept
    return repeated


def _in_margin(segment: Segment, page: PdfPage) -> bool:
    return segment.y1 < page.height * _MARGIN_SHARE or segment.y0 > page.height * (1 - _MARGIN_SHARE)


def _near_edge(segment: Segment, page: PdfPage) -> bool:
    return segment.y1 < page.height * _EDGE_SHARE or segment.y0 > page.height * (1 - _EDGE_SHARE)


def _opens_line(segment: Segment, page: PdfPage) -> bool:
    """Say whether words follow close behind: the number of a heading on the first line of a page is no page number."""
    return any(
        0 < other.x0 - segment.x1 < _BEHIND * segment.size and abs(other.y1 - segment.y1) < 0.3 * segment.size
        for other in page.segments
    )


def _keys(segment: Segment, page: PdfPage, edges: set[int]) -> list[tuple[str, int]]:
    """Words and height of a segment in a margin, or on the first or last line of a page with wide margins.

    Two neighbouring heights, so that a small shift does not matter.
    """
    if not _in_margin(segment, page) and not (id(segment) in edges and _near_edge(segment, page)):
        return []
    words = without_numbers(segment.text)
    if len(words) < 4:
        return []  # a page number, or a cell of a table that reaches the edge
    step = int(segment.y0 // _SAME_HEIGHT)
    return [(words, step), (words, step + 1)]


def _edges(segments: list[Segment]) -> set[int]:
    """Return the identities of the segments on the topmost and on the bottommost line."""
    if not segments:
        return set()
    top = min(segment.y1 for segment in segments)
    bottom = max(segment.y0 for segment in segments)
    return {id(s) for s in segments if s.y0 <= top or s.y1 >= bottom}
