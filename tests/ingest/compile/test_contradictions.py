"""Contradictions between papers: found from the graph, written as edges, traced to both papers, shown in answers."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from graph.graph_hash import graph_hash
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.trace import trace
from graph.write.contradictions import Contradiction, write_contradictions
from graph.write.generation import raise_generation
from graph.write.paper import write_paper
from ingest.compile.contradictions import find_contradictions
from ingest.compile.corpus import read_corpus

UP, DOWN, SAME = "improves", "degrades", "no_difference"
ACCURACY = {"outcome": "accuracy"}


def _read(store: GraphStore) -> tuple[Contradiction, ...]:
    return find_contradictions(read_corpus(store, lambda: None))


def _papers(store: GraphStore, text, *claims: dict[str, Any]) -> None:
    for number, claim in enumerate(claims):
        sentence = claim.pop(
            "text", f"Dropout and mixup and accuracy on digits or wine in classification case {number}."
        )
        written = text(sentence, title=claim.pop("title", f"Study {number}"))
        written.claim(0, claim.pop("intervention", "dropout"), claim.pop("direction"), **claim)
        write_paper(store, written.document, written.extraction, run="r")


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"direction": UP, "outcome": "accuracy"}, {"direction": DOWN, "outcome": "accuracy"}, 1),
        ({"direction": UP, "outcome": "accuracy"}, {"direction": UP, "outcome": "accuracy"}, 0),
        ({"direction": UP, "outcome": "accuracy"}, {"direction": SAME, "outcome": "accuracy"}, 0),
        ({"direction": UP, "outcome": "accuracy"}, {"direction": DOWN}, 0),
        ({"direction": UP}, {"direction": DOWN}, 0),
        ({"direction": UP, **ACCURACY}, {"direction": DOWN, "intervention": "mixup", **ACCURACY}, 0),
        ({"direction": UP, "dataset": "digits", **ACCURACY}, {"direction": DOWN, "dataset": "wine", **ACCURACY}, 0),
        ({"direction": UP, "dataset": "digits", **ACCURACY}, {"direction": DOWN, **ACCURACY}, 1),
        ({"direction": UP, "task": "classification", **ACCURACY}, {"direction": DOWN, **ACCURACY}, 1),
        ({"direction": UP, "comparator": "mixup"}, {"direction": DOWN}, 0),
        ({"direction": UP, "comparator": "mixup"}, {"direction": DOWN, "comparator": "mixup"}, 1),
        (
            {"direction": UP, "comparator": "mixup"},
            {"direction": UP, "intervention": "mixup", "comparator": "dropout"},
            1,
        ),
        ({"direction": UP, "title": "One study", **ACCURACY}, {"direction": DOWN, "title": "One study", **ACCURACY}, 0),
    ],
    ids=[
        "opposite",
        "same direction",
        "no effect found",
        "one outcome named",
        "no outcome named",
        "other intervention",
        "other dataset",
        "one dataset named",
        "one task named",
        "one comparator named",
        "same comparator",
        "turned round",
        "one paper",
    ],
)
def test_what_contradicts(sqlite_store: GraphStore, text, one: dict[str, Any], other: dict[str, Any], found: int):
    """Opposite directions of one intervention, comparator and outcome contradict, in two papers and one setting."""
    _papers(sqlite_store, text, one, other)
    assert found == len(_read(sqlite_store))


def test_merged_names_are_one_intervention(corpus):
    """Claims on two names of one method contradict once resolve has merged the names."""
    claim = {"intervention": "drop out layers", "comparator": "mixup", "direction": UP}
    corpus.paper("One", {"text": "Drop-out beats mixup.", "claim": claim})
    claim = {"intervention": "dropout", "comparator": "mixup", "direction": DOWN}
    corpus.paper("Two", {"text": "Dropout is worse than mixup.", "claim": claim})
    assert not _read(corpus.store)
    corpus.merge(Label.METHOD, "drop out layers", "dropout")
    assert len(_read(corpus.store)) == 1


def test_a_claim_stands_against_eight_others_at_most(sqlite_store: GraphStore, text):
    """A method that everybody tries does not fill the graph with pairs."""
    _papers(sqlite_store, text, {"direction": UP, **ACCURACY}, *({"direction": DOWN, **ACCURACY} for _ in range(12)))
    assert len(_read(sqlite_store)) == 8


def test_the_order_of_papers_does_not_matter(tmp_path, text):
    """Whatever the order in which papers came, the same claims contradict each other."""
    from graph.store import open_store

    claims = [
        {"direction": UP, "outcome": "accuracy", "title": "A"},
        {"direction": DOWN, "outcome": "accuracy", "title": "B"},
        {"direction": UP, "outcome": "accuracy", "title": "C"},
    ]
    found = set()
    for number, order in enumerate(permutations(claims)):
        store = open_store(f"sqlite:///{tmp_path / f'{number}.sqlite'}")
        _papers(store, text, *({**claim, "text": "Dropout and accuracy go together."} for claim in order))
        found.add(_read(store))
        store.close()
    assert len(found) == 1
    assert len(found.pop()) == 2


def test_both_papers_are_reached_from_a_claim(store: GraphStore, text):
    """A trace of a contradicted claim shows the other paper's sentence as well as its own."""
    _papers(
        store,
        text,
        {"direction": UP, "text": "Dropout helps accuracy much.", "title": "For", **ACCURACY},
        {"direction": DOWN, "text": "Dropout hurts accuracy much.", "title": "Against", **ACCURACY},
    )
    pairs = _read(store)
    write_contradictions(store, pairs)
    for key in (pairs[0].one, pairs[0].other):
        quotes = {node.properties.get("quote") for path in trace(store, Ref(Label.CLAIM, key)).paths for node in path}
        assert quotes >= {"Dropout helps accuracy much.", "Dropout hurts accuracy much."}


