"""Training the component `leaderboard`: `train_leaderboard` makes its folder from annotated papers.

NLP-TDMS teaches which (task, dataset, metric) a paper reports and which number of its tables is the value; SciREX which
clusters are salient. All models are boosted trees (`fit_trees`), learnt on training papers. Thresholds and calibrations
come from predictions on papers that the predicting model has not learnt from: the tuning papers, and each training
paper by a model of the other folds, since the tuning papers alone are too few. Deterministic: fixed seeds and order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.canonical import sha256_hex
from graph.vocabulary.document import Document
from ingest.extract.gold import Gold, KnowledgeBase, NlpTdmsPaper, SciRexDocument, Split, read_gold
from ingest.extract.leaderboard import salience as sal
from ingest.extract.leaderboard.annotated import (
    document_of,
    is_salient,
    known_names,
    mentions_of,
    tables_of,
    words_of,
)
from ingest.extract.leaderboard.companions import Companions, counted, squashed
from ingest.extract.leaderboard.entries import label_finder, own_names
from ingest.extract.leaderboard.fit_trees import TreeSettings, fit_trees
from ingest.extract.leaderboard.labels import Labels
from ingest.extract.leaderboard.model import COMPONENT, SETTINGS_FILE, WEIGHTS_FILE, write_model
from ingest.extract.leaderboard.scores import choices, same_value
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
from ingest.extract.train.card import card
from ingest.extract.weights import Calibration, Manifest
from ingest.extract.weights.calibration import expected_calibration_error, fit_platt
from ingest.extract.weights.manifest import CARD_FILE, MANIFEST_FILE, DataSet, FileRecord, MeasuredFigure

VERSION = 1
FOLDS = 4
STEP = TreeSettings(trees=100, leaves=8, least_samples=10, features=0.3, forests=3)
VALUE = TreeSettings(trees=120, leaves=8, least_samples=10, features=0.3, forests=3)
SALIENCE = TreeSettings(trees=150, leaves=12, least_samples=20, features=0.3)
_FLOOR = 0.1
_GRID = tuple(round(0.05 * step, 2) for step in range(2, 16))
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
    companions: Companions


def train_leaderboard(data: Path, out: Path, *, join_tuning: bool = False, log: Log | None = None) -> Manifest:
    """Learn from NLP-TDMS and SciREX under *data*, write the component to *out* and return its manifest.

    With *join_tuning* the shipped models also learn from the tuning papers, with the settings chosen before.

    Raises:
        UnreadableGold: a file of *data* has the name of a format and not its shape.
        ValueError: there are no training or no tuning papers of a set under *data*.
    """
    say = log or _silent
    gold = read_gold(data)
    boards = _Boards(gold, say)
    salience = _Salience(gold.scirex, say)
    found = boards.measured()
    ranked = salience.measured()
    steps = boards.fitted(boards.all if join_tuning else boards.train)
    trees = {
        "dataset": steps.dataset, "task": steps.task, "metric": steps.metric, "value": steps.value,
        "salience": salience.fitted(salience.all if join_tuning else salience.train),
    }  # fmt: skip
    names = salience.names(salience.all if join_tuning else salience.train)
    settings = {
        "companions": steps.companions.as_rows(),
        "thresholds": {**found.thresholds, **ranked.thresholds},
        "salient_names": {name: list(counts) for name, counts in sorted(names.items()) if counts[0] > 1},
    }
    write_model(out, trees, settings)
    manifest = _manifest(out, boards, salience, (found, ranked), trees, joined=join_tuning)
    (out / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (out / CARD_FILE).write_text(card(manifest), encoding="utf-8")
    return manifest


def _silent(line: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class _Measured:
    """What was chosen and reached on papers that the models had not seen."""

    thresholds: dict[str, float]
    calibration: dict[str, Calibration]
    figures: tuple[MeasuredFigure, ...]


class _Boards:
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
        return _Steps(models["dataset"], models["task"], models["metric"], models["value"], companions)

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

    def predicted(self, steps: _Steps, papers: Sequence[_Paper]) -> dict[str, list[tuple[float, float, Triple, str]]]:
        """Return for each paper (probability, that of the value, triple, value as printed), the surest first."""
        table = steps.companions.table()
        out: dict[str, list[tuple[float, float, Triple, str]]] = {}
        for paper in papers:
            found, kept = paper.names, []
            own, abstract = own_names(paper.document), paper.document.bibliography.abstract
            datasets = datasets_of(found)
            rows = [dataset_features(paper.zones, found, each, table) for each in datasets]
            for dataset, of_dataset in zip(datasets, steps.dataset.probabilities(rows), strict=True):
                tasks = tasks_of(found, dataset, table) if of_dataset >= _FLOOR else []
                rows = [task_features(each, dataset, table) for each in tasks]
                for task, of_task in zip(tasks, steps.task.probabilities(rows), strict=True):
                    metrics = metrics_of(found, task, dataset, table) if of_task >= _FLOOR else []
                    rows = [metric_features(found, task, dataset, each, table) for each in metrics]
                    for metric, of_metric in zip(metrics, steps.metric.probabilities(rows), strict=True):
                        probability = float(of_dataset * of_task * of_metric)
                        if probability < _FLOOR:
                            continue
                        names = (task.name, dataset.name, metric.name)
                        each = choices(paper.tables, *names, self.labels, own=own, text=abstract)
                        scores = steps.value.probabilities([choice.features for choice in each])
                        best = max(range(len(each)), key=lambda at: (scores[at], -at), default=None)
                        triple = (names[0].known.name, names[1].known.name, names[2].known.name)
                        kept.append(
                            (probability, 0.0, triple, "")
                            if best is None
                            else (probability, float(scores[best]), triple, each[best].number.printed)
                        )
            out[paper.gold.id] = sorted(kept, reverse=True)
        return out

    def measured(self) -> _Measured:
        """Return thresholds, calibrations and figures from predictions on unseen papers."""
        unseen = self.predicted(self.fitted(self.train), self.tune)
        self.say("leaderboard models of the training papers are ready")
        across: dict[str, list[tuple[float, float, Triple, str]]] = {}
        for fold in range(FOLDS):
            others = [each for number, each in enumerate(self.train) if number % FOLDS != fold]
            across |= self.predicted(self.fitted(others), self.train[fold::FOLDS])
            self.say(f"fold {fold + 1} of {FOLDS}")
        both = {**across, **unseen}
        triple = max(_GRID, key=lambda least: (_f1(self._sets(self.all, both, least, 0.0)[0])[0], -least))
        value = max((0.0, *_GRID), key=lambda least: (_f1(self._sets(self.all, both, triple, least)[1])[0], -least))
        figures = [
            _figure(f"nlp_tdms.{name}.f1", pairs, len(papers), on)
            for papers, found, on in (
                (self.tune, unseen, "tuning papers"),
                (self.train, across, f"training papers, {FOLDS} folds"),
            )
            for name, pairs in zip(("tdm", "tdms"), self._sets(papers, found, triple, value), strict=True)
        ]
        said = [
            (probability, of_value, found in paper.triples, self._is_right(paper, found, printed))
            for paper in self.all
            for probability, of_value, found, printed in both[paper.gold.id]
            if probability >= triple
        ]
        valued = [(p * v, right) for p, v, _, right in said if p * v >= value]
        calibration = {
            "triple": fit_platt([each[0] for each in said], [each[2] for each in said]),
            "value": fit_platt([each[0] for each in valued], [each[1] for each in valued]),
        }
        for name, pairs in (("triple", [(each[0], each[2]) for each in said]), ("value", valued)):
            sure = [calibration[name].probability(score) for score, _ in pairs]
            error = expected_calibration_error(sure, [right for _, right in pairs])
            figures.append(
                MeasuredFigure(
                    figure=f"{name}.ece", value=round(error, 4), n=len(self.all), measured_on="unseen papers"
                )
            )
        return _Measured({"triple": triple, "value": value}, calibration, tuple(figures))

    def _is_right(self, paper: _Paper, triple: Triple, printed: str) -> bool:
        return any(
            (each.task, each.dataset, each.metric) == triple and same_value(printed, each.score)
            for each in paper.gold.tuples or ()
        )

    def _sets(
        self,
        papers: Sequence[_Paper],
        found: Mapping[str, Sequence[tuple[float, float, Triple, str]]],
        triple: float,
        value: float,
    ) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """Return (right, said, true) of triples and of full tuples."""
        triples, full = [0, 0, 0], [0, 0, 0]
        for paper in papers:
            said = [each for each in found[paper.gold.id] if each[0] >= triple]
            valued = [each for each in said if each[3] and each[0] * each[1] >= value]
            triples[0] += sum(each[2] in paper.triples for each in said)
            triples[1] += len(said)
            triples[2] += len(paper.triples)
            full[0] += sum(self._is_right(paper, each[2], each[3]) for each in valued)
            full[1] += len(valued)
            full[2] += len(set(paper.gold.tuples or ()))
        return (triples[0], triples[1], triples[2]), (full[0], full[1], full[2])


class _Salience:
    """SciREX."""

    def __init__(self, documents: Sequence[SciRexDocument], say: Log) -> None:
        kept = [each for each in documents if each.split is not Split.TEST and any(each.coref.values())]
        self.all = sorted(kept, key=lambda each: (each.paper_hash, each.doc_id))
        self.train = [each for each in self.all if each.split is Split.TRAIN]
        self.tune = [each for each in self.all if each.split is Split.TUNE]
        if not self.train or not self.tune:
            raise ValueError(f"{len(kept)} annotated SciREX documents are too few to train and to tune on")
        self.clusters = {each.doc_id: sal.clusters(words_of(each), mentions_of(each)) for each in self.all}
        self.rows = {each.doc_id: sal.features(words_of(each), self.clusters[each.doc_id]) for each in self.all}
        self.right = {
            each.doc_id: [is_salient(cluster.mentions, each) for cluster in self.clusters[each.doc_id]]
            for each in self.all
        }
        say(f"{len(self.train)} documents with salient clusters to learn from, {len(self.tune)} to tune on")
        self.say = say

    def names(self, documents: Sequence[SciRexDocument]) -> dict[str, tuple[int, int]]:
        """Return in how many of *documents* each name stands, and in how many it is salient."""
        seen: dict[str, list[int]] = {}
        for document in documents:
            mine = self._own(document)
            for key, (has, is_right) in mine.items():
                counts = seen.setdefault(key, [0, 0])
                counts[0] += has
                counts[1] += is_right
        return {key: (counts[0], counts[1]) for key, counts in seen.items()}

    def _own(self, document: SciRexDocument) -> dict[str, tuple[int, int]]:
        mine: dict[str, tuple[int, int]] = {}
        for cluster, right in zip(self.clusters[document.doc_id], self.right[document.doc_id], strict=True):
            key = sal.fame_key(cluster)
            mine[key] = (1, max(int(right), mine.get(key, (0, 0))[1]))
        return mine

    def fitted(self, documents: Sequence[SciRexDocument]) -> Trees:
        """Return the model of *documents*; a document's own clusters do not count among what it is told of names."""
        names = self.names(documents)
        rows: list[tuple[float, ...]] = []
        right: list[bool] = []
        for document in documents:
            mine = self._own(document)
            found = self.clusters[document.doc_id]
            for row, cluster in zip(self.rows[document.doc_id], found, strict=True):
                rows.append((*row, *sal.fame(cluster, names, less=mine[sal.fame_key(cluster)])))
            right += self.right[document.doc_id]
        return fit_trees(rows, right, SALIENCE)

    def _predicted(self, learnt: Sequence[SciRexDocument], unseen: Sequence[SciRexDocument]) -> dict[str, list[float]]:
        trees, names = self.fitted(learnt), self.names(learnt)
        return {
            document.doc_id: [
                float(score)
                for score in trees.probabilities(
                    [
                        (*row, *sal.fame(cluster, names))
                        for row, cluster in zip(self.rows[document.doc_id], self.clusters[document.doc_id], strict=True)
                    ]
                )
            ]
            for document in unseen
        }

    def measured(self) -> _Measured:
        """Return the threshold, the calibration and figures on unseen documents, given the annotated mentions."""
        found = self._predicted(self.train, self.tune)
        for fold in range(FOLDS):
            others = [each for number, each in enumerate(self.train) if number % FOLDS != fold]
            found |= self._predicted(others, self.train[fold::FOLDS])
        self.say("salience is ready")
        least = max(_GRID, key=lambda each: (self._mean_f1(self.all, found, each)[0], -each))
        pairs = [
            (score, right)
            for document in self.all
            for score, right in zip(found[document.doc_id], self.right[document.doc_id], strict=True)
            if score >= least
        ]
        calibration = fit_platt([score for score, _ in pairs], [right for _, right in pairs])
        error = expected_calibration_error(
            [calibration.probability(score) for score, _ in pairs], [right for _, right in pairs]
        )
        figures = []
        for documents, on in ((self.tune, "tuning papers"), (self.train, f"training papers, {FOLDS} folds")):
            f1, precision, recall = self._mean_f1(documents, found, least)
            figures.append(
                MeasuredFigure(
                    figure="scirex.salient.f1.given_mentions",
                    value=round(f1, 4),
                    n=len(documents),
                    measured_on=on,
                    precision=round(precision, 4),
                    recall=round(recall, 4),
                )
            )
        figures.append(
            MeasuredFigure(figure="salience.ece", value=round(error, 4), n=len(self.all), measured_on="unseen papers")
        )
        return _Measured({"salience": least}, {"salience": calibration}, tuple(figures))

    def _mean_f1(
        self, documents: Sequence[SciRexDocument], found: Mapping[str, Sequence[float]], least: float
    ) -> tuple[float, float, float]:
        """Return F1, precision and recall, each the mean over documents, as the SciREX repository does."""
        rows = []
        for document in documents:
            gold = [set(each) for each in document.coref.values() if each]
            said = [
                set(cluster.mentions)
                for cluster, score in zip(self.clusters[document.doc_id], found[document.doc_id], strict=True)
                if score >= least
            ]
            matched = [
                next((n for n, each in enumerate(gold) if len(cluster & each) > len(cluster) / 2), None)
                for cluster in said
            ]
            hits = [each for each in matched if each is not None]
            precision = len(hits) / len(said) if said else 0.0
            recall = len(set(hits)) / len(gold)
            rows.append((2 * precision * recall / (precision + recall) if hits else 0.0, precision, recall))
        f1, precision, recall = (sum(column) / len(rows) for column in zip(*rows, strict=True))
        return f1, precision, recall


