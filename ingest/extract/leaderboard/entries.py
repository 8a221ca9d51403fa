"""The leaderboard entries that a paper makes: (task, dataset, metric, value), names of a given list.

Guarantees: a value is printed in a table of the paper; every name is one of the list; entries come in a fixed order,
the surest first. Not done: values that stand only in the running text (`ingest.extract.results` reads those).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.vocabulary.document import Document
from ingest.extract.leaderboard.labels import Labels
from ingest.extract.leaderboard.model import LeaderboardModel
from ingest.extract.leaderboard.scores import Choice, choices
from ingest.extract.leaderboard.triples import (
    PreparedNames,
    Seen,
    dataset_features,
    datasets_of,
    look,
    metric_features,
    metrics_of,
    task_features,
    tasks_of,
)
from ingest.extract.leaderboard.vocabulary import Entry, NumberTable
from ingest.extract.leaderboard.zones import zoned

_FLOOR = 0.1  # a dataset or task below this is not looked at further
_TITLE_NAME = re.compile(r"\s*([^:]{2,40}?)\s*[:–]\s")
_ANNOUNCED = re.compile(
    r"(?:called|named|dubbed|termed|propose|proposes|present|introduce)\s+(?:an?\s|the\s)?\s*([A-Z][\w-]*[A-Z0-9][\w-]*)"
)


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
    labels = labels or label_finder(names)
    kept = [
        (probability, triple)
        for probability, triple in triples(document, tables, names, model)
        if probability >= model.thresholds["triple"]
    ]
    own = own_names(document)
    found = []
    for probability, (task, dataset, metric) in kept:
        best = _best(tables, (task, dataset, metric), model, labels, own, document.bibliography.abstract)
        found.append(_entry(probability, (task, dataset, metric), best, model.thresholds["value"]))
    return sorted(found, key=lambda each: (-each.confidence, each.task, each.dataset, each.metric))


def label_finder(names: PreparedNames) -> Labels:
    """Return the finder of names in table labels; build it once for many papers."""
    return Labels((*names.tasks, *names.datasets, *names.metrics))


def triples(
    document: Document, tables: Sequence[NumberTable], names: PreparedNames, model: LeaderboardModel
) -> list[tuple[float, tuple[Seen, Seen, Seen]]]:
    """Return every (task, dataset, metric) that is worth a thought, with its probability."""
    paper = zoned(document, tables)
    found = look(paper, names)
    table = model.companions
    kept: list[tuple[float, tuple[Seen, Seen, Seen]]] = []
    datasets = datasets_of(found)
    for dataset, of_dataset in zip(
        datasets,
        model.dataset.probabilities([dataset_features(paper, found, each, table) for each in datasets]),
        strict=True,
    ):
        if of_dataset < _FLOOR:
            continue
        tasks = tasks_of(found, dataset, table)
        for task, of_task in zip(
            tasks, model.task.probabilities([task_features(each, dataset, table) for each in tasks]), strict=True
        ):
            if of_task < _FLOOR:
                continue
            metrics = metrics_of(found, task, dataset, table)
            rows = [metric_features(found, task, dataset, each, table) for each in metrics]
            for metric, of_metric in zip(metrics, model.metric.probabilities(rows), strict=True):
                kept.append((float(of_dataset * of_task * of_metric), (task, dataset, metric)))
    return kept


def own_names(document: Document) -> tuple[str, ...]:
    """Return the names that title and abstract give the paper's own method."""
    found: dict[str, None] = {}
    if match := _TITLE_NAME.match(document.bibliography.title):
        found[match.group(1)] = None
    found.update(dict.fromkeys(_ANNOUNCED.findall(document.bibliography.abstract)))
    return tuple(found)


def _best(
    tables: Sequence[NumberTable],
    triple: tuple[Seen, Seen, Seen],
    model: LeaderboardModel,
    labels: Labels,
    own: Sequence[str],
    text: str,
) -> tuple[float, Choice] | None:
    task, dataset, metric = triple
    found = choices(tables, task.name, dataset.name, metric.name, labels, own=own, text=text)
    if not found:
        return None
    scores = model.value.probabilities([each.features for each in found])
    best = max(range(len(found)), key=lambda at: (scores[at], -at))
    return float(scores[best]), found[best]


def _entry(
    probability: float, triple: tuple[Seen, Seen, Seen], best: tuple[float, Choice] | None, least: float
) -> Entry:
    task, dataset, metric = (each.name.known.name for each in triple)
    if best is None or best[0] * probability < least:
        return Entry(task, dataset, metric, probability)
    score, choice = best
    return Entry(
        task, dataset, metric, probability,
        value=choice.number.printed, value_confidence=score, table=choice.table, place=choice.number.place,
    )  # fmt: skip
