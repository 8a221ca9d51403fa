"""NLP-TDMS as examples: which (task, dataset, metric) a paper reports, and which number of its tables is the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.vocabulary.document import Document
from ingest.extract.gold import Gold, KnowledgeBase, NlpTdmsPaper, Split
from ingest.extract.leaderboard.annotated import document_of, known_names, tables_of
from ingest.extract.leaderboard.companions import Companions, CompanionTable, counted, squashed
from ingest.extract.leaderboard.entries import Reported, label_finder, own_names, reported
from ingest.extract.leaderboard.labels import Labels
from ingest.extract.leaderboard.scores import choices, same_value
from ingest.extract.leaderboard.training.measured import FOLDS, GRID, Measured, calibrated, f1_of
from ingest.extract.leaderboard.training.trees import TreeSettings, fit_trees
from ingest.extract.leaderboard.trees import Trees
from ingest.extract.leaderboard.triples import (
    PreparedNames,
    SeenNames,
    dataset_features,
    datasets_of,
    look,
    metric_features,
    metrics_of,
    prepare,
    task_features,
    tasks_of,
)
from ingest.extract.leaderboard.vocabulary import NumberTable
from ingest.extract.leaderboard.zones import ZonedPaper, zoned
from ingest.extract.weights import MeasuredFigure

STEP = TreeSettings(trees=100, leaves=8, least_samples=10, features=0.3, forests=3)
VALUE = TreeSettings(trees=120, leaves=8, least_samples=10, features=0.3, forests=3)
_FLOOR = 0.1
Triple = tuple[str, str, str]
Log = Callable[[str], None]


@dataclass(frozen=True)
class _Paper:
    """An annotated paper, looked at once."""

    gold: NlpTdmsPaper
    document: Document
    tables: list[NumberTable]
    zones: ZonedPaper
    names: SeenNames

    @property
    def triples(self) -> set[Triple]:
        """What it reports."""
        return {(each.task, each.dataset, each.metric) for each in self.gold.tuples or ()}


@dataclass(frozen=True)
class _Steps:
    """The models of the three steps and of the value, with what goes together in the papers they learnt from."""

    dataset: Trees
    task: Trees
    metric: Trees
    value: Trees
    companions: CompanionTable
    counts: Companions


class Boards:
    """NLP-TDMS."""

    def __init__(self, gold: Gold, say: Log) -> None:
        self.base: KnowledgeBase = gold.knowledge_base
        self.prepared: PreparedNames = prepare(known_names(self.base))
        self.labels: Labels = label_finder(self.prepared)
        self.by_name = {
            each.known.name: each for each in (*self.prepared.tasks, *self.prepared.datasets, *self.prepared.metrics)
        }
        papers = [each for each in gold.nlp_tdms if each.tuples and each.tei and each.split is not Split.TEST]
        self.all = sorted(map(self._looked_at, papers), key=lambda each: each.gold.paper_hash)
        self.train = [each for each in self.all if each.gold.split is Split.TRAIN]
        self.tune = [each for each in self.all if each.gold.split is Split.TUNE]
        if not self.train or not self.tune:
            raise ValueError(f"{len(papers)} annotated NLP-TDMS papers are too few to train and to tune on")
        say(f"{len(self.train)} papers with leaderboard tuples to learn from, {len(self.tune)} to tune on")
        self.say = say

    def _looked_at(self, paper: NlpTdmsPaper) -> _Paper:
        document = document_of(paper)
        assert document is not None  # papers without TEI were left out
        tables = tables_of(paper)
        zones = zoned(document, tables)
        return _Paper(paper, document, tables, zones, look(zones, self.prepared))

    def fitted(self, papers: Sequence[_Paper]) -> _Steps:
        """Return the models of *papers*. A paper's own tuples never count among what usually goes together."""
        companions = counted(each.triples for each in papers)
        rows: dict[str, list[tuple[float, ...]]] = {"dataset": [], "task": [], "metric": [], "value": []}
        right: dict[str, list[bool]] = {"dataset": [], "task": [], "metric": [], "value": []}

        def add(step: str, row: tuple[float, ...], is_right: bool) -> None:
            rows[step].append(row)
            right[step].append(is_right)

        for paper in papers:
            table = companions.less({squashed(each) for each in paper.triples}).table()
            found, triples = paper.names, paper.triples
            for dataset in datasets_of(found):
                name = dataset.name.known.name
                of = {each for each in triples if each[1] == name}
                add("dataset", dataset_features(paper.zones, found, dataset, table), bool(of))
                for task in tasks_of(found, dataset, table) if of else ():
                    for_task = {each for each in of if each[0] == task.name.known.name}
                    add("task", task_features(task, dataset, table), bool(for_task))
                    for metric in metrics_of(found, task, dataset, table) if for_task else ():
                        triple = (task.name.known.name, name, metric.name.known.name)
                        add("metric", metric_features(found, task, dataset, metric, table), triple in triples)
            for row, is_right in self._values(paper):
                add("value", row, is_right)
        models = {step: fit_trees(rows[step], right[step], VALUE if step == "value" else STEP) for step in rows}
        return _Steps(
            models["dataset"], models["task"], models["metric"], models["value"], companions.table(), companions
        )

    def _values(self, paper: _Paper) -> list[tuple[tuple[float, ...], bool]]:
        """Return every number of a paper's tables for each of its tuples whose score stands in one of them."""
        kept: list[tuple[tuple[float, ...], bool]] = []
        own = own_names(paper.document)
        for each in paper.gold.tuples or ():
            names = [self.by_name.get(name) for name in (each.task, each.dataset, each.metric)]
            if any(name is None for name in names):
                continue
            task, dataset, metric = (name for name in names if name is not None)
            abstract = paper.document.bibliography.abstract
            found = choices(paper.tables, task, dataset, metric, self.labels, own=own, text=abstract)
            right = [same_value(choice.number.printed, each.score) for choice in found]
            if any(right):
                kept.extend(zip((choice.features for choice in found), right, strict=True))
        return kept

    def predicted(self, steps: _Steps, papers: Sequence[_Paper]) -> dict[str, list[Reported]]:
        """Return what each paper is said to report, the surest first."""
        return {
            paper.gold.id: reported(
                paper.document, paper.tables, paper.zones, paper.names, steps, self.labels, least=_FLOOR
            )
            for paper in papers
        }

    def measured(self) -> Measured:
        """Return thresholds, calibrations and figures from predictions on unseen papers."""
        unseen = self.predicted(self.fitted(self.train), self.tune)
        self.say("leaderboard models of the training papers are ready")
        across: dict[str, list[Reported]] = {}
        for fold in range(FOLDS):
            others = [each for number, each in enumerate(self.train) if number % FOLDS != fold]
            across |= self.predicted(self.fitted(others), self.train[fold::FOLDS])
            self.say(f"fold {fold + 1} of {FOLDS}")
        both = {**across, **unseen}
        triple = max(GRID, key=lambda least: (f1_of(*self._counts(self.all, both, least, 0.0)[0])[0], -least))
        value = max((0.0, *GRID), key=lambda least: (f1_of(*self._counts(self.all, both, triple, least)[1])[0], -least))
        figures = [
            _figure(f"nlp_tdms.{name}.f1", counts, len(papers), on)
            for papers, found, on in (
                (self.tune, unseen, "tuning papers"),
                (self.train, across, f"training papers, {FOLDS} folds"),
            )
            for name, counts in zip(("tdm", "tdms"), self._counts(papers, found, triple, value), strict=True)
        ]
        said = [(paper, each) for paper in self.all for each in both[paper.gold.id] if each.probability >= triple]
        valued = [(each.together, _is_right(paper, each)) for paper, each in said if each.value is not None]
        named = [(each.probability, each.triple in paper.triples) for paper, each in said]
        calibrations = {}
        for name, pairs in (("triple", named), ("value", valued)):
            calibrations[name], figure = calibrated(name, pairs, len(self.all))
            figures.append(figure)
        return Measured({"triple": triple, "value": value}, calibrations, tuple(figures))

    def _counts(
        self, papers: Sequence[_Paper], found: Mapping[str, Sequence[Reported]], triple: float, value: float
    ) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """Return (right, said, true) of triples and of full tuples."""
        triples, full = [0, 0, 0], [0, 0, 0]
        for paper in papers:
            said = [each for each in found[paper.gold.id] if each.probability >= triple]
            valued = [each for each in said if each.value is not None and each.together >= value]
            triples[0] += sum(each.triple in paper.triples for each in said)
            triples[1] += len(said)
            triples[2] += len(paper.triples)
            full[0] += sum(_is_right(paper, each) for each in valued)
            full[1] += len(valued)
            full[2] += len(set(paper.gold.tuples or ()))
        return (triples[0], triples[1], triples[2]), (full[0], full[1], full[2])


def _is_right(paper: _Paper, said: Reported) -> bool:
    """Say whether a value is the one that the paper reports for the triple."""
    return said.value is not None and any(
        (each.task, each.dataset, each.metric) == said.triple and same_value(said.value.number.printed, each.score)
        for each in paper.gold.tuples or ()
    )


def _figure(name: str, counts: tuple[int, int, int], papers: int, on: str) -> MeasuredFigure:
    f1, precision, recall = (round(each, 4) for each in f1_of(*counts))
    return MeasuredFigure(figure=name, value=f1, n=papers, measured_on=on, precision=precision, recall=recall)
