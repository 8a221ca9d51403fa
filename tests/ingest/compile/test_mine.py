"""What becomes a pattern, and what a pattern holds."""

from __future__ import annotations

from typing import Any

import pytest

from graph.keys import name_key
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from graph.vocabulary.pattern import MinedPattern
from ingest.compile.corpus import read_corpus
from ingest.compile.mine import Mined, mine
from ingest.compile.quotes import choose_quotes
from ingest.compile.settings import MiningSettings


def _mine(store: GraphStore, **settings: Any) -> Mined:
    return mine(read_corpus(store, lambda: None), MiningSettings(**settings))


def _pattern(store: GraphStore, key: str) -> MinedPattern:
    return next(pattern for pattern in _mine(store).patterns if pattern.key == key)


@pytest.mark.usefixtures("studies")
def test_a_proposed_method_is_the_core_of_a_pattern(sqlite_store: GraphStore):
    """Core, problem, task, component and exemplars come from the papers that are about it."""
    pattern = _pattern(sqlite_store, "label-smoothing")
    assert [(each.key, each.role) for each in pattern.methods] == [
        ("label-smoothing", "core"),
        ("adamw", "component"),
    ]
    assert [each.key for each in pattern.problems] == [name_key("networks are overconfident on images they get wrong")]
    assert {each.key for each in pattern.tasks} == {"image-classification", "distillation"}
    assert [(each.paper, each.role) for each in pattern.papers] == [
        ("softerlabelsforsmallnetworks", "about"),
        ("whenlabelsmoothinghurts", "about"),
    ]
    assert pattern.support == 2


@pytest.mark.usefixtures("studies")
def test_claims_stand_on_their_side(sqlite_store: GraphStore):
    """What improves speaks for the pattern, what degrades against it; the comparator is a usual baseline."""
    pattern = _pattern(sqlite_store, "label-smoothing")
    assert (len(pattern.claims_for), len(pattern.claims_against)) == (1, 1)
    assert [each.key for each in pattern.baselines] == ["dropout"]


@pytest.mark.usefixtures("studies")
def test_objections_come_from_reviews_of_it_and_of_the_paper_that_proposes_it(sqlite_store: GraphStore):
    """Objections to the method first, then those to its paper; praise is none."""
    pattern = _pattern(sqlite_store, "label-smoothing")
    corpus = read_corpus(sqlite_store, lambda: None)
    texts = [str(corpus.points[key].properties["text"]) for key in pattern.objections]
    assert texts == ["Label smoothing is tuned on the test set.", "Only one seed was run."]


@pytest.mark.usefixtures("studies")
def test_a_method_that_enough_papers_use_is_a_pattern(sqlite_store: GraphStore):
    """AdamW, used by two papers, has one; with a higher bar it has none."""
    assert "adamw" in {pattern.key for pattern in _mine(sqlite_store).patterns}
    assert "adamw" not in {pattern.key for pattern in _mine(sqlite_store, min_papers=3).patterns}


@pytest.mark.usefixtures("studies")
def test_a_paper_without_a_method_has_a_pattern_of_its_own(sqlite_store: GraphStore):
    """The survey is reachable through its problem and its title."""
    pattern = _pattern(sqlite_store, "paper:asurveyoflosssurfaces")
    assert pattern.name == "A survey of loss surfaces"
    assert [each.key for each in pattern.problems] == ["it-is-unclear-why-flat-minima-generalise"]


@pytest.mark.usefixtures("studies")
def test_every_paper_is_reached(sqlite_store: GraphStore):
    """No paper is outside all patterns."""
    corpus = read_corpus(sqlite_store, lambda: None)
    reached = {each.paper for pattern in _mine(sqlite_store).patterns for each in pattern.papers}
    assert reached == set(corpus.papers)


def test_what_a_paper_is_about_stands_in_its_title(corpus: Any, sqlite_store: GraphStore):
    """The proposed method that the title names is the core; the other one is a component of its pattern."""
    corpus.paper(
        "Snapshot ensembles: train 1, get M for free",
        {"text": "We propose cyclic rates.", "names": [(EdgeType.PROPOSES, Label.METHOD, "cyclic rates")]},
        {"text": "Cyclic rates are cheap.", "names": [(EdgeType.PROPOSES, Label.METHOD, "cyclic rates")]},
        {"text": "We propose snapshot ensembles.", "names": [(EdgeType.PROPOSES, Label.METHOD, "snapshot ensembles")]},
    )
    (pattern,) = _mine(sqlite_store).patterns
    assert [(each.key, each.role) for each in pattern.methods] == [
        ("snapshot-ensembles", "core"),
        ("cyclic-rates", "component"),
    ]


