"""Where the benchmark meets the installed components of leaderboards and salience. Sibling file.

Each door is None where its weights are not installed; the figures of the rules are then printed alone.
"""

from __future__ import annotations

import sys
from functools import lru_cache

import _leaderboard_figures
import _salient_figures
from _mention_figures import document_mentions

from ingest.extract.encoder import open_encoder
from ingest.extract.gold import KnowledgeBase, NlpTdmsPaper, SciRexDocument
from ingest.extract.leaderboard.annotated import document_of, known_names, tables_of, words_of
from ingest.extract.leaderboard.entries import label_finder, read_entries
from ingest.extract.leaderboard.labels import Labels
from ingest.extract.leaderboard.model import load_leaderboard
from ingest.extract.leaderboard.salience import TokenMention, salient_clusters
from ingest.extract.leaderboard.triples import PreparedNames, prepare

SALIENT_COMPONENTS = ("encoder", "leaderboard")
LEADERBOARD_COMPONENTS = ("leaderboard",)


def salient() -> _salient_figures.Predict | None:
    """Return the reader of salient clusters: mentions by the encoder, clusters and their salience by `leaderboard`."""
    model, encoder = load_leaderboard(), open_encoder()
    if model is None or encoder is None:
        print("no reader of salient clusters is installed: the rules alone are scored", file=sys.stderr)
        return None

    def predict(document: SciRexDocument) -> list[_salient_figures.Cluster]:
        mentions = [TokenMention(*key) for key in document_mentions(encoder, document)]
        found = salient_clusters(words_of(document), mentions, model)
        return [frozenset(each.mentions) for each in found]

    return predict


def leaderboard() -> _leaderboard_figures.Predict | None:
    """Return the reader of leaderboard tuples."""
    model = load_leaderboard()
    if model is None:
        print("no reader of leaderboard tuples is installed: the rules alone are scored", file=sys.stderr)
        return None

    def predict(paper: NlpTdmsPaper, known: KnowledgeBase) -> _leaderboard_figures.Tuples:
        names, labels = _prepared(known)
        document = document_of(paper)
        found = [] if document is None else read_entries(document, tables_of(paper), names, model, labels=labels)
        triples = {(each.task, each.dataset, each.metric): each.confidence for each in found}
        full = {
            (each.task, each.dataset, each.metric, each.value): each.value_confidence for each in found if each.value
        }
        return _leaderboard_figures.Tuples(triples, full)

    return predict


@lru_cache(maxsize=1)
def _prepared(known: KnowledgeBase) -> tuple[PreparedNames, Labels]:
    names = prepare(known_names(known))
    return names, label_finder(names)
