"""The word lists that ship with the package: names of methods, tasks, datasets, metrics and settled problems.

Guarantees: a list is read once per process, in file order; two lines that claim one spelling for one list are an error
at load, so a name never depends on the order of lines. The lists are written by hand from general knowledge of the
field; nothing in them is taken from an annotated corpus.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graph.vocabulary.extraction import NameType

_FILES = {
    NameType.METHOD: "methods.txt",
    NameType.TASK: "tasks.txt",
    NameType.DATASET: "datasets.txt",
    NameType.METRIC: "metrics.txt",
}
_PIECES = re.compile(r"[\s\-/_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One named thing. `better` is +1, −1 or 0 (not a metric); the rest as in the lists' heads."""

    type: NameType
    name: str
    spellings: tuple[str, ...]
    group: str
    better: int = 0
    in_context: bool = False
    weak: bool = False
    quality: bool = False


def pieces(text: str) -> tuple[str, ...]:
    """Return the parts of *text* between spaces, hyphens and slashes: the units of matching."""
    return tuple(part for part in _PIECES.split(text) if part)


def plural(word: str) -> str:
    """Return the regular plural of *word*."""
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


@cache
def entries(type: NameType) -> tuple[Entry, ...]:
    """Return the entries of one list, in file order.

    Raises:
        ValueError: a spelling stands under two names of the same list and group.
    """
    found: list[Entry] = []
    owner: dict[tuple[str, bool], str] = {}
    lines = list(_lines(_FILES[type]))
    guarded = {spelling for group, spellings in lines if group == "in context" for spelling in spellings}
    for group, spellings in lines:
        in_context = group == "in context"
        entry = Entry(
            type=type,
            name=spellings[0],
            spellings=tuple(each for each in spellings if in_context or each not in guarded),
            group=group,
            better=(1 if "higher" in group else -1) if type is NameType.METRIC else 0,
            in_context=in_context,
            weak=group.startswith("weak"),
            quality=group.startswith("qualities"),
        )
        for spelling in spellings:
            if (other := owner.setdefault((spelling, in_context), entry.name)) != entry.name:
                raise ValueError(f"{_FILES[type]}: {spelling!r} stands under {other!r} and {entry.name!r}")
        found.append(entry)
    return tuple(found)


@cache
def problem_terms() -> tuple[tuple[str, ...], ...]:
    """Return the spellings of each settled problem, in file order."""
    return tuple(spellings for _, spellings in _lines("problems.txt"))


@cache
def by_spelling(type: NameType) -> dict[str, Entry]:
    """Return the entries of a list by each spelling, lower case and by pieces: for looking up a long form."""
    table: dict[str, Entry] = {}
    for entry in entries(type):
        for spelling in entry.spellings:
            table.setdefault(" ".join(pieces(spelling.lower())), entry)
    return table


def lookup(type: NameType, name: str) -> Entry | None:
    """Return the entry of *type* that *name* spells (in any case, singular or regular plural), or None."""
    table = by_spelling(type)
    form = " ".join(pieces(name.lower()))
    if form in table:
        return table[form]
    if form.endswith("ies") and (entry := table.get(f"{form[:-3]}y")):
        return entry
    return table.get(form[:-1]) if form.endswith("s") else None


@cache
def word_set(name: str) -> frozenset[str]:
    """Return one word class of `lexicons/words.toml`."""
    return frozenset(_words()[name].split())


@cache
def word_table(name: str) -> dict[str, frozenset[str]]:
    """Return one table of word classes of `lexicons/words.toml`."""
    return {key: frozenset(words.split()) for key, words in _words()[name].items()}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files("ingest.extract") / "lexicons" / "words.toml").read_text(encoding="utf-8"))


def is_known(name: str) -> bool:
    """Say whether any list holds *name*: what is generally known is not what a document proposes."""
    return any(lookup(type, name) is not None for type in NameType)


def read_lines(name: str) -> list[str]:
    """Return the lines of a file of the lexicon folder that are neither empty nor comments."""
    text = (files("ingest.extract") / "lexicons" / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _lines(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    group = ""
    for line in read_lines(name):
        if line.startswith("["):
            group = line.strip("[]")
        else:
            yield group, tuple(part.strip() for part in line.split("|"))
