"""The text of PDF pages as segments: runs of words on one line, as PyMuPDF finds them, with style and boxes.

This is the only module that talks to PyMuPDF. Coordinates of segments are those of reading: a page whose text runs
sideways is turned until it reads from left to right. `PageGeometry.unrotated` takes a rectangle back to PDF points of
the unrotated page, origin top left.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import pymupdf

from graph.vocabulary.document import Box
from ingest.parse.errors import Damaged, Encrypted
from ingest.parse.text_normalisation import clean_pdf_word, needs_cleaning

# MuPDF writes what it repairs to stderr; what matters of it is in `Document.warnings`.
pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

_FLAGS_STRICT = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
# As `get_text` has it by default, so that a quote is found again by anyone: a glyph that its font gives no letter for
# (a sum, a root) shows as the character of its code.
_FLAGS = _FLAGS_STRICT | pymupdf.TEXT_CID_FOR_UNKNOWN_UNICODE
_SUPERSCRIPT, _ITALIC, _BOLD = 1, 2, 16  # span flags of PyMuPDF
_BOLD_FONT = re.compile(r"bold|black|heavy|demi|medi(?!u)|CMBX|CMSSBX|SFBX|-B$", re.IGNORECASE)
_ITALIC_FONT = re.compile(r"ital|obli|CMTI|CMMI|SFTI|-I$", re.IGNORECASE)
_MATH_FONT = re.compile(
    r"CMMI|CMSY|CMEX|CMBSY|MSBM|MSAM|Symbol|Math|rsfs|EU[FRSE][MB]|LASY|WASY|STMARY|[tp]x[bs]?(?:mi|sy|ex)|MT(?:MI|SY|EX)|"
    r"NewTXMI|esint|dsrom|dsss|bbm\d|bbold|MnSymbol|MMIB",
    re.IGNORECASE,
)
_RAISED_NUMBERS = re.compile(r"\s*\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\s*")
_SIDEWAYS_SHARE = 0.6  # from this share of its characters on, a page is read sideways
_ASCENT, _DESCENT = 0.76, 0.22  # of the type size, from the base line: where letters end, whatever the font says
_MOSTLY = 0.5  # share of formula characters from which a segment's base line is not that of its letters
_TAIL = 2048
# What PyMuPDF raises on a broken file: MuPDF's own errors, and an index that a repair on the way has made too large.
_ERRORS = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError)
_ALL = 0.96  # share of the characters that makes a segment bold: "Setup. We" at the start of a paragraph is not


class PdfWord(NamedTuple):
    """A word and its rectangle in the direction of reading."""

    x0: float
    y0: float
    x1: float
    y1: float
    text: str


class Run(NamedTuple):
    """A piece of a segment in one style."""

    text: str
    size: float
    superscript: bool


@dataclass(slots=True)
class Segment:
    """Words that PyMuPDF has on one line: a whole line of a paragraph, or a cell, or a label."""

    page: int  # 0-based
    block: int
    x0: float
    y0: float
    x1: float
    y1: float
    top: float  # of its letters, and their bottom: a bracket or an odd font reaches further
    bottom: float
    words: list[PdfWord]
    text: str  # the words, one space between them
    size: float  # of most of its characters
    top_size: float  # of its largest letters: a heading in small capitals has two sizes
    bold: bool
    italic: bool
    math: float  # share of characters in a formula font
    bold_parts: list[tuple[float, float]]  # left and right edges of what is bold, where not all of it is
    raised: list[tuple[int, int]]  # ranges of `text` that are raised numbers: a citation or a note's mark
    runs: list[Run]  # all of them on the first page, where names carry marks; elsewhere the first one


class PageGeometry:
    """Takes rectangles of one page from the direction of reading back to the unrotated page."""

    def __init__(self, number: int, back: Any) -> None:
        self.number = number  # 1-based
        self._back = back

    @property
    def is_turned(self) -> bool:
        """Whether the direction of reading is another than the page is printed in."""
        return self._back is not None

    def unrotated(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Return the rectangle as a Box, rounded to a hundredth of a point."""
        if self._back is not None:
            rectangle = pymupdf.Rect(x0, y0, x1, y1) * self._back
            rectangle.normalize()
            x0, y0, x1, y1 = rectangle
        return Box(page=self.number, x0=round(x0, 2), y0=round(y0, 2), x1=round(x1, 2), y1=round(y1, 2))


