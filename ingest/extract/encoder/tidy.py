"""Ends of spans put right where the annotated sets leave no doubt: punctuation, brackets, short forms, citation keys.

Counted on training papers: no mention ends in a lone bracket or a comma. "X ( ABC )" is one span for TDMSci (53 of 55)
and for phrases of NCG (225 of 236), two for SciREX (1,045 of 1,306). A citation key ("smith2018deep") is a mention in
one case of ten. Of 58,862 mentions of SciREX 230 have a bracket without its partner and 79 a comma: where a text glues
a citation or the next name to a name, the span has run on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.extract.encoder.consistency import Place

ONE_SPAN = frozenset({"tdmsci", "phrases"})
_KEY = re.compile(r"[A-Za-z]{3,}(?:19|20)\d\d[a-z]*")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_MOST_WORDS = 4  # of a short form in brackets: "A", "-", "B" and one more
_PARTNER = {")": "(", "]": "[", "}": "{"}
_MAY_END = frozenset("%+*")
_NEVER_LAST = frozenset({"and", "or", "of", "in", "on", "for", "with", "to", "by", "the", "a", "an"})
_PREDICATES = frozenset({"phrases"})  # NCG's phrases are predicates too: "trained with", "achieves on"


def tidied(places: Sequence[Place], words: Sequence[Sequence[str]], head: str) -> list[Place]:
    """Return *places*, which do not overlap, with their ends put right; what nothing remains of is left out."""
    kept: list[Place] = []
    for place in places:
        here = words[place.sentence]
        trimmed = _trimmed(place, here, head)
        if trimmed and head not in _PREDICATES:
            trimmed = _trimmed(_unbroken(trimmed, here), here, head)
        if trimmed:
            kept.extend(_with_short_form(_before_bracket(trimmed, here, head), here, head))
    return _first_come(kept)


def _trimmed(place: Place, here: Sequence[str], head: str) -> Place | None:
    first, last = place.first, place.last
    while last > first and head not in _PREDICATES and here[last - 1].lower() in _NEVER_LAST:
        last -= 1
    while first < last and not _is_word(here[first]) and not (here[first] in _OPENING and _closed(here, first, last)):
        first += 1
    while last > first and not _is_word(here[last - 1]) and not _ends_well(here, first, last):
        last -= 1
    if first == last or (last == first + 1 and _KEY.fullmatch(here[first])):
        return None
    inside = here[first:last]
    if inside.count("(") > inside.count(")") and last < len(here) and here[last] == ")":
        last += 1
    return place if (first, last) == (place.first, place.last) else replace(place, first=first, last=last)


def _unbroken(place: Place, here: Sequence[str]) -> Place:
    """Return *place*, which is trimmed, up to a bracket without a partner and from behind its last comma."""
    opened: list[int] = []
    first = place.first
    for at in range(place.first, place.last):
        if here[at] in _OPENING:
            opened.append(at)
        elif here[at] in _CLOSING:
            if not opened:
                return replace(place, first=first, last=at)
            opened.pop()
        elif here[at] == "," and not opened and not (here[at - 1].isdigit() and here[at + 1].isdigit()):
            first = at + 1
    return replace(place, first=first, last=opened[0] if opened else place.last)


def _ends_well(here: Sequence[str], first: int, last: int) -> bool:
    mark = here[last - 1]
    if mark in _CLOSING:
        return _PARTNER[mark] in here[first : last - 1]
    return mark in _MAY_END


def _closed(here: Sequence[str], first: int, last: int) -> bool:
    return any(word in _CLOSING for word in here[first:last])


def _is_word(word: str) -> bool:
    return any(character.isalnum() for character in word)


def _before_bracket(place: Place, here: Sequence[str], head: str) -> Place:
    """Return what stands before a short form in brackets within *place*, where a set marks the two apart."""
    inside = list(here[place.first : place.last])
    if head in ONE_SPAN or "(" not in inside[1:]:
        return place
    at = place.first + 1 + inside[1:].index("(")
    return replace(place, last=at) if _short_form(here, at) is not None else place


def _short_form(here: Sequence[str], at: int) -> int | None:
    """Return where the bracket closes that opens at word *at* around a short form, or None."""
    if at >= len(here) or here[at] != "(" or ")" not in here[at + 2 : at + 2 + _MOST_WORDS]:
        return None
    end = at + 2 + list(here[at + 2 : at + 2 + _MOST_WORDS]).index(")")
    short = "".join(here[at + 1 : end])
    return end if sum(character.isupper() for character in short) >= 2 and _is_word(here[at + 1]) else None


def _with_short_form(place: Place, here: Sequence[str], head: str) -> list[Place]:
    """Return *place* with the short form that follows it in brackets: within it, or beside it as a span of its own."""
    at = place.last
    end = _short_form(here, at)
    if end is None:
        return [place]
    if head in ONE_SPAN:
        return [replace(place, last=end + 1)]
    return [place, replace(place, first=at + 1, last=end)]


def _first_come(places: Sequence[Place]) -> list[Place]:
    """Return *places* in order without overlaps: what was widened over another takes its place."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda each: (each.sentence, each.first, -each.last)):
        if kept and kept[-1].sentence == place.sentence and place.first < kept[-1].last:
            continue
        kept.append(place)
    return kept