def test_writing_replaces_what_no_longer_holds(store: GraphStore, text):
    """After the call the edges are those given; claims and graph hash stay as they were."""
    third = {"direction": DOWN, "title": "Third", **ACCURACY}
    _papers(store, text, {"direction": UP, **ACCURACY}, {"direction": DOWN, **ACCURACY}, third)
    before = graph_hash(store)
    pairs = _read(store)
    assert len(pairs) == 2
    assert write_contradictions(store, pairs).created == 2
    assert write_contradictions(store, pairs).written == 0
    assert write_contradictions(store, pairs[:1]).updated == 1
    left = [(edge.src.key, edge.dst.key) for edge in store.scan_edges(EdgeType.CONTRADICTS)]
    assert left == [(pairs[0].one, pairs[0].other)]
    assert store.counts().nodes[Label.CLAIM] == 3
    assert graph_hash(store) == before


def test_a_pair_goes_from_the_smaller_key(sqlite_store: GraphStore):
    """A pair the wrong way round is refused: it would be a second edge for the same thing."""
    with pytest.raises(ValueError, match="smaller key"):
        write_contradictions(sqlite_store, [Contradiction("claim:b", "claim:a", 0.5)])


def test_compile_writes_them_and_answers_say_so(sqlite_store: GraphStore, text, compile_it, home):
    """After compile the edge is in the store and the quotes of an answer name the claims that say the opposite."""
    from graph.snapshot import open_snapshot
    from runtime.retrieve import ask

    _papers(
        sqlite_store,
        text,
        {"direction": UP, "text": "Dropout helps accuracy much.", "title": "For", **ACCURACY},
        {"direction": DOWN, "text": "Dropout hurts accuracy much.", "title": "Against", **ACCURACY},
    )
    raise_generation(sqlite_store)
    assert compile_it().contradictions == 1
    (edge,) = sqlite_store.scan_edges(EdgeType.CONTRADICTS)
    quotes = ask(open_snapshot(home), sqlite_store, "dropout").matches[0].evidence
    assert {str(edge.src): (str(edge.dst),), str(edge.dst): (str(edge.src),)} == {
        quote.of: quote.contradicts for quote in quotes if quote.of.startswith("Claim/")
    }


def test_a_superseded_claim_contradicts_nothing_after_the_next_compile(sqlite_store: GraphStore, text, compile_it):
    """A claim that a newer extraction no longer makes loses its contradictions."""
    claims = ({"direction": UP, "title": "For", **ACCURACY}, {"direction": DOWN, "title": "Against", **ACCURACY})
    _papers(sqlite_store, text, *claims)
    raise_generation(sqlite_store)
    compile_it()
    changed = text("Dropout and mixup and accuracy on digits or wine in classification case 1.", title="Against")
    changed.claim(0, "dropout", UP, **ACCURACY)
    write_paper(sqlite_store, changed.document, changed.extraction, run="r")
    raise_generation(sqlite_store)
    assert compile_it().contradictions == 0
    assert not list(sqlite_store.scan_edges(EdgeType.CONTRADICTS))
