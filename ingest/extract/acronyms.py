"""Acronyms that the document itself defines.

Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text", PSB 2003: the
short form stands in brackets after the long form, or the long form in brackets after the short one; reading both from
the right, each character of the short form is found in the long form, the first one at the start of a word.

Guarantees: the first definition of a short form in reading order counts. Not done: acronyms nobody defines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingest.extract.lexicon import word_set
from ingest.extract.reading import Reading

_BRACKETED = re.compile(r"\(([^()]{2,90})\)")
_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9.&+/-]{1,11}")
_SHORT_BEFORE = re.compile(r"([A-Z][\w-]{1,11}) $")
_MOST_WORDS = 9  # a longer one is a sentence or a title
_CITATION = re.compile(r"\b(?:19|20)\d\d\b|et al|^(?:e\.g|i\.e|see|cf|figure|fig|table|section|eq)\b", re.IGNORECASE)


class Definition(NamedTuple):
    """A short and a long form, and the sentence that defines them."""

    reading: Reading
    short: str
    long: str


def definitions(readings: Iterable[Reading]) -> list[Definition]:
    """Return the first definition of each short form, in reading order."""
    found: dict[str, Definition] = {}
    for reading in readings:
        if "(" in reading.text:
            for definition in _in_sentence(reading):
                found.setdefault(definition.short, definition)
    return list(found.values())


def _in_sentence(reading: Reading) -> Iterator[Definition]:
    text = reading.text
    for match in _BRACKETED.finditer(text):
        inside = re.split(r"[;,]| or ", match.group(1))[0].strip(" \"'")
        if _CITATION.search(match.group(1)):
            continue
        before = text[: match.start()]
        if is_short(inside) and (long := long_form(inside, before)):
            yield Definition(reading, inside, long)
        elif (
            (short := _SHORT_BEFORE.search(before))
            and " " in inside
            and is_short(short.group(1))
            and long_form(short.group(1), inside) == inside
        ):
            yield Definition(reading, short.group(1), inside)


def is_short(text: str) -> bool:
    """Say whether *text* may be a short form: 2 to 12 characters, no spaces, at least one capital."""
    return _SHORT.fullmatch(text) is not None and any(character.isupper() for character in text)


def long_form(short: str, before: str) -> str | None:
    """Return the long form of *short* at the end of *before*, or None: the matching of Schwartz and Hearst, figure 1.

    A plural s of the short form is not asked for. The long form has at most min(n + 5, 2 n) words, n the length of the
    short one (ibid., section 3), and neither starts with a function word nor contains the short form.
    """
    short = short.removesuffix("s") if short[:-1].isupper() and short.endswith("s") else short
    wanted = [character.lower() for character in short if character.isalnum()]
    window = before.rstrip(" \"'-")
    words = window.split()
    most = min(len(wanted) + 5, 2 * len(wanted))
    window = " ".join(words[-most:])
    if not window or not before.rstrip().endswith(window):
        return None
    at = len(window)
    for number, character in enumerate(reversed(wanted), start=1):
        at -= 1
        first = number == len(wanted)
        while at >= 0 and (window[at].lower() != character or (first and at > 0 and window[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
    long = window[at:]
    parts = re.split(r"[\s-]+", long)
    if len(parts) > _MOST_WORDS:
        return None
    if short in parts or len(long) <= len(short) or re.search(r"[;:.!?](\s|$)|[()\[\]]", long):
        return None
    if parts[0].lower() in _NOT_FIRST or (len(parts) == 1 and len(wanted) > 3 and not long.isalpha()):
        return None
    return long


def mend(long: str) -> str:
    """Return a long form with the breaks of small capitals mended: "R etrievalA ugmented" is "Retrieval Augmented"."""
    if len(re.findall(r"\b[A-Z] [a-z]{2,}", long)) < 2:
        return long
    joined = re.sub(r"([A-Z]) (?=[a-z]{2,})", r"\1", long)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", joined)


_NOT_FIRST = word_set("not_first_in_long_form")
