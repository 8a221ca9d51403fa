"""Which (task, dataset, metric) a paper reports results on, chosen from a given list of names in three steps.

Which datasets it reports on, of those that it names (or nearly); given a dataset, on which task; given both, by which
metrics. Each step has features of its own: where the paper names the thing, whether one table or sentence holds them
together, what usually goes together. Three steps, since a paper reports on few datasets and leaderboards are few: a
model of whole triples would see each dataset only a handful of times.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.names import squash
from ingest.extract.leaderboard.companions import CompanionTable
from ingest.extract.leaderboard.evidence import Evidence, Name, evidence_for, prepared
from ingest.extract.leaderboard.vocabulary import KnownNames
from ingest.extract.leaderboard.zones import Zone, ZonedPaper

DATASETS, TASKS, METRICS = 14, 6, 10  # the most candidates of a kind, besides the usual companions
_LEAST_COVERAGE = 0.6
Coverages = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PreparedNames:
    """A list of names, ready to be matched against papers."""

    tasks: tuple[Name, ...]
    datasets: tuple[Name, ...]
    metrics: tuple[Name, ...]


def prepare(names: KnownNames) -> PreparedNames:
    """Return *names* ready to be matched."""
    return PreparedNames(prepared(names.tasks), prepared(names.datasets), prepared(names.metrics))


@dataclass(frozen=True, slots=True)
class Seen:
    """One name in one paper: its evidence, its rank among the names of its kind, its share of the strongest."""

    name: Name
    key: str
    evidence: Evidence
    rank: int
    share: float
    in_tables: Coverages
    in_sentences: Coverages


def seen(names: Sequence[Name], paper: ZonedPaper) -> list[Seen]:
    """Return every name with its evidence, the strongest first."""
    sentences = [*paper.sentences[Zone.CAPTION], *paper.sentences[Zone.EXPERIMENTS], *paper.sentences[Zone.ABSTRACT]]
    found = [(name, evidence_for(name, paper)) for name in names]
    found.sort(key=lambda each: (-each[1].strength, each[0].known.name))
    top = found[0][1].strength if found else 0.0
    return [
        Seen(
            name,
            squash(name.known.name.replace("_", " ")),
            evidence,
            rank,
            evidence.strength / top if top else 0.0,
            np.array([name.covered(words) for words in paper.tables]),
            np.array([name.covered(words) for words in sentences]),
        )
        for rank, (name, evidence) in enumerate(found)
    ]


@dataclass(frozen=True, slots=True)
class SeenNames:
    """All names of a list in one paper."""

    tasks: list[Seen]
    datasets: list[Seen]
    metrics: list[Seen]


def look(paper: ZonedPaper, names: PreparedNames) -> SeenNames:
    """Return what *paper* says of each of *names*."""
    return SeenNames(seen(names.tasks, paper), seen(names.datasets, paper), seen(names.metrics, paper))


def datasets_of(found: SeenNames) -> list[Seen]:
    """Return the datasets that a paper may report on: those it names or nearly names, the strongest first."""
    named = [each for each in found.datasets if each.evidence.total or each.evidence.best_coverage >= _LEAST_COVERAGE]
    return named[:DATASETS]


def tasks_of(found: SeenNames, dataset: Seen, table: CompanionTable) -> list[Seen]:
    """Return the tasks that *dataset* may be for: those named most, and its usual ones."""
    return _strongest(found.tasks, [task for task, other in table.task_dataset if other == dataset.key], TASKS)


def metrics_of(found: SeenNames, task: Seen, dataset: Seen, table: CompanionTable) -> list[Seen]:
    """Return the metrics that may be reported: those named most, and the usual ones."""
    usual = [metric for t, d, metric in table.triple if (t, d) == (task.key, dataset.key)]
    return _strongest(found.metrics, usual or [metric for t, metric in table.task_metric if t == task.key], METRICS)


def _strongest(found: Sequence[Seen], usual: Sequence[str], most: int) -> list[Seen]:
    wanted = set(usual)
    return [each for each in found if each.key in wanted or (each.rank < most and each.evidence.strength > 0)]


def dataset_features(paper: ZonedPaper, found: SeenNames, dataset: Seen, table: CompanionTable) -> tuple[float, ...]:
    """Return the features of "the paper reports results on *dataset*"."""
    tasks = {each.key: each for each in found.tasks}
    metrics = {each.key: each for each in found.metrics}
    usual_tasks = [tasks[task] for task, other in table.task_dataset if other == dataset.key and task in tasks]
    usual = [metrics[metric] for other, metric in table.dataset_metric if other == dataset.key and metric in metrics]
    rivals = [each for each in found.datasets if each.key != dataset.key and _overlap(each, dataset)]
    strength = dataset.evidence.strength
    described = dataset.name.described
    return (
        *_evidence(dataset),
        math.log1p(table.dataset[dataset.key]),
        max((each.share for each in usual_tasks), default=-1.0),
        max((each.evidence.strength for each in usual), default=-1.0),
        max((_together(dataset, each) for each in usual), default=-1.0),
        max((_together(dataset, each) for each in found.metrics), default=0.0),
        max((_most(np.minimum(dataset.in_sentences, each.in_sentences)) for each in found.metrics[:12]), default=0.0),
        _most(dataset.in_tables),
        strength - max((each.evidence.strength for each in rivals), default=0.0),
        math.log1p(max((table.dataset[r.key] for r in rivals if r.evidence.strength >= strength - 0.5), default=0)),
        math.log1p(sum(each.evidence.total > 0 for each in found.datasets)),
        math.log1p(sum(each.evidence.strength > 3 for each in found.datasets)),
        float(len(paper.tables)),
        found.tasks[0].name.covered(described) if found.tasks else 0.0,
        float(bool(described)),
    )


def task_features(task: Seen, dataset: Seen, table: CompanionTable) -> tuple[float, ...]:
    """Return the features of "the results on *dataset* are for *task*"."""
    usual, any_task = table.task_dataset[task.key, dataset.key], table.dataset[dataset.key]
    return (
        *_evidence(task)[:8],
        task.evidence.strength, float(task.rank), task.share, task.evidence.best_coverage,
        math.log1p(usual), usual / any_task if any_task else -1.0, math.log1p(table.task[task.key]),
        _most(np.minimum(dataset.in_sentences, task.in_sentences)),
        task.name.covered(dataset.name.described),
        _most(task.in_tables),
        float(sum(word in dataset.name.weights for word in task.name.weights)),
    )  # fmt: skip


def metric_features(
    found: SeenNames, task: Seen, dataset: Seen, metric: Seen, table: CompanionTable
) -> tuple[float, ...]:
    """Return the features of "the results on *dataset* for *task* are in *metric*"."""
    triple = table.triple[task.key, dataset.key, metric.key]
    known = table.task_dataset[task.key, dataset.key]
    of_task, any_metric = table.task_metric[task.key, metric.key], table.task[task.key]
    return (
        *_evidence(metric),
        math.log1p(table.dataset_metric[dataset.key, metric.key]), math.log1p(of_task),
        triple / known if known else -1.0, of_task / any_metric if any_metric else -1.0,
        math.log1p(table.metric[metric.key]), float(known > 0),
        _together(dataset, metric), _most(dataset.in_tables * metric.in_tables), _most(metric.in_tables),
        _most(np.minimum(dataset.in_sentences, metric.in_sentences)),
        metric.name.covered(dataset.name.described), float(bool(dataset.name.described)),
        float(sum(word in dataset.name.weights for word in metric.name.weights)),
        float(len(found.metrics)),
    )  # fmt: skip


def _together(one: Seen, other: Seen) -> float:
    """Return how fully the table that holds both best holds them."""
    return _most(np.minimum(one.in_tables, other.in_tables))


def _most(values: Coverages) -> float:
    return float(values.max()) if values.size else 0.0


def _overlap(one: Seen, other: Seen) -> bool:
    return any(word in other.name.weights for word, weight in one.name.weights.items() if weight > 1)


def _evidence(each: Seen) -> tuple[float, ...]:
    counts, coverage = each.evidence.counts, each.evidence.coverage
    return (
        math.log1p(counts[Zone.TITLE]), math.log1p(counts[Zone.ABSTRACT]), math.log1p(counts[Zone.OPENING]),
        math.log1p(counts[Zone.METHOD]), math.log1p(counts[Zone.EXPERIMENTS]), math.log1p(counts[Zone.RELATED]),
        math.log1p(counts[Zone.CAPTION]), math.log1p(counts[Zone.LABEL]),
        coverage[Zone.TITLE], coverage[Zone.ABSTRACT], max(coverage[Zone.EXPERIMENTS], coverage[Zone.METHOD]),
        coverage[Zone.CAPTION], coverage[Zone.LABEL], each.evidence.best_coverage,
        each.evidence.strength, float(each.rank), each.share, float(len(each.name.weights)),
    )  # fmt: skip
