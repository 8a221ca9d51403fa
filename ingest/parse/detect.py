"""What a file is, by its content first and its name second; and the decoding of text."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from pathlib import PurePath

from ingest.parse.errors import EmptyFile, NotUtf8, UnknownShape, WrongSuffix


class Kind(StrEnum):
    """The families of input, each with a parser of its own."""

    PDF = "pdf"
    XML = "xml"
    JSON = "json"
    LATEX = "latex"
    MARKDOWN = "markdown"
    TEXT = "text"


_BY_SUFFIX = {
    ".pdf": Kind.PDF,
    ".xml": Kind.XML,
    ".tei": Kind.XML,
    ".nxml": Kind.XML,
    ".jats": Kind.XML,
    ".json": Kind.JSON,
    ".tex": Kind.LATEX,
    ".ltx": Kind.LATEX,
    ".latex": Kind.LATEX,
    ".zip": Kind.LATEX,
    ".gz": Kind.LATEX,
    ".tgz": Kind.LATEX,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".mkd": Kind.MARKDOWN,
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
}
SUFFIXES = frozenset(_BY_SUFFIX)
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b")
_ARCHIVE_SUFFIXES = frozenset({".zip", ".gz", ".tgz"})
_WORDS = {
    Kind.PDF: "a PDF",
    Kind.XML: "XML",
    Kind.JSON: "JSON",
    Kind.LATEX: "LaTeX or an archive of it",
    Kind.MARKDOWN: "Markdown",
    Kind.TEXT: "plain text",
}
_PDF_HEADER_WITHIN = 1024  # readers accept bytes before %PDF- up to here (ISO 32000-1, annex H.3)
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a ZIP archive (or a Word file)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "gzip-compressed"),
    (b"%!PS", "PostScript"),
    (b"{\\rtf", "RTF"),
)
_HTML = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LATEX = re.compile(r"^[ \t]*\\document(?:class|style)\s*[\[{]", re.MULTILINE)
_LATEX_WITHIN = 100_000  # a preamble of comments and definitions may come first
_ATX_FIRST = re.compile(r"\s*#{1,3} \S")
_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def detect(content: bytes, *, name: str) -> Kind:
    """Return what *content* is.

    Raises:
        EmptyFile: no bytes but white space.
        WrongSuffix: of no known format, though the suffix says so.
        UnknownShape: HTML, or a suffix that nothing is known of.
        NotUtf8: text in another encoding.
    """
    if not content.strip(b"\x00 \t\r\n\f\xef\xbb\xbf"):
        size = "no bytes" if not content else "only white space"
        raise EmptyFile(f"{name} holds {size}: fetch it again or leave it out")
    suffix = PurePath(name).suffix.casefold()
    expected = _BY_SUFFIX.get(suffix)
    head = content[: _PDF_HEADER_WITHIN + 8]
    if b"%PDF-" in head and (expected is Kind.PDF or content.lstrip(b"\x00 \t\r\n\xef\xbb\xbf").startswith(b"%PDF-")):
        return Kind.PDF
    if expected is Kind.LATEX and content.startswith(_ARCHIVES):
        return Kind.LATEX
    for magic, words in _OTHER_FORMATS:
        if content.startswith(magic):
            raise WrongSuffix(f"{name} is {words}, which is not read: convert it to PDF, TEI, Markdown or text")
    start = content.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"<") and not (
        expected in {Kind.MARKDOWN, Kind.TEXT, Kind.LATEX} and not start.startswith((b"<?xml", b"<TEI"))
    ):
        if _HTML.match(start):
            raise UnknownShape(
                f"{name} is HTML, not {_WORDS.get(expected or Kind.XML)}: often a login or error page; "
                "fetch the file itself"
            )
        return Kind.XML
    if expected in {Kind.PDF, Kind.XML} or suffix in _ARCHIVE_SUFFIXES:
        promised = _WORDS[expected or Kind.XML]
        raise WrongSuffix(f"{name} is not {promised}, though its name says so: look at its first bytes, fetch it again")
    if expected is None and not start.startswith((b"{", b"[")):
        known = ", ".join(sorted(SUFFIXES))
        raise UnknownShape(f"{name} has a suffix that says nothing about its content: rename it to one of {known}")
    return _kind_of_text(content, start, expected, name)


def _kind_of_text(content: bytes, start: bytes, expected: Kind | None, name: str) -> Kind:
    if start[:1] in {b"{", b"["} and (expected in {Kind.JSON, None} or _closes_like_json(content)):
        return Kind.JSON
    if expected is Kind.JSON and b"\x00" in content[:4096]:
        raise WrongSuffix(f"{name} is binary, not JSON: fetch it again")
    if expected in {Kind.JSON, Kind.LATEX}:
        return expected  # their readers say what is wrong; LaTeX's knows of other encodings
    text = decode(content, name=name)
    if expected in {Kind.TEXT, None} and _LATEX.search(text, 0, _LATEX_WITHIN):
        return Kind.LATEX
    from ingest.parse.markdown_blocks import read_front_matter

    if expected is Kind.TEXT and (read_front_matter(text).fields or _ATX_FIRST.match(text)):
        return Kind.MARKDOWN
    return expected if expected is not None else Kind.TEXT


def _closes_like_json(content: bytes) -> bool:
    """A .md or .txt that opens and closes as an object with quoted keys is JSON under another name."""
    return re.match(rb'\s*[\[{]\s*[\[{"]', content) is not None and content.rstrip()[-1:] in {b"}", b"]"}


def decode(content: bytes, *, name: str) -> str:
    """Return *content* as text, without a byte order mark.

    Raises:
        NotUtf8: another encoding, with the place of the first byte that shows it.
        WrongSuffix: binary.
    """
    if content.startswith(_BOMS):
        raise NotUtf8(f"{name} is UTF-16 or UTF-32: convert it to UTF-8")
    if content.count(b"\x00") * 20 > len(content):  # converters leave a NUL for a glyph here and there
        raise WrongSuffix(f"{name} is binary, not text: look at what it is, convert it to PDF, TEI, Markdown or text")
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotUtf8(
            f"{name} is not UTF-8 (byte {error.start}, line {line}): convert it, e.g. from Latin-1"
        ) from error