@pytest.mark.usefixtures("studies")
def test_merged_names_are_one_pattern(corpus: Any, sqlite_store: GraphStore):
    """Two spellings that were merged are one core, under the smaller key, with both papers."""
    corpus.paper(
        "Soft targets",
        {"text": "We propose smoothed labels.", "names": [(EdgeType.PROPOSES, Label.METHOD, "smoothed labels")]},
    )
    corpus.merge(Label.METHOD, "smoothed labels", "label smoothing")
    keys = {pattern.key for pattern in _mine(sqlite_store).patterns}
    assert "smoothed-labels" not in keys
    assert _pattern(sqlite_store, "label-smoothing").support == 3


def test_a_far_problem_is_not_tied_to_a_method_that_is_only_used(corpus: Any, sqlite_store: GraphStore):
    """A problem that stands far from the place where a method is used is not the method's."""
    for title in ("One", "Two"):
        corpus.paper(
            title,
            {
                "text": f"Problem of {title}: training is slow; we propose {title}-net.",
                "names": [(EdgeType.PROPOSES, Label.METHOD, f"{title}-net")],
                "problems": [(EdgeType.ADDRESSES, f"training of {title} is slow")],
            },
            {"text": "We use batch norm.", "names": [(EdgeType.USES, Label.METHOD, "batch norm")]},
            gap=10_000,
        )
    assert _pattern(sqlite_store, "batch-norm").problems == ()
    assert len(_pattern(sqlite_store, "one-net").problems) == 1


@pytest.mark.usefixtures("studies")
def test_a_superseded_fact_is_not_mined(sqlite_store: GraphStore):
    """After a re-extraction that states nothing, the paper's old facts are gone from the patterns."""
    document = "doc-mixing-examples-against-memorisation"
    sqlite_store.upsert_nodes(Label.DOCUMENT, [{"key": document, "extraction": "newer"}])
    keys = {pattern.key for pattern in _mine(sqlite_store).patterns}
    assert "mixup" not in keys
    assert "paper:mixingexamplesagainstmemorisation" in keys


@pytest.mark.usefixtures("studies")
def test_trials_and_their_failures_are_counted(sqlite_store: GraphStore):
    """A pattern says how often its core was run and how the failed trials failed; running ones do not count yet."""
    rows = [
        {"key": "trial:a", "state": "done"},
        {"key": "trial:b", "state": "failed", "label": "oom"},
        {"key": "trial:c", "state": "running"},
    ]
    sqlite_store.upsert_nodes(Label.TRIAL, rows)
    edges = [{"src": row["key"], "dst": "mixup"} for row in rows]
    sqlite_store.upsert_edges(EdgeType.RUNS, Label.TRIAL, Label.METHOD, edges)
    pattern = _pattern(sqlite_store, "mixup")
    assert (pattern.trials, pattern.failures) == (2, {"oom": 1})


@pytest.mark.parametrize("limit", [0, 1])
@pytest.mark.usefixtures("studies")
def test_the_number_of_components_is_bounded(sqlite_store: GraphStore, limit: int):
    """No more components than the settings allow."""
    for pattern in _mine(sqlite_store, components=limit).patterns:
        assert sum(each.role == "component" for each in pattern.methods) <= limit


def test_quotes_come_from_different_papers_first(corpus: Any, sqlite_store: GraphStore):
    """Of many claims the first shown are one of each paper, and one sentence is shown once."""
    for title, texts in (("One", ["A helps here.", "A helps there.", "A helps too."]), ("Two", ["A helps us."])):
        claim = {"intervention": "A", "direction": "improves"}
        corpus.paper(title, *({"text": text, "claim": claim} for text in texts))
    read = read_corpus(sqlite_store, lambda: None)
    (pattern,) = mine(read, MiningSettings()).patterns
    shown = choose_quotes(read, pattern)
    documents = [sqlite_store.get_nodes(Label.EVIDENCE, [each.evidence])[each.evidence] for each in shown]
    assert {node.properties["document"] for node in documents[:2]} == {"doc-one", "doc-two"}
    assert len({each.evidence for each in shown}) == len(shown) == 4
