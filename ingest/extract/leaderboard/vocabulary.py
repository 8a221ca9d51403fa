"""What this package speaks of: names that may stand in a result, tables as numbers with their labels, result tuples.

The list of names is always given by the caller: a benchmark gives its knowledge base, the product the names that the
document itself mentions. Nothing here knows a list of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graph.vocabulary.extraction import NameType


@dataclass(frozen=True, slots=True)
class Known:
    """A name that a result may have. `better` is +1 where higher values are better, −1 where lower ones are."""

    type: NameType
    name: str
    spellings: tuple[str, ...] = ()
    description: str = ""
    better: int = 1


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The tasks, datasets and metrics to choose from."""

    tasks: tuple[Known, ...]
    datasets: tuple[Known, ...]
    metrics: tuple[Known, ...]

    def __iter__(self) -> Iterator[Known]:
        yield from self.tasks
        yield from self.datasets
        yield from self.metrics


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a table: as printed, with the labels of its row and of its column, the nearest first.

    `place` tells the caller which cell it is; nothing here reads it.
    """

    printed: str
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    bold: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class NumberTable:
    """A table as its numbers, with its caption."""

    caption: str
    numbers: tuple[Number, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a leaderboard that a paper makes: names of the given list, and where its value stands.

    `confidence` is of task, dataset and metric together, `value_confidence` of these and the value.
    """

    task: str
    dataset: str
    metric: str
    confidence: float
    value: str | None = None
    value_confidence: float = 0.0
    table: int | None = None
    place: int | None = None
