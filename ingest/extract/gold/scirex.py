"""SciREX: whole documents with mentions, salient clusters and n-ary relations.

A document is a JSON object ``{doc_id, words, sentences, sections, ner, coref, n_ary_relations, …}``, one a file or one
a line (``.json``, ``.jsonl``). Token ranges, end exclusive. The title is the first sentence where the document says
``document :`` before it, else the first section where that is no longer than a title, else the first sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.extract.gold.errors import UnreadableGold
from ingest.extract.gold.identity import Identified, Names, Paper, paper_of

_MARKS = (b'"n_ary_relations"', b'"words"', b'"sections"')
_MAX_TITLE_WORDS = 40

TokenRange = tuple[int, int]


@dataclass(frozen=True)
class SciRexMention:
    """A mention: token range, end exclusive, and type (Method, Task, Metric, Material)."""

    start: int
    end: int
    type: str


@dataclass(frozen=True)
class NaryRelation:
    """A result as leaderboards word it: names are keys of `coref`."""

    material: str
    method: str
    metric: str
    task: str
    score: str


@dataclass(frozen=True)
class SciRexDocument(Identified):
    """One document. `coref` has an empty cluster where an entity of a relation has no mention."""

    doc_id: str
    title: str
    names: Names
    paper: Paper
    words: tuple[str, ...]
    sentences: tuple[TokenRange, ...]
    sections: tuple[TokenRange, ...]
    mentions: tuple[SciRexMention, ...]
    coref: Mapping[str, tuple[TokenRange, ...]]
    relations: tuple[NaryRelation, ...]
    method_parts: Mapping[str, tuple[str, ...]]


def read_scirex(path: Path) -> tuple[SciRexDocument, ...]:
    """Read every document under *path*, in the order of paths and lines; a document that stands twice is read once.

    Raises:
        UnreadableGold: a file looks like SciREX and is not.
    """
    found: dict[str, SciRexDocument] = {}
    for file in sorted({*path.rglob("*.json"), *path.rglob("*.jsonl")}):
        content = file.read_bytes()
        if not all(mark in content for mark in _MARKS):
            continue
        for raw in _objects(file, content):
            document = _document(raw, file)
            found.setdefault(document.doc_id, document)
    return tuple(found.values())


def _objects(file: Path, content: bytes) -> Iterator[dict[str, Any]]:
    try:
        whole = json.loads(content)
        objects = whole if isinstance(whole, list) else [whole]
    except ValueError:
        try:
            objects = [json.loads(line) for line in content.splitlines() if line.strip()]
        except ValueError as error:
            raise UnreadableGold(f"{file}: neither JSON nor one JSON object a line ({error})") from error
    yield from objects


def _document(raw: dict[str, Any], file: Path) -> SciRexDocument:
    try:
        words = tuple(str(word) for word in raw["words"])
        sentences = tuple((int(a), int(b)) for a, b in raw["sentences"])
        sections = tuple((int(a), int(b)) for a, b in raw["sections"])
        title = _title(words, sentences, sections)
        names = Names(titles=(title,) if title else (), ids=(str(raw["doc_id"]),))
        return SciRexDocument(
            doc_id=str(raw["doc_id"]),
            title=title,
            names=names,
            paper=paper_of(names),
            words=words,
            sentences=sentences,
            sections=sections,
            mentions=tuple(
                SciRexMention(int(start), int(end), str(kind))
                for start, end, kind, *_ in sorted(map(tuple, raw["ner"]))
            ),
            coref={
                str(name): tuple(sorted((int(a), int(b)) for a, b in ranges)) for name, ranges in raw["coref"].items()
            },
            relations=tuple(
                NaryRelation(
                    material=str(relation["Material"]),
                    method=str(relation["Method"]),
                    metric=str(relation["Metric"]),
                    task=str(relation["Task"]),
                    score=str(relation.get("score", "")),
                )
                for relation in raw["n_ary_relations"]
            ),
            method_parts={
                str(name): tuple(str(part[1]) for part in parts)
                for name, parts in raw.get("method_subrelations", {}).items()
            },
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableGold(f"{file}: a document of another shape than SciREX's ({error!r})") from error


def _title(words: tuple[str, ...], sentences: tuple[TokenRange, ...], sections: tuple[TokenRange, ...]) -> str:
    if not sentences:
        return ""
    first = words[slice(*sentences[0])]
    if [word.casefold() for word in first[:2]] == ["document", ":"]:
        return " ".join(first[2:])
    whole = words[slice(*sections[0])] if sections else first
    return " ".join(whole if len(whole) <= _MAX_TITLE_WORDS else first)
