"""Headings that a PDF converter made, and of those the ones that are none.

A converter takes each line that stands out for a heading: an algorithm's title, the answer to a question of a
checklist, a label with a colon, a tag of a prompt, a line of code, the name of an author in the second column.
"""

from __future__ import annotations

import re

from ingest.parse.author_names import read_author_line
from ingest.parse.headings import is_caption, is_known
from ingest.parse.text_normalisation import letters_and_digits

_FORM = re.compile(r"(?:answer|guidelines?|justification|question|important)\b.{0,40}$", re.IGNORECASE)
_TAG = re.compile(r"(?:&lt;|<|\[|\{|//|#)")
_STATEMENT = re.compile(
    r"(?:end (?:for|if|while|procedure|function)|return|require|ensure|input|output|initiali[sz]e)\b|proof\.?$",
    re.IGNORECASE,
)
_ORNAMENT = re.compile(r"^[^\w(\[<&{/#$\\\"“'‘]+\s*")
_LINE_NUMBER = re.compile(r"\s+\d{1,4}$")
_ADDRESS = re.compile(r"@|universit|institut|department|school|laborator|college", re.IGNORECASE)
_CHECKLIST = re.compile(r"checklist$")


def plain_title(title: str, *, line_numbered: bool) -> str:
    """Return a heading without ornaments before it, and without the line number behind it where lines have one."""
    plain = _ORNAMENT.sub("", title)
    return _LINE_NUMBER.sub("", plain) if line_numbered else plain


def is_no_heading(title: str, *, numbered: bool) -> bool:
    """Say whether *title* is prose that stands out, not the name of a section."""
    if not letters_and_digits(title):
        return True
    if _FORM.match(title) or _TAG.match(title):
        return True
    if numbered or is_known(title):
        return False
    return title.endswith((":", ",")) or _STATEMENT.match(title) is not None


def is_float_title(title: str) -> bool:
    """Say whether *title* is that of an algorithm, a listing, a figure or a table."""
    return (
        is_caption(title)
        or re.fullmatch(r"(?:algorithm|listing)\s+[A-Z.]*\d+\s*:?.*", title, re.IGNORECASE) is not None
    )


def is_author(title: str, following: str) -> bool:
    """Say whether *title* is a name with an address in *following*, the paragraph behind it."""
    words = title.split()
    return 2 <= len(words) <= 5 and read_author_line(title) == (title,) and _ADDRESS.search(following[:200]) is not None


def opens_checklist(title: str) -> bool:
    """Say whether *title* opens a checklist, whose questions are numbered for themselves."""
    return _CHECKLIST.search(letters_and_digits(title)) is not None