@dataclass(slots=True)
class PdfPage:
    """One page: its size in the direction of reading, its segments in the file's order, and the text at its margins."""

    index: int
    width: float
    height: float
    segments: list[Segment]
    sideways: list[str]  # text that runs along the margin, e.g. arXiv's stamp
    geometry: PageGeometry


@dataclass(slots=True)
class PdfFile:
    """What is read of a file."""

    page_count: int
    pages: list[PdfPage]
    bookmarks: list[str]
    metadata: dict[str, str]
    warnings: list[str]
    unknown_share: float  # of the characters of the middle page that stand for no letter


def read_pdf(content: bytes, *, name: str) -> PdfFile:
    """Read every page that can be read.

    Raises:
        Encrypted: a password is needed.
        Damaged: cut off, without pages, or without a page that can be read.
    """
    try:
        file = pymupdf.open(stream=content, filetype="pdf")
    except (*_ERRORS, pymupdf.FileDataError) as error:
        raise Damaged(f"{name} cannot be opened as a PDF ({error}): it is cut off or broken; fetch it again") from error
    with file:
        if file.needs_pass:
            raise Encrypted(f"{name} opens only with a password: save it without one")
        if file.is_repaired and b"%%EOF" not in content[-_TAIL:]:
            raise Damaged(f"{name} is cut off: its end is missing; fetch it again")
        if file.page_count == 0:
            raise Damaged(f"{name} has no pages: fetch it again")
        result = PdfFile(file.page_count, [], _bookmarks(file), _metadata(file), [], 0.0)
        if file.is_repaired:
            result.warnings.append("the PDF was damaged and has been repaired while it was read")
        for index in range(file.page_count):
            try:
                result.pages.append(_read_page(file[index], index))
                if index == file.page_count // 2:
                    result.unknown_share = _unknown_share(file[index])
            except _ERRORS as error:
                result.warnings.append(f"page {index + 1} could not be read and was left out: {error}")
        if not result.pages:
            raise Damaged(f"{name}: none of its {file.page_count} pages can be read; fetch it again")
        return result


def _unknown_share(page: Any) -> float:
    text = page.get_text("text", flags=_FLAGS_STRICT)
    return float(text.count("\ufffd") / max(len(text), 1))


def _bookmarks(file: Any) -> list[str]:
    try:
        return [str(entry[1]) for entry in file.get_toc(simple=True)]
    except _ERRORS:
        return []  # an outline that loops or points nowhere is no loss: headings are found without it


def _metadata(file: Any) -> dict[str, str]:
    return {key: value for key, value in (file.metadata or {}).items() if isinstance(value, str)}


def _read_page(page: Any, index: int) -> PdfPage:
    lines, turned = _lines(page)
    width, height = page.rect.width, page.rect.height
    if page.rotation % 180:
        width, height = height, width  # PyMuPDF extracts from the page as if /Rotate were 0
    back = None
    if turned:
        view = _sideways_view(turned, width, height)
        lines, _ = _lines(page, view)
        back = ~view
        width, height = height, width
    segments = []
    sideways = []
    for block, line, words in lines:
        if _horizontal(line, turned):
            if segment := _segment(index, block, line, words, upright=not turned):
                segments.append(segment)
        else:
            sideways.append("".join(span["text"] for span in line["spans"]).strip())
    return PdfPage(index, width, height, segments, sideways, PageGeometry(index + 1, back))


_Line = tuple[int, dict[str, Any], list[PdfWord]]


def _lines(page: Any, view: Any = None) -> tuple[list[_Line], int]:
    """Return the lines with their words, and +1 or -1 where most of the page runs down or up."""
    text_page = page.get_textpage(flags=_FLAGS)
    extracted = text_page.extractWORDS()
    if needs_cleaning(" ".join([entry[4] for entry in extracted])):
        extracted = [(*entry[:4], clean, *entry[5:]) for entry in extracted if (clean := clean_pdf_word(entry[4]))]
    if view is not None:
        extracted = [(*(pymupdf.Rect(entry[:4]) * view), *entry[4:]) for entry in extracted]
    words: defaultdict[tuple[int, int], list[PdfWord]] = defaultdict(list)
    for entry in extracted:
        words[entry[5], entry[6]].append(PdfWord._make(entry[:5]))
    lines: list[_Line] = []
    along = down = up = 0
    for block in text_page.extractDICT()["blocks"]:
        for number, line in enumerate(block.get("lines", ())):
            found = words.get((block["number"], number))
            if found:
                lines.append((block["number"], line, found))
                size = sum([len(word.text) for word in found])
                right, sinks = line["dir"]
                if abs(right) > 0.9:
                    along += size
                elif sinks > 0.9:
                    down += size
                else:
                    up += size
    total = along + down + up
    turned = 0
    if total > 200 or (total > 80 and along == 0):  # a few labels of a figure turn no page
        turned = 1 if down > total * _SIDEWAYS_SHARE else -1 if up > total * _SIDEWAYS_SHARE else 0
    return lines, turned


