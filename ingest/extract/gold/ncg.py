"""NCG (SemEval-2021 task 11): contribution sentences, phrases and triples of NLP papers.

An article is a folder with ``<id>-Stanza-out.txt`` (one tokenised sentence a line, counted from 1), ``sentences.txt``
(the contribution sentences' line numbers), ``entities.txt`` (line, start, end, phrase; character offsets into that
line, end exclusive) and ``triples/<unit>.txt`` (``(subject||predicate||object)`` a line). A folder may lack any of the
three annotations (the shared task's test phases did): they are then empty and said so in `annotated`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.extract.gold.errors import UnreadableGold
from ingest.extract.gold.identity import Identified, Names, Paper, paper_of

_SUFFIX = "-Stanza-out.txt"
_VERSION = re.compile(r"v\d+$")
_MAX_TITLE_LINES = 4

Triple = tuple[str, str, str]


@dataclass(frozen=True)
class NcgPhrase:
    """A phrase of a contribution sentence: 1-based line, character range in it, and the text as annotated."""

    line: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class NcgArticle(Identified):
    """One article.

    `lines[0]` is line 1. `triples` are by unit (the file's name: ``research-problem``, ``results``, …), in file order.
    """

    key: str
    title: str
    names: Names
    paper: Paper
    lines: tuple[str, ...]
    contribution_lines: frozenset[int]
    phrases: tuple[NcgPhrase, ...]
    triples: Mapping[str, tuple[Triple, ...]]
    annotated: frozenset[str]

    def line(self, number: int) -> str:
        """Return line *number*, counted from 1."""
        return self.lines[number - 1]


def read_ncg(path: Path) -> tuple[NcgArticle, ...]:
    """Read every article under *path*, in the order of their paths.

    Raises:
        UnreadableGold: an annotation file has a line of another shape, or names a line that is not there.
    """
    return tuple(_articles(path))


def _articles(path: Path) -> Iterator[NcgArticle]:
    for stanza in sorted(path.rglob(f"*{_SUFFIX}")):
        folder = stanza.parent
        text = stanza.read_text(encoding="utf-8")
        lines = tuple(line.rstrip("\r") for line in text.removesuffix("\n").split("\n"))
        annotated = {
            name
            for name, where in (("sentences", "sentences.txt"), ("phrases", "entities.txt"), ("triples", "triples"))
            if (folder / where).exists()
        }
        names = _names(lines, stanza.name.removesuffix(_SUFFIX))
        yield NcgArticle(
            key=folder.relative_to(path).as_posix(),
            title=names.titles[0] if names.titles else "",
            names=names,
            paper=paper_of(names),
            lines=lines,
            contribution_lines=_contribution_lines(folder / "sentences.txt", len(lines)),
            phrases=_phrases(folder / "entities.txt", len(lines)),
            triples={file.stem: _triples(file) for file in sorted((folder / "triples").glob("*.txt"))},
            annotated=frozenset(annotated),
        )


def _names(lines: tuple[str, ...], stem: str) -> Names:
    """The title stands between a line ``title`` and a line ``abstract``, on one line or several."""
    block: list[str] = []
    if lines and lines[0].strip().casefold() == "title":
        for line in lines[1 : 1 + _MAX_TITLE_LINES]:
            if line.strip().casefold() == "abstract":
                break
            block.append(line.strip())
        else:
            block = block[:1]
    title = " ".join(block)
    return Names(titles=(title,) if title else (), ids=(_VERSION.sub("", stem),), readings=tuple(block[:1]))


def _rows(file: Path) -> Iterator[tuple[int, str]]:
    if file.is_file():
        for number, row in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if row.strip():
                yield number, row


def _contribution_lines(file: Path, size: int) -> frozenset[int]:
    found: set[int] = set()
    for number, row in _rows(file):
        value = row.strip()
        if not value.isdigit() or not 1 <= int(value) <= size:
            raise UnreadableGold(f"{file}, line {number}: {value!r} is no line of a text of {size} lines")
        found.add(int(value))
    return frozenset(found)


def _phrases(file: Path, size: int) -> tuple[NcgPhrase, ...]:
    found: dict[NcgPhrase, None] = {}
    for number, row in _rows(file):
        columns = row.split("\t")
        if len(columns) < 4 or not all(column.strip().isdigit() for column in columns[:3]):
            raise UnreadableGold(f"{file}, line {number}: expected line, start, end and phrase between tabs")
        line, start, end = (int(column) for column in columns[:3])
        if not 1 <= line <= size or start >= end:
            raise UnreadableGold(f"{file}, line {number}: {line}:{start}-{end} is no range of a text of {size} lines")
        found[NcgPhrase(line, start, end, columns[3])] = None
    return tuple(sorted(found, key=lambda phrase: (phrase.line, phrase.start, phrase.end, phrase.text)))


def _triples(file: Path) -> tuple[Triple, ...]:
    found: dict[Triple, None] = {}
    for number, row in _rows(file):
        parts = [part.strip() for part in row.strip().removeprefix("(").removesuffix(")").split("||")]
        if len(parts) != 3:
            raise UnreadableGold(f"{file}, line {number}: expected (subject||predicate||object)")
        found[parts[0], parts[1], parts[2]] = None
    return tuple(found)
