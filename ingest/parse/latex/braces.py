"""Arguments in braces and brackets, found by counting: escaped braces do not count, and a search is bounded."""

from __future__ import annotations

import re
from typing import NamedTuple

_MAX_ARGUMENT = 200_000  # characters; one that is longer was never closed
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_BRACKETS = re.compile(r"\\.|[{}\[\]]", re.DOTALL)
_SPACE = re.compile(r"[ \t]*(?:\n[ \t]*)?")


class Argument(NamedTuple):
    """What stands inside, where it begins, and where the next thing begins."""

    text: str
    start: int
    end: int


def _behind_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def argument(text: str, at: int) -> Argument | None:
    """Return the argument in braces that begins at *at* or behind white space; None where none does or it is open."""
    start = _behind_space(text, at)
    if not text.startswith("{", start):
        return None
    depth = 0
    for mark in _BRACES.finditer(text, start, start + _MAX_ARGUMENT):
        if mark.group() == "{":
            depth += 1
        elif mark.group() == "}":
            depth -= 1
            if depth == 0:
                return Argument(text[start + 1 : mark.start()], start + 1, mark.end())
    return None


def optional_argument(text: str, at: int) -> Argument | None:
    """Return the argument in brackets that begins at *at* or behind white space, or None."""
    start = _behind_space(text, at)
    if not text.startswith("[", start):
        return None
    braces = brackets = 0
    for mark in _BRACKETS.finditer(text, start, start + _MAX_ARGUMENT):
        kind = mark.group()
        if kind == "{":
            braces += 1
        elif kind == "}":
            braces -= 1
            if braces < 0:
                return None
        elif kind == "[" and braces == 0:
            brackets += 1
        elif kind == "]" and braces == 0:
            brackets -= 1
            if brackets == 0:
                return Argument(text[start + 1 : mark.start()], start + 1, mark.end())
    return None


def end_of_environment(text: str, name: str, at: int) -> tuple[int, int]:
    """Return where the content of environment *name*, which begins at *at*, ends, and where the next thing begins.

    Environments of the same name inside are counted; one that is never closed ends with the text.
    """
    marks = re.compile(rf"\\(?P<what>begin|end)\s*\{{{re.escape(name)}\}}")
    depth = 1
    for mark in marks.finditer(text, at):
        depth += 1 if mark.group("what") == "begin" else -1
        if depth == 0:
            return mark.start(), mark.end()
    return len(text), len(text)