def _sideways_view(turned: int, width: float, height: float) -> Any:
    """Return the matrix that lets text running down (+1) or up (-1) read from left to right."""
    if turned > 0:
        return pymupdf.Matrix(0, -1, 1, 0, 0, width)
    return pymupdf.Matrix(0, 1, -1, 0, height, 0)


def _horizontal(line: dict[str, Any], turned: int) -> bool:
    if turned == 0:
        return bool(line["dir"][0] > 0.9)
    return bool(line["dir"][1] * turned > 0.9)


class _Look(NamedTuple):
    """The style of a span: size rounded to a tenth of a point."""

    size: float
    bold: bool
    italic: bool
    math: bool
    superscript: bool


@lru_cache(maxsize=4096)
def _look(font: str, size: float, flags: int) -> _Look:
    return _Look(
        size=round(size, 1),
        bold=bool(flags & _BOLD or _BOLD_FONT.search(font)),
        italic=bool(flags & _ITALIC or _ITALIC_FONT.search(font)),
        math=_MATH_FONT.search(font) is not None,
        superscript=bool(flags & _SUPERSCRIPT),
    )


def _segment(page: int, block: int, line: dict[str, Any], words: list[PdfWord], *, upright: bool) -> Segment | None:
    sizes: dict[float, int] = {}
    bases: dict[float, float] = {}
    bold = italic = math = total = 0
    top_size = 0.0
    runs: list[Run] = []
    bold_parts: list[tuple[float, float]] = []
    raised: list[tuple[int, str]] = []
    for span in line["spans"]:
        text = span["text"]
        count = len(text) - text.count(" ")
        if not count:
            if page == 0:
                runs.append(Run(" ", 0.0, False))
            continue
        look = _look(span["font"], span["size"], span["flags"])
        size = look.size
        if size in sizes:
            sizes[size] += count
        else:
            sizes[size] = count
            bases[size] = span["origin"][1]
        total += count
        if look.bold:
            bold += count
            bold_parts.append((span["bbox"][0], span["bbox"][2]))
        if look.italic:
            italic += count
        if look.math:
            math += count
        if size > top_size and (text[0].isalpha() or any(map(str.isalpha, text))):
            top_size = size
        if look.superscript and _RAISED_NUMBERS.fullmatch(text):
            raised.append((total - count, text.strip()))
        if page == 0 or not runs:
            runs.append(Run(text, size, look.superscript))
    if not total:
        return None
    dominant = max(sorted(sizes), key=sizes.__getitem__) if len(sizes) > 1 else next(iter(sizes))
    lefts, tops, rights, bottoms, texts = zip(*words, strict=True)
    top, bottom = min(tops), max(bottoms)
    letters_top, letters_bottom = top, bottom
    if upright and math < _MOSTLY * total:
        letters_top = max(top, bases[dominant] - _ASCENT * dominant)
        letters_bottom = min(bottom, bases[dominant] + _DESCENT * dominant)
    return Segment(
        page=page,
        block=block,
        x0=min(lefts),
        y0=top,
        x1=max(rights),
        y1=bottom,
        top=letters_top,
        bottom=letters_bottom,
        words=words,
        text=" ".join(texts),
        size=dominant,
        top_size=max(top_size, dominant),
        bold=bold >= total * _ALL,
        italic=italic >= total * _ALL,
        math=math / total,
        bold_parts=bold_parts if upright and bold < total * _ALL else [],
        raised=_ranges(raised, texts) if raised else [],
        runs=runs,
    )


def _ranges(raised: list[tuple[int, str]], words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where raised texts stand in the joined *words*; given is how many characters, no spaces, precede each."""
    text = " ".join(words)
    found = []
    for count, printed in raised:
        at, before = 0, count
        for word in words:
            if before < len(word):
                break
            before -= len(word)
            at += len(word) + 1
        start = at + before
        if text.startswith(printed, start):
            found.append((start, start + len(printed)))
    return found


def plain_runs(segments: list[Segment]) -> Iterator[str]:
    """Yield the text of *segments* with each superscript replaced by a comma: how names part from their marks."""
    for segment in segments:
        yield "".join(" , " if run.superscript else run.text for run in segment.runs)
