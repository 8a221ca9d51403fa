"""The leaderboard entries that a paper makes: (task, dataset, metric, value), names of a given list.

Guarantees: a value is printed in a table of the paper; every name is one of the list; entries come in a fixed order,
the surest first. Not done: values that stand only in the running text (`ingest.extract.results` reads those).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from graph.vocabulary.document import Document
from ingest.extract.leaderboard.companions import CompanionTable
from ingest.extract.leaderboard.labels import Labels
from ingest.extract.leaderboard.model import LeaderboardModel
from ingest.extract.leaderboard.scores import Choice, choices
from ingest.extract.leaderboard.trees import Trees
from ingest.extract.leaderboard.triples import (
    PreparedNames,
    Seen,
    SeenNames,
    dataset_features,
    datasets_of,
    look,
    metric_features,
    metrics_of,
    task_features,
    tasks_of,
)
from ingest.extract.leaderboard.vocabulary import Entry, NumberTable
from ingest.extract.leaderboard.zones import ZonedPaper, zoned

Row = tuple[int, tuple[str, ...]]
_FLOOR = 0.1  # a dataset or task below this is not looked at further
_TITLE_NAME = re.compile(r"\s*([^:]{2,40}?)\s*[:–]\s")
_ANNOUNCED = re.compile(
    r"(?:called|named|dubbed|termed|propose|proposes|present|introduce)\s+(?:an?\s|the\s)?\s*([A-Z][\w-]*[A-Z0-9][\w-]*)"
)


class Steps(Protocol):
    """The trained models that an entry goes through, and what usually goes together."""

    @property
    def dataset(self) -> Trees:
        """Says whether a paper reports on a dataset."""

    @property
    def task(self) -> Trees:
        """Says whether it does so for a task."""

    @property
    def metric(self) -> Trees:
        """Says whether it does so in a metric."""

    @property
    def value(self) -> Trees:
        """Says whether a number of a table is the value."""

    @property
    def companions(self) -> CompanionTable:
        """What goes together in the papers they learnt from."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A (task, dataset, metric) with its probability, and the likeliest number for it with its own, if any."""

    task: Seen
    dataset: Seen
    metric: Seen
    probability: float
    value: Choice | None = None
    of_value: float = 0.0

    @property
    def triple(self) -> tuple[str, str, str]:
        """The names of the list."""
        return self.task.name.known.name, self.dataset.name.known.name, self.metric.name.known.name

    @property
    def together(self) -> float:
        """The probability of all four."""
        return self.probability * self.of_value


def read_entries(
    document: Document,
    tables: Sequence[NumberTable],
    names: PreparedNames,
    model: LeaderboardModel,
    *,
    labels: Labels | None = None,
) -> list[Entry]:
    """Return what *document* reports, the surest first; entries below the model's threshold are left out.

    A value below its own threshold is None: the entry then says what is measured, not how it came out.
    """
    paper = zoned(document, tables)
    labels, least = labels or label_finder(names), model.thresholds["triple"]
    found = reported(document, tables, paper, look(paper, names), model, labels, least=least)
    return [_entry(each, model) for each in found]


def label_finder(names: PreparedNames) -> Labels:
    """Return the finder of names in table labels; build it once for many papers."""
    return Labels((*names.tasks, *names.datasets, *names.metrics))


def reported(
    document: Document,
    tables: Sequence[NumberTable],
    paper: ZonedPaper,
    found: SeenNames,
    steps: Steps,
    labels: Labels,
    *,
    least: float,
) -> list[Reported]:
    """Return what *document* reports with a probability of at least *least*, the surest first."""
    kept = [each for each in _triples(paper, found, steps) if each.probability >= least]
    kept.sort(key=lambda each: (-each.probability, each.triple))
    own, text = own_names(document), document.bibliography.abstract
    return assigned(kept, [_weighed(each, tables, steps.value, labels, own, text) for each in kept])


