"""Normal forms of short texts: for comparing a heading, a running head or a title, never for the document's text.

The one exception is `clean_pdf_word`, which a PDF's rebuilt text goes through: ligatures become letters and
characters that no store takes are dropped.
"""

from __future__ import annotations

import re
import unicodedata

_DIGITS = re.compile(r"\d+")
_NOT_ASCII_ALNUM = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(r"\s+")
# Presentation forms only: NFKC on whole words would also turn "10²" into "102" and "½" into "1⁄2".
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_DROPPED: dict[int, str | None] = {
    **dict.fromkeys((*range(0x09), *range(0x0E, 0x20), 0x7F, 0xFEFF, 0xFFFE, 0xFFFF, 0x200B)),
    **dict.fromkeys(range(0xD800, 0xE000)),
}
_PDF_TABLE: dict[int, str | None] = {**_DROPPED, **_LIGATURES}
_NEEDS_CLEANING = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b\ud800-\udfff\ufb00-\ufb06\ufeff\ufffe\uffff]")


def clean_pdf_word(word: str) -> str:
    """Return *word* with ligatures as letters and without control characters, lone surrogates and zero-width space."""
    return word.translate(_PDF_TABLE) if _NEEDS_CLEANING.search(word) else word


def needs_cleaning(text: str) -> bool:
    """Say whether `clean_pdf_word` would alter anything in *text*: asked once a page, it saves asking for each word."""
    return _NEEDS_CLEANING.search(text) is not None


# TeX prints "é" as an accent and a letter; many PDFs say just that: "Universit´e".
_ACCENTS = {
    "´": "\u0301",
    "`": "\u0300",
    "¨": "\u0308",
    "ˆ": "\u0302",
    "˜": "\u0303",
    "ˇ": "\u030c",
    "¸": "\u0327",
    "˚": "\u030a",
    "¯": "\u0304",
    "˙": "\u0307",
    "˘": "\u0306",
    "˝": "\u030b",
}
_CEDILLA = re.compile(r"([cCsStT])¸\s?(?=\w)")  # stands behind its letter
_ACCENTED = re.compile(f"([{''.join(_ACCENTS)}])\\s?([^\\W\\d_])")


def compose_accents(text: str) -> str:
    """Return *text* with each accent that stands before its letter composed with it. For names and titles only."""
    text = _CEDILLA.sub("\\1\u0327", text)
    return unicodedata.normalize("NFC", _ACCENTED.sub(lambda m: _plain(m.group(2)) + _ACCENTS[m.group(1)], text))


def _plain(letter: str) -> str:
    return "i" if letter == "ı" else letter


def letters_and_digits(text: str) -> str:
    """Return the letters and digits of *text*, NFKC and case-folded: equal for two printings of one heading."""
    if text.isascii():
        return _NOT_ASCII_ALNUM.sub("", text.lower())
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def without_numbers(text: str) -> str:
    """Return *text* with each run of digits as ``#``, case-folded, without white space: equal for running heads."""
    return _SPACE.sub("", _DIGITS.sub("#", text)).casefold()


def one_line(text: str) -> str:
    """Return *text* with each run of white space as one space."""
    return _SPACE.sub(" ", text).strip()
