"""Which tasks, datasets and metrics go together: counted in leaderboards that a component learnt from.

Names meet by their spelling-free form, so the table says something of any list of names that overlaps with it, and
nothing, rather than something wrong, of names it has never seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.names import squash

Triple = tuple[str, str, str]
_JOIN = "\t"


@dataclass(frozen=True, slots=True)
class Companions:
    """How many papers report each (task, dataset, metric), and each part of one. Keys are spelling-free forms."""

    counts: Mapping[Triple, int]

    def less(self, own: Iterable[Triple]) -> Companions:
        """Return the counts without one paper's own triples."""
        left = Counter(self.counts)
        left.subtract(set(own))
        return Companions({key: count for key, count in left.items() if count > 0})

    def as_rows(self) -> list[str]:
        """Return the counts as lines of text, in order."""
        return [_JOIN.join((*key, str(count))) for key, count in sorted(self.counts.items())]

    @staticmethod
    def from_rows(rows: Iterable[str]) -> Companions:
        """Return the counts that `as_rows` gave."""
        found: dict[Triple, int] = {}
        for row in rows:
            task, dataset, metric, count = row.split(_JOIN)
            found[task, dataset, metric] = int(count)
        return Companions(found)

    def table(self) -> CompanionTable:
        """Return the counts with their marginals."""
        return CompanionTable(self)


def counted(papers: Iterable[Iterable[Triple]]) -> Companions:
    """Return in how many of *papers* (each a collection of triples of names) each triple stands."""
    found: Counter[Triple] = Counter()
    for triples in papers:
        found.update({squashed(each) for each in triples})
    return Companions(dict(found))


def squashed(triple: Triple) -> Triple:
    """Return the spelling-free forms of a triple of names."""
    task, dataset, metric = triple
    return squash(task.replace("_", " ")), squash(dataset), squash(metric)


class CompanionTable:
    """Marginal counts of `Companions`, for looking up."""

    def __init__(self, companions: Companions) -> None:
        self.triple: Counter[Triple] = Counter(companions.counts)
        self.task: Counter[str] = Counter()
        self.dataset: Counter[str] = Counter()
        self.metric: Counter[str] = Counter()
        self.task_dataset: Counter[tuple[str, str]] = Counter()
        self.dataset_metric: Counter[tuple[str, str]] = Counter()
        self.task_metric: Counter[tuple[str, str]] = Counter()
        for (task, dataset, metric), count in companions.counts.items():
            self.task_dataset[task, dataset] = max(count, self.task_dataset[task, dataset])
            self.dataset_metric[dataset, metric] += count
            self.task_metric[task, metric] += count
        for (task, dataset), count in self.task_dataset.items():
            self.task[task] += count
            self.dataset[dataset] += count
        for (_, metric), count in self.task_metric.items():
            self.metric[metric] += count
