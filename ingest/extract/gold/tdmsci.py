"""TDMSci: sentences with task, dataset and metric mentions, in CoNLL columns.

A file has ``token<TAB>character offset<TAB>tag`` lines (``O``, ``B-TASK``, ``I-TASK``, …) and a blank line between
sentences. The sentences name no paper: the sentence itself is the unit of split and identity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.extract.gold.errors import UnreadableGold
from ingest.extract.gold.identity import Identified, Names, Paper, paper_of

_ROW = re.compile(r"\S*\t\d+\t(?:O|[BI]-(?:TASK|DATASET|METRIC))\s*")
_SUFFIXES = frozenset({".conll", ".txt", ".tsv", ".bio", ".iob"})


@dataclass(frozen=True)
class TdmSciMention:
    """A mention: token range, end exclusive, and type (TASK, DATASET, METRIC)."""

    start: int
    end: int
    type: str


@dataclass(frozen=True)
class TdmSciSentence(Identified):
    """One sentence. `paper` is the sentence's own identity: TDMSci splits by sentence."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    mentions: tuple[TdmSciMention, ...]
    paper: Paper


def read_tdmsci(path: Path) -> tuple[TdmSciSentence, ...]:
    """Read every sentence of every file of this format under *path*, in file order, repeated sentences included.

    Raises:
        UnreadableGold: a file begins in this format and does not go on in it.
    """
    found: list[TdmSciSentence] = []
    for file in sorted(path.rglob("*")):
        if file.suffix.casefold() in _SUFFIXES and file.is_file() and _is_ours(file):
            found.extend(_sentences(file))
    return tuple(found)


def _is_ours(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
    return _ROW.fullmatch(first.rstrip("\n")) is not None


def _sentences(file: Path) -> Iterator[TdmSciSentence]:
    rows: list[tuple[str, str]] = []
    for number, line in enumerate([*file.read_text(encoding="utf-8").split("\n"), ""], start=1):
        if line.strip():
            columns = line.rstrip("\r").split("\t")
            if len(columns) != 3:
                raise UnreadableGold(f"{file}, line {number}: expected token, offset and tag between tabs")
            rows.append((columns[0], columns[2].strip()))
        elif rows:
            tokens = tuple(token for token, _ in rows)
            tags = tuple(tag for _, tag in rows)
            text = " ".join(tokens)
            names = Names(titles=(text,)) if any(c.isalnum() for c in text) else Names(ids=(text,))
            yield TdmSciSentence(tokens, tags, mentions_of_tags(tags), paper_of(names))
            rows = []


def mentions_of_tags(tags: Sequence[str]) -> tuple[TdmSciMention, ...]:
    """Return the mentions that BIO tags spell; an ``I-`` of another type, or after ``O``, begins a mention."""
    found: list[TdmSciMention] = []
    start, kind = 0, ""
    for number, tag in enumerate([*tags, "O"]):
        prefix, _, type_ = tag.partition("-")
        if kind and (prefix != "I" or type_ != kind):
            found.append(TdmSciMention(start, number, kind))
            kind = ""
        if prefix == "B" or (prefix == "I" and not kind):
            start, kind = number, type_
    return tuple(found)
