"""Title and authors on the first page, and where the abstract begins.

The title is the largest text in the upper part of the first page; a title in the file's metadata is believed when the
same words stand there. Stamps along the margin are no candidates, they run sideways.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.parse.author_names import read_author_line
from ingest.parse.pdf.page_text import plain_runs
from ingest.parse.pdf.reading_order import Row
from ingest.parse.pdf.row_kinds import RowKind
from ingest.parse.pdf.style import Style
from ingest.parse.text_normalisation import compose_accents, letters_and_digits

_UPPER_PART = 0.6  # of the page's height
_SAME_SIZE = 0.93
_MIN_TITLE_LETTERS = 12  # a logo or a section mark ("Article") is shorter
_MAX_TITLE_ROWS = 7
RUN_IN_ABSTRACT = re.compile(r"\W*(?:abstract|a b s t r a c t)\W*", re.IGNORECASE)
_PROSE_ROWS = 4
_NOT_A_TITLE = re.compile(
    r"^(?:arxiv:|proceedings|published|under review|preprint|https?:|doi|vol\.|issn|copyright|©)", re.IGNORECASE
)


def mark_title(rows: list[Row], kinds: list[RowKind], *, height: float, style: Style, metadata_title: str) -> None:
    """Mark the rows of the title."""
    if not rows:
        return
    first = rows[0].page
    upper = [i for i, row in enumerate(rows) if row.page == first and row.y0 < height * _UPPER_PART]
    upper.sort(key=lambda i: (rows[i].y0, rows[i].x0))
    found = _by_metadata(rows, upper, metadata_title) or _by_size(rows, upper, style)
    for at in found:
        kinds[at] = RowKind.TITLE


def _by_metadata(rows: list[Row], upper: list[int], title: str) -> list[int]:
    """Return the rows that together spell the metadata's title."""
    wanted = letters_and_digits(title)
    if len(wanted) < _MIN_TITLE_LETTERS:
        return []
    for begin in range(len(upper)):
        spelled = ""
        for end in range(begin, min(begin + _MAX_TITLE_ROWS, len(upper))):
            spelled += letters_and_digits(rows[upper[end]].text)
            if not wanted.startswith(spelled):
                break
            if spelled == wanted:
                return upper[begin : end + 1]
    return []


def _by_size(rows: list[Row], upper: list[int], style: Style) -> list[int]:
    candidates = [
        i for i in upper if sum(c.isalpha() for c in rows[i].text) >= 4 and not _NOT_A_TITLE.match(rows[i].text)
    ]
    for size in sorted({rows[i].top_size for i in candidates}, reverse=True):
        if size < style.body_size * 0.99:
            break
        group: list[int] = []
        for i in candidates:
            large = rows[i].top_size >= size * _SAME_SIZE and rows[i].top_size <= size * 1.02
            if group and rows[i].capitals and rows[i].size == rows[group[-1]].size:
                large = True  # small capitals without a large one among them
            near = not group or rows[i].y0 - rows[group[-1]].y1 < size * 1.3
            if large and near and (not group or rows[i].bold == rows[group[0]].bold or size > style.body_size * 1.15):
                group.append(i)
            elif group:
                break
        letters = sum(sum(c.isalpha() for c in rows[i].text) for i in group)
        words = sum(len(rows[i].words) for i in group)
        if letters >= _MIN_TITLE_LETTERS and words >= 2 and len(group) <= _MAX_TITLE_ROWS:
            return group
    return [i for i in candidates if rows[i].top_size > style.body_size * 1.15][:1]


def abstract_start(rows: list[Row], kinds: list[RowKind], before: int, style: Style) -> int | None:
    """Return the row with which an abstract without a heading begins, among the rows before index *before*.

    Either the row that says "Abstract" and goes on, or the first of several rows of prose under the authors.
    """
    front = [i for i in range(before) if kinds[i] is RowKind.BODY]
    for i in front:
        if RUN_IN_ABSTRACT.match(rows[i].text) and rows[i].page == rows[0].page:
            return i
    for at, i in enumerate(front):
        run = front[at : at + _PROSE_ROWS]
        if len(run) < _PROSE_ROWS:
            return None
        same = all(rows[j].flow == rows[i].flow and abs(rows[j].size - rows[i].size) < 0.3 for j in run)
        text = " ".join(rows[j].text for j in run)
        full = sum(rows[j].width_share > 0.6 for j in run) >= _PROSE_ROWS - 1
        lower = sum(c.islower() for c in text) > 0.7 * len(text.replace(" ", ""))
        tight = all(rows[k].y0 - rows[j].y1 < style.pitch * 0.8 for j, k in pairwise(run))
        if same and full and lower and tight and "@" not in text and not read_author_line(rows[i].text):
            return i
    return None


def read_authors(rows: list[Row]) -> tuple[str, ...]:
    """Return the names in the authors' rows, their footnote marks left out.

    Names and affiliations alternate in some styles: every row is asked, one cell at a time and then as a whole.
    """
    names: list[str] = []
    for row in rows:
        cells = [compose_accents(cell) for cell in plain_runs(row.segments)]
        found = [name for cell in cells for name in read_author_line(cell)] or list(read_author_line(" , ".join(cells)))
        names += found
    return tuple(dict.fromkeys(names))
