"""What a heading says: its number, its level and the role of the part it opens.

Works on the words of a heading; where a heading is, each parser finds in its own way.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from graph.vocabulary.document import SectionRole
from ingest.parse.heading_names import (
    ABSTRACT,
    APPENDIX_STARTS,
    KNOWN_NAMES,
    ONLY_HEADINGS,
    REFERENCES,
    TOP_LEVEL,
)
from ingest.parse.text_normalisation import letters_and_digits, one_line

# "3", "3.1", "3.1.2.", "A", "A.1", "B.2.1", "IV", "IV.", "Appendix A", "Section 3".
_NUMBERED = re.compile(
    r"(?:(?P<kind>appendix|section|chapter|supplementary(?: note| material)?)\s+)?"
    r"(?P<number>\d{1,2}(?:\s?\.\s?\d{1,2}){0,4}|[A-Z](?:\.\d{1,2}){1,4}|[A-Z](?=[.):]?\s)|[IVX]{1,5}(?=[.:]?\s))"
    r"(?P<mark>[.):]|\s*[–—-]+(?=\s))?\s*(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ROMAN = re.compile(r"[IVX]+")


class HeadingText(NamedTuple):
    """A heading taken apart: ``3.1 Data`` is number ``3.1``, title ``Data``, depth 2. Depth 0 without a number."""

    number: str | None
    title: str
    depth: int


def read_heading(printed: str) -> HeadingText:
    """Take the number off *printed*. A heading that is a number alone keeps an empty title."""
    text = one_line(printed)
    match = _NUMBERED.fullmatch(text)
    if match is None or not _number_is_one(text, match):
        return HeadingText(None, text, 0)
    number = re.sub(r"\s", "", match.group("number"))
    title = match.group("title").strip()
    depth = 1 if _ROMAN.fullmatch(number) else number.count(".") + 1
    return HeadingText(number, title, depth)


def _number_is_one(text: str, match: re.Match[str]) -> bool:
    """Keep "A Survey of X" and "I see" whole: a lone letter is a number only with a mark or as a capital appendix."""
    number, title = match.group("number"), match.group("title").strip()
    if match.group("kind"):
        return match.group("kind").casefold() != "supplementary" or number[0].isdigit()
    if number[0].isdigit():
        if len(number) == 4 and number.isdigit():
            return False
        # "3D Reconstruction", "2-layer networks": the number must stand apart.
        return not title or (text[match.end("number")] in ".): \u2003\t–—" and not title[0].islower())
    if not number[0].isupper() or not title[:1].isalnum():
        return False
    if "." in number or match.group("mark") in {".", ")", ":"}:
        return len(number) > 1 or not re.match(r"[A-Z]\.", title)  # "J. K. Rowling"
    if number in {"A", "I"}:
        return False  # an article and a pronoun; `appendix_letter` knows where they are numbers
    return len(number) == 1 or _ROMAN.fullmatch(number) is not None


def appendix_letter(printed: str) -> HeadingText:
    """Take apart a heading behind the references, where ``A Proofs`` is appendix A."""
    text = one_line(printed)
    match = re.fullmatch(r"([A-Z])\s+(\S.*)", text)
    return HeadingText(match.group(1), match.group(2), 1) if match else read_heading(text)


def role_of(title: str, *, after_references: bool) -> SectionRole:
    """Return the role of the part that opens with *title* (number removed)."""
    name = letters_and_digits(title)
    if name in ABSTRACT and name != "summary" and not after_references:
        return SectionRole.ABSTRACT
    if name in REFERENCES:
        return SectionRole.REFERENCES
    if name.startswith(APPENDIX_STARTS) or after_references:
        return SectionRole.APPENDIX
    return SectionRole.BODY


def is_known(title: str) -> bool:
    """Say whether *title* is a name that papers use for a section, number or not."""
    return letters_and_digits(title) in KNOWN_NAMES


def stands_alone(title: str) -> bool:
    """Say whether *title* can only be a heading: "Model" may head a table's column as well, "References" may not."""
    return letters_and_digits(title) in ONLY_HEADINGS


def level_by_name(title: str) -> int:
    """Return 1 for a name that opens a top section, else 0 (unknown)."""
    return 1 if letters_and_digits(title) in TOP_LEVEL else 0


CAPTION = re.compile(
    r"(?:supplementary\s+|supplemental\s+|extended\s+data\s+|appendix\s+)?"
    r"(?:figure|fig\.?|table|tab\.|algorithm|listing|scheme|box)"
    r"\s*(?:[A-Z]\.?)?[\dIVX]{1,4}(?:\.\d+)?(?:\s?\([a-z]\))?\s*(?:[.:|—–-]|\s(?=(?-i:[A-Z(])))",
    re.IGNORECASE,
)


def is_caption(paragraph: str) -> bool:
    """Say whether *paragraph* opens as the caption of a figure, table, algorithm or listing."""
    return CAPTION.match(paragraph) is not None


_FIGURE = re.compile(r"(?:supplementary\s+|supplemental\s+|extended\s+data\s+)?fig", re.IGNORECASE)
_TABLE = re.compile(r"(?P<label>(?:table|tab\.)\s*(?:[A-Z]\.?)?[\dIVX]{1,4}(?:\.\d+)?)", re.IGNORECASE)


def is_figure(caption: str) -> bool:
    """Say whether *caption* is that of a figure."""
    return _FIGURE.match(caption) is not None


def table_label(caption: str) -> str | None:
    """Return the label that *caption* begins with if it is that of a table: "Table 2"."""
    found = _TABLE.search(caption[:40]) if is_caption(caption) and not is_figure(caption) else None
    return found.group("label") if found else None
