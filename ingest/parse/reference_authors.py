"""Family names out of the author part of a bibliography entry.

Styles: ``Ada Writer and Ben Reader``; ``A. Writer, B. Reader``; ``Writer, A., & Reader, B.``; ``Writer, Ada and Reader,
Ben``; ``Writer A, Reader BC``. Which one it is the first name shows. Not done: names of groups of more than four words,
which are taken as no name.
"""

from __future__ import annotations

import re

from ingest.parse.text_normalisation import compose_accents

_SEPARATOR = re.compile(r"\s*(?:[,;]\s*(?:and|&)\s+|[,;]|\s+and\s+|\s*&\s*)\s*")
_INITIALS = re.compile(r"(?:[^\W\d_a-z]{1,2}\.?[\s‐-]*){1,4}", re.UNICODE)
_VANCOUVER = re.compile(r"(?P<family>[^\W\d_][\w'’‐-]+(?:\s[^\W\d_][\w'’‐-]+){0,2})\s(?P<given>[^\W\d_a-z]{1,3})")
_PARTICLES = frozenset(
    (
        *("de", "van", "von", "der", "den", "la", "le", "di", "da", "del", "dos", "bin", "ibn", "al", "el", "ter"),
        *("ten", "du", "des", "st", "zu", "vander"),
    )
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|eds?)\.?", re.IGNORECASE)
_OTHERS = re.compile(
    r"(?:\bet\.?\s+al\b\.?|\bet\s+alii\b|\band\s+others\b|\bothers\b|…|\.\s?\.\s?\.).*", re.IGNORECASE | re.DOTALL
)
_BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_WORD = re.compile(r"[^\W\d_](?:[\w'’.‐-]*\w)?\.?", re.UNICODE)
_MAX_WORDS = 5


def family_names(authors: str) -> tuple[str, ...]:
    """Return the family names in *authors*, in order; nothing where it does not read as a list of names."""
    plain = _OTHERS.sub("", _BRACKETED.sub(" ", compose_accents(authors))).strip(" .,;:")
    tokens = [t for t in (part.strip(" :") for part in _SEPARATOR.split(plain)) if t and not _SUFFIX.fullmatch(t)]
    if not tokens:
        return ()
    family_first = _family_first(tokens)
    names: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        at += 1
        if _is_initials(token):
            continue  # of the name before
        if vancouver := _VANCOUVER.fullmatch(token):
            names.append(vancouver.group("family"))
            continue
        words = token.split()
        if len(words) > _MAX_WORDS or not all(_WORD.fullmatch(word) for word in words):
            return tuple(names)  # the list is over: this is a title
        if family_first and _is_family(words, following):
            names.append(token)
            at += bool(following)
        else:
            names.append(_last_of(words))
    return tuple(names)


def _family_first(tokens: list[str]) -> bool:
    """Say whether the first name is printed "Family, Given"."""
    if len(tokens) < 2:
        return False
    words = tokens[0].split()
    if _has_initial(words) or _VANCOUVER.fullmatch(tokens[0]):
        return False
    if _is_initials(tokens[1]):
        return True
    return len(_without_particles(words)) == 1


def _is_family(words: list[str], following: str) -> bool:
    """Say whether *words* are a family name whose given name is *following*: else "Ben Reader" after "Writer, Ada"."""
    if _has_initial(words):
        return False
    if _is_initials(following):
        return True
    return len(_without_particles(words)) == 1 and bool(following)


def _without_particles(words: list[str]) -> list[str]:
    """Return *words* without the particles before the last one: "Le" alone is a name."""
    return [word for word in words[:-1] if word.casefold() not in _PARTICLES] + words[-1:]


def _has_initial(words: list[str]) -> bool:
    return any(len(word) <= 2 and word[0].isupper() and (word.endswith(".") or len(word) == 1) for word in words[:-1])


def _is_initials(token: str) -> bool:
    return bool(token) and _INITIALS.fullmatch(token) is not None and ("." in token or len(token) <= 2)


def _last_of(words: list[str]) -> str:
    """The family name of "Ada de la Writer": the last word with the particles before it."""
    first = len(words) - 1
    while first > 1 and words[first - 1].casefold() in _PARTICLES:
        first -= 1
    if len(words) > 1 and words[0].casefold() in _PARTICLES and words[0].islower():
        first = 0
    return " ".join(words[first:])