def _f1(counts: tuple[int, int, int]) -> tuple[float, float, float]:
    right, said, true = counts
    precision, recall = right / max(1, said), right / max(1, true)
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def _figure(name: str, counts: tuple[int, int, int], papers: int, on: str) -> MeasuredFigure:
    f1, precision, recall = (round(each, 4) for each in _f1(counts))
    return MeasuredFigure(figure=name, value=f1, n=papers, measured_on=on, precision=precision, recall=recall)


def _manifest(
    out: Path,
    boards: _Boards,
    salience: _Salience,
    measured: tuple[_Measured, _Measured],
    trees: Mapping[str, Trees],
    *,
    joined: bool,
) -> Manifest:
    found, ranked = measured

    def hashes(papers: Sequence[NlpTdmsPaper] | Sequence[SciRexDocument]) -> tuple[str, ...]:
        return tuple(sorted({each for paper in papers for each in paper.paper.hashes}))

    learnt = {
        "nlp_tdms": hashes([each.gold for each in (boards.all if joined else boards.train)]),
        "scirex": hashes(salience.all if joined else salience.train),
    }
    tuned = {"nlp_tdms": hashes([each.gold for each in boards.tune]), "scirex": hashes(salience.tune)}
    return Manifest(
        component=COMPONENT,
        version=VERSION,
        purpose="Which (task, dataset, metric, value) a paper reports, of a list of names; what is salient in it.",
        licence="Apache-2.0",
        attribution="Learnt from NLP-TDMS (Hou et al., ACL 2019) and SciREX (Jain et al., ACL 2020), Apache-2.0.",
        parameters=sum(len(each.feature) for each in trees.values()),
        files=tuple(
            FileRecord(name=name, sha256=sha256_hex((out / name).read_bytes()), size_bytes=(out / name).stat().st_size)
            for name in (WEIGHTS_FILE, SETTINGS_FILE)
        ),
        data_sets=(
            DataSet(
                name="nlp_tdms", licence="Apache-2.0", source="NLP-TDMS, Hou et al. 2019",
                used_for="which leaderboards a paper enters, and with which number of its tables",
            ),
            DataSet(
                name="scirex", licence="Apache-2.0", source="SciREX, Jain et al. 2020",
                used_for="which clusters of mentions a paper's results are about",
            ),
        ),
        trained_on=learnt,
        tuned_on=tuned,
        settings={**found.thresholds, **ranked.thresholds, "folds": FOLDS},
        figures=(*found.figures, *ranked.figures),
        calibration={**found.calibration, **ranked.calibration},
        not_for="Results that stand in the text alone; names that are not in the list given; languages but English.",
    )  # fmt: skip