def _triples(paper: ZonedPaper, found: SeenNames, steps: Steps) -> Iterator[Reported]:
    table = steps.companions
    datasets = datasets_of(found)
    rows = [dataset_features(paper, found, each, table) for each in datasets]
    for dataset, of_dataset in zip(datasets, steps.dataset.probabilities(rows), strict=True):
        tasks = tasks_of(found, dataset, table) if of_dataset >= _FLOOR else []
        rows = [task_features(each, dataset, table) for each in tasks]
        for task, of_task in zip(tasks, steps.task.probabilities(rows), strict=True):
            metrics = metrics_of(found, task, dataset, table) if of_task >= _FLOOR else []
            rows = [metric_features(found, task, dataset, each, table) for each in metrics]
            for metric, of_metric in zip(metrics, steps.metric.probabilities(rows), strict=True):
                yield Reported(task, dataset, metric, float(of_dataset * of_task * of_metric))


def _weighed(
    each: Reported, tables: Sequence[NumberTable], model: Trees, labels: Labels, own: Sequence[str], text: str
) -> list[tuple[float, Choice]]:
    """Return every number of the tables with the probability that it is the value."""
    names = (each.task.name, each.dataset.name, each.metric.name)
    found = choices(tables, *names, labels, own=own, text=text)
    scores = model.probabilities([choice.features for choice in found])
    return [(float(score), choice) for score, choice in zip(scores, found, strict=True)]


def assigned(kept: Sequence[Reported], weighed: Sequence[Sequence[tuple[float, Choice]]]) -> list[Reported]:
    """Return *kept*, each with its value: no number twice, and the metrics of one dataset from one row where that fits.

    A number weighs its own probability times what its row is worth to all metrics of the dataset. The surest
    (number, triple) goes first.
    """
    worth = _rows(kept, weighed)
    offers = [
        (score * worth[each.triple[:2], _row_of(choice)], score, number, choice)
        for number, each in enumerate(kept)
        for score, choice in weighed[number]
    ]
    offers.sort(key=lambda offer: (-offer[0], offer[2], offer[3].table, offer[3].number.place))
    values: dict[int, tuple[float, Choice]] = {}
    taken: set[tuple[int, int]] = set()
    for _, score, number, choice in offers:
        place = (choice.table, choice.number.place)
        if number not in values and place not in taken:
            values[number] = (score, choice)
            taken.add(place)
    return [
        replace(each, value=values[number][1], of_value=values[number][0]) if number in values else each
        for number, each in enumerate(kept)
    ]


def _rows(
    kept: Sequence[Reported], weighed: Sequence[Sequence[tuple[float, Choice]]]
) -> dict[tuple[tuple[str, str], Row], float]:
    """Return the mean, over the metrics of a (task, dataset), of the best probability that each row offers."""
    best: dict[tuple[tuple[str, str], Row], dict[str, float]] = {}
    metrics: Counter[tuple[str, str]] = Counter()
    for each, found in zip(kept, weighed, strict=True):
        task, dataset, metric = each.triple
        metrics[task, dataset] += 1
        for score, choice in found:
            offered = best.setdefault(((task, dataset), _row_of(choice)), {})
            offered[metric] = max(score, offered.get(metric, 0.0))
    return {key: sum(offered.values()) / metrics[key[0]] for key, offered in best.items()}


def _row_of(choice: Choice) -> Row:
    return choice.table, choice.number.rows[:1]


def own_names(document: Document) -> tuple[str, ...]:
    """Return the names that title and abstract give the paper's own method."""
    found: dict[str, None] = {}
    if match := _TITLE_NAME.match(document.bibliography.title):
        found[match.group(1)] = None
    found.update(dict.fromkeys(_ANNOUNCED.findall(document.bibliography.abstract)))
    return tuple(found)


def _entry(each: Reported, model: LeaderboardModel) -> Entry:
    entry = Entry(*each.triple, model.sure("triple", each.probability))
    if each.value is None or each.together < model.thresholds["value"]:
        return entry
    return replace(
        entry,
        value=each.value.number.printed,
        value_confidence=model.sure("value", each.together),
        table=each.value.table,
        place=each.value.number.place,
    )
