"""SciREX as examples: which clusters of mentions are salient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ingest.extract.gold import SciRexDocument, Split
from ingest.extract.leaderboard import salience as sal
from ingest.extract.leaderboard.annotated import is_salient, mentions_of, words_of
from ingest.extract.leaderboard.training.measured import FOLDS, GRID, Measured, calibrated
from ingest.extract.leaderboard.training.trees import TreeSettings, fit_trees
from ingest.extract.leaderboard.trees import Trees
from ingest.extract.weights import MeasuredFigure

SALIENCE = TreeSettings(trees=150, leaves=12, least_samples=20, features=0.3)
Log = Callable[[str], None]


class Salience:
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

    def measured(self) -> Measured:
        """Return the threshold, the calibration and figures on unseen documents, given the annotated mentions."""
        found = self._predicted(self.train, self.tune)
        for fold in range(FOLDS):
            others = [each for number, each in enumerate(self.train) if number % FOLDS != fold]
            found |= self._predicted(others, self.train[fold::FOLDS])
        self.say("salience is ready")
        least = max(GRID, key=lambda each: (self._mean_f1(self.all, found, each)[0], -each))
        # Over all clusters, so that the threshold lies where the calibration rises.
        pairs = [
            (score, right)
            for document in self.all
            for score, right in zip(found[document.doc_id], self.right[document.doc_id], strict=True)
        ]
        calibration, figure = calibrated("salience", pairs, len(self.all))
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
        figures.append(figure)
        return Measured({"salience": least}, {"salience": calibration}, tuple(figures))

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
