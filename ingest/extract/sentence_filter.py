"""Which sentences are prose: the others (formulas, table debris, captions) are not read at all.

Guarantees: a sentence that fails here gives nothing, and the count of failures by reason is in `Extraction.refused`.
"""

from __future__ import annotations

import re

_LONGEST = 900  # characters; a longer 'sentence' is a parser's mistake
_MOST_WORDS = 110
_FEWEST_LETTERS = 0.62  # share of letters and spaces; prose with citations and numbers stays above .75
_CAPTION = re.compile(r"\s*(?:fig(?:ure)?\.?|table|algorithm|eq(?:uation)?\.?|listing)\s*\d+\s*[:.|]", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MARKUP = re.compile(r"<!--|\|[^|]*\s\|[^|]*\s\||^\s*[-=+*_]{3,}\s*$|^\s*\$\$")


def garbled(text: str) -> str | None:
    """Return why *text* is not read as prose, or None if it is."""
    words = text.count(" ") + 1
    if len(text) > _LONGEST or words > _MOST_WORDS:
        return "sentence is too long to be one"
    if _MARKUP.search(text):
        return "sentence is markup or part of a table"
    if _CAPTION.match(text):
        return "sentence is a caption"
    plain = sum(character.isalpha() or character == " " for character in text)
    if plain < _FEWEST_LETTERS * len(text):
        return "sentence is mostly symbols"
    if len(_NUMBER.findall(text)) > max(6, words // 2):
        return "sentence is mostly numbers"
    return None
