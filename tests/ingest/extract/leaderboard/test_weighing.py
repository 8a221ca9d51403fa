"""What of a document's names its results are about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import NameType
from graph.write.read_facts import facts_of
from ingest.extract.extractor import extract, mentions_of
from ingest.extract.leaderboard.companions import Companions
from ingest.extract.leaderboard.model import LeaderboardModel
from ingest.extract.leaderboard.trees import Trees
from ingest.extract.leaderboard.weighing import with_salience


def _constant(score: float) -> Trees:
    """A model without a tree: every row has the same score."""
    none = np.zeros(0, dtype=np.int32)
    return Trees(none, none, none.astype(np.float32), none, none, none.astype(np.float32), score)


def _model(score: float) -> LeaderboardModel:
    trees = _constant(score)
    return LeaderboardModel(trees, trees, trees, trees, trees, Companions({}).table(), {"salience": 0.5}, {})


def test_nothing_is_weighed_without_weights(paper_with: Callable[[str], Document]) -> None:
    """No model, no opinion."""
    mentions = mentions_of(paper_with(""))
    assert {None} == {each.salient for each in with_salience(paper_with(""), mentions, None)}


def test_a_name_is_salient_as_a_whole_and_methods_are_not_weighed(paper_with: Callable[[str], Document]) -> None:
    """All mentions of a name agree; a model that likes everything finds all salient."""
    document = paper_with("")
    found = with_salience(document, mentions_of(document), _model(3.0))
    assert {True} == {each.salient for each in found if each.type is not NameType.METHOD}
    assert {None} == {each.salient for each in found if each.type is NameType.METHOD}


def test_what_is_not_salient_is_not_what_the_paper_evaluates_on(paper_with: Callable[[str], Document]) -> None:
    """The name keeps its quote; the paper does not claim it. One task is always kept."""
    document = paper_with("The task of image classification is not ours.")
    extraction = extract(document)
    weighed = tuple(with_salience(document, extraction.mentions, _model(-3.0)))
    facts = facts_of(document, extraction.model_copy(update={"mentions": weighed}), paper="p", run="r")
    kinds = {str(edge[0]) for edge in facts.edges}
    assert "EVALUATES_ON" not in kinds
    assert facts.nodes["Dataset"]
    tasks = {each.name for each in weighed if each.type is NameType.TASK}
    assert 1 == len({each.name for each in weighed if each.type is NameType.TASK and each.salient}) <= len(tasks)


def test_what_a_table_of_results_is_of_is_salient(paper_with: Callable[[str], Document]) -> None:
    """A metric and a dataset of a table's results are salient, even to a model that likes nothing."""
    table = "Table 1: Results on PearSet.\n\n| Method | F1 |\n|---|---|\n| FooNet (ours) | 90.3 |\n"
    document = paper_with(table)
    results = [each for each in extract(document).results if each.row]
    found = with_salience(document, mentions_of(document), _model(-3.0), results=results)
    salient = {each.name for each in found if each.salient}
    assert {"F1", "PearSet"} <= salient
    assert "AppleBank" not in salient
