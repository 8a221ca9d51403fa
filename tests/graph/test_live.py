"""What is live and what is hashed."""

from __future__ import annotations

from typing import Any

from graph.graph_hash import graph_hash, outcomes_hash
from graph.live import Liveness, live_edges, live_nodes
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from graph.vocabulary.document import Format
from graph.write.paper import write_paper


def _write(store: GraphStore, text: Any, run: str = "r1", **options: Any) -> None:
    write_paper(store, text.document, text.extraction, run=run, **options)


def test_only_facts_of_the_standing_extraction_are_live(store: GraphStore, text: Any) -> None:
    """Quotes, claims, names and edges of a superseded extraction are passed over."""
    study = text("Mixup improves accuracy.", "Dropout degrades accuracy.").claim(0, "mixup").claim(1, "dropout")
    _write(store, study)
    study.items["claims"].pop(0)
    _write(store, study)
    liveness = Liveness(store)
    assert [node.key for node in live_nodes(store, Label.METHOD, liveness=liveness)] == ["dropout"]
    assert len(list(live_nodes(store, Label.CLAIM, liveness=liveness))) == 1
    assert len(list(live_nodes(store, Label.EVIDENCE, liveness=liveness))) == 1
    assert [edge.dst.key for edge in live_edges(store, EdgeType.HAS_INTERVENTION, liveness=liveness)] == ["dropout"]
    assert store.counts().nodes[Label.CLAIM] == 3  # two of the old extraction, one of the new


def test_a_text_in_the_shadow_of_a_better_one_is_live_and_its_facts_are_not(store: GraphStore, text: Any) -> None:
    """The linked document counts as a node with its link, and with nothing else."""
    _write(store, text("We use mixup.", format=Format.PDF).mention(0, "mixup"))
    _write(store, text("We use dropout.", format=Format.TEI).mention(0, "dropout"))
    assert len(list(live_nodes(store, Label.DOCUMENT))) == 2
    assert len(list(live_edges(store, EdgeType.OF_PAPER))) == 2
    assert len(list(live_edges(store, EdgeType.QUOTED_FROM))) == 1


def test_a_merge_is_live_while_both_names_are(store: GraphStore, text: Any) -> None:
    """A merge edge to a name that nobody quotes any more does not count."""
    study = text("We use gan and gans.").mention(0, "gan").mention(0, "gans")
    _write(store, study)
    edge = {"src": "gans", "dst": "gan", "rule": "spelling", "score": 1.0, "by": "rules/1"}
    store.upsert_edges(EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD, [edge])
    assert len(list(live_edges(store, EdgeType.MERGED_INTO))) == 1
    study.items["mentions"].pop()
    _write(store, study)
    assert list(live_edges(store, EdgeType.MERGED_INTO)) == []


def test_the_hash_sees_a_change_of_content(store: GraphStore, text: Any) -> None:
    """One more fact is another graph."""
    study = text("We use mixup and dropout.").mention(0, "mixup")
    _write(store, study)
    before = graph_hash(store)
    _write(store, study.mention(0, "dropout"))
    assert graph_hash(store) != before


def test_the_hash_does_not_see_who_wrote_when_and_from_where(store: GraphStore, text: Any) -> None:
    """Runs, paths, queue fields and experiments are outside."""
    study = text("We use mixup.").mention(0, "mixup")
    _write(store, study, run="r1", source="a", stem="d/a")
    before = graph_hash(store)
    _write(store, study, run="r2", source="b", stem="c/b")
    store.enqueue(Label.ITEM, [{"key": "item:1"}])
    store.upsert_nodes(Label.PATTERN, [{"key": "p", "name": "a pattern"}])
    store.upsert_nodes(Label.DOCUMENT, [{"key": study.document.key, "resolved": True}])
    assert graph_hash(store) == before


def test_the_outcomes_hash_sees_what_a_trial_ended_with(store: GraphStore) -> None:
    """A pending trial does not count; an ended one counts with its label, not with its wall time."""
    empty = outcomes_hash(store)
    trial = {"key": "trial:1", "task": "digits", "seed": 1}
    store.upsert_nodes(Label.TRIAL, [{**trial, "state": "pending"}])
    assert outcomes_hash(store) == empty
    store.upsert_nodes(Label.TRIAL, [{**trial, "state": "failed", "label": "oom", "wall_s": 1.0}])
    failed = outcomes_hash(store)
    assert failed != empty
    store.upsert_nodes(Label.TRIAL, [{**trial, "wall_s": 2.0}])
    assert outcomes_hash(store) == failed
    store.upsert_nodes(Label.MEASUREMENT, [{"key": "m1", "metric": "accuracy", "value": 0.5, "trial": "trial:1"}])
    assert outcomes_hash(store) != failed
