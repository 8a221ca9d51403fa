"""Annotated papers as this package reads them: for training and for benchmarks. Nothing at ingest time imports this."""

from __future__ import annotations

import re

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import NameType
from ingest.extract.gold import KnowledgeBase, NlpTdmsPaper, SciRexDocument
from ingest.extract.leaderboard.salience import Range, TokenMention, Words
from ingest.extract.leaderboard.vocabulary import Known, KnownNames, Number, NumberTable
from ingest.extract.lexicon import lookup
from ingest.parse import parse_file

_TYPES = {
    "Method": NameType.METHOD,
    "Task": NameType.TASK,
    "Metric": NameType.METRIC,
    "Material": NameType.DATASET,
}
_LOWER_IS_BETTER = re.compile(r"perplexity|error|cross.entropy|\bloss\b|per character|\bbpc\b|params", re.IGNORECASE)


def known_names(base: KnowledgeBase) -> KnownNames:
    """Return the names of a knowledge base."""
    return KnownNames(
        tasks=tuple(Known(NameType.TASK, name) for name in base.tasks),
        datasets=tuple(Known(NameType.DATASET, name) for name in base.datasets),
        metrics=tuple(Known(NameType.METRIC, name, better=direction(name)) for name in base.metrics),
    )


def direction(metric: str) -> int:
    """Return +1 where higher values of *metric* are better, else −1: by the shipped list, else by its words."""
    entry = lookup(NameType.METRIC, metric)
    if entry is not None and entry.better:
        return entry.better
    return -1 if _LOWER_IS_BETTER.search(metric) else 1


def document_of(paper: NlpTdmsPaper) -> Document | None:
    """Return the document of a paper's TEI, or None where it has none."""
    return parse_file(paper.tei.read_bytes(), name=paper.tei.name)[0] if paper.tei else None


def tables_of(paper: NlpTdmsPaper) -> list[NumberTable]:
    """Return the tables of a paper; the place of a number is its position in the list of cells."""
    return [
        NumberTable(
            caption=table.caption,
            numbers=tuple(
                Number(cell.number, cell.rows, (*cell.columns, *cell.merged_columns), cell.bold, place)
                for place, cell in enumerate(table.cells)
            ),
            labels=(*table.rows, *table.columns, *table.merged_columns),
        )
        for table in paper.tables
    ]


def words_of(document: SciRexDocument) -> Words:
    """Return a SciREX document as words."""
    return Words(document.words, document.sentences, document.sections)


def mentions_of(document: SciRexDocument) -> list[TokenMention]:
    """Return the annotated mentions of a SciREX document, of our four types."""
    return [TokenMention(each.start, each.end, _TYPES[each.type]) for each in document.mentions if each.type in _TYPES]


def is_salient(ranges: tuple[Range, ...], document: SciRexDocument) -> bool:
    """Say whether more than half of a cluster of annotated mentions lies in one salient cluster (SciREX's rule)."""
    mine = set(ranges)
    return any(len(mine & set(gold)) > len(mine) / 2 for gold in document.coref.values())
