"""Decisions of people: they win over the rules, outlive re-ingest and re-resolve, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.errors import UnknownNode
from graph.graph_hash import graph_hash
from graph.live import live_edges
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.write.by_hand import keep_apart, keep_together, mark_carried_out, take_back
from graph.write.lease import hold_lease
from ingest.resolve import resolve
from ingest.resolve.by_hand import undecided

Paper = Callable[..., tuple[Any, Callable[[GraphStore], None]]]
CAPTIONING, GENERATION = Ref(Label.METHOD, "image-captioning"), Ref(Label.METHOD, "caption-generation")
SAID = {"by": "somebody", "reason": "one task", "at": "now"}


def _merges(store: GraphStore) -> list[tuple[str, str, str, str]]:
    edges = live_edges(store, EdgeType.MERGED_INTO)
    return sorted(
        (edge.src.key, edge.dst.key, edge.properties["rule"], str(edge.properties["by"]).split("/")[0])
        for edge in edges
    )


def _two(store: GraphStore, paper: Paper) -> None:
    for _, write in (paper("One", ["image captioning"]), paper("Two", ["caption generation"])):
        write(store)
    resolve(store, run="r")


def test_what_a_person_joins_is_joined(store: GraphStore, paper: Paper) -> None:
    """With the reason and the name of who decided, and no new paper is needed for it."""
    _two(store, paper)
    keep_together(store, GENERATION, CAPTIONING, **SAID)
    assert resolve(store, run="r").merged == 1
    assert _merges(store) == [("image-captioning", "caption-generation", "one task", "somebody")]


def test_a_join_outlives_reingest_and_a_full_resolve(store: GraphStore, paper: Paper) -> None:
    """Neither a changed file nor counting everything anew undoes it."""
    old, write_old = paper("One", ["image captioning"], source="a.md")
    write_old(store)
    paper("Two", ["caption generation"])[1](store)
    resolve(store, run="r")
    keep_together(store, GENERATION, CAPTIONING, **SAID)
    resolve(store, run="r")
    paper("One again", ["image captioning", "dropout"], source="a.md", supersedes=old.key)[1](store)
    resolve(store, run="r")
    resolve(store, run="r", full=True)
    assert _merges(store) == [("image-captioning", "caption-generation", "one task", "somebody")]


def test_a_join_holds_while_both_are_named(store: GraphStore, paper: Paper) -> None:
    """Where nobody writes one of the two any more there is nothing to join; when somebody does, it is joined again."""
    old, write_old = paper("One", ["image captioning"], source="a.md")
    write_old(store)
    paper("Two", ["caption generation"])[1](store)
    keep_together(store, GENERATION, CAPTIONING, **SAID)
    resolve(store, run="r")
    paper("One again", ["dropout"], source="a.md", supersedes=old.key)[1](store)
    resolve(store, run="r")
    assert _merges(store) == []
    paper("Three", ["image captioning"])[1](store)
    resolve(store, run="r")
    assert len(_merges(store)) == 1


def test_a_decision_wins_over_what_tells_names_apart(store: GraphStore, paper: Paper) -> None:
    """A person may say that a version is the thing itself."""
    for _, write in (paper("One", ["FooNet"]), paper("Two", ["FooNet-1"])):
        write(store)
    keep_together(store, Ref(Label.METHOD, "foonet"), Ref(Label.METHOD, "foonet-1"), **SAID)
    resolve(store, run="r")
    assert [merge[:2] for merge in _merges(store)] == [("foonet-1", "foonet")]


def test_of_two_decisions_the_later_one_stands(store: GraphStore, paper: Paper) -> None:
    """Joined, then parted: parted, and only one of the two edges is left."""
    _two(store, paper)
    keep_together(store, GENERATION, CAPTIONING, **SAID)
    keep_apart(store, GENERATION, CAPTIONING, **SAID)
    resolve(store, run="r")
    assert _merges(store) == []
    assert not list(live_edges(store, EdgeType.KEPT_TOGETHER))
    assert len(list(live_edges(store, EdgeType.KEPT_APART))) == 1


def test_taking_back_leaves_the_graph_as_it_was(store: GraphStore, paper: Paper) -> None:
    """Joining and undoing, parting and undoing: the same graph hash as before."""
    for _, write in (paper("One", ["GAN", "image captioning"]), paper("Two", ["GANs", "caption generation"])):
        write(store)
    resolve(store, run="r")
    before = graph_hash(store)
    pairs = [(GENERATION, CAPTIONING, keep_together), (Ref(Label.METHOD, "gan"), Ref(Label.METHOD, "gans"), keep_apart)]
    for one, other, decide in pairs:
        decide(store, one, other, **SAID)
        resolve(store, run="r")
        assert graph_hash(store) != before
        take_back(store, other, one)
        resolve(store, run="r")
        assert graph_hash(store) == before


def test_nothing_is_written_twice(store: GraphStore, paper: Paper) -> None:
    """The same decision again, and taking back what was never decided, change nothing."""
    _two(store, paper)
    assert take_back(store, GENERATION, CAPTIONING).written == 0
    keep_together(store, GENERATION, CAPTIONING, **SAID)
    assert keep_together(store, CAPTIONING, GENERATION, by="somebody", reason="one task", at="later").written == 0


def test_a_decision_made_while_another_is_carried_out_stays_open(store: GraphStore, paper: Paper) -> None:
    """The mark that was read before it does not take the new one away."""
    _two(store, paper)
    keep_together(store, GENERATION, CAPTIONING, **SAID)
    read = undecided(store)
    keep_apart(store, GENERATION, CAPTIONING, **SAID)
    with hold_lease(store, "resolve", owner="o", ttl_s=60, clock=lambda: 0.0) as lease:
        mark_carried_out(store, read, fence=lease.fence)
    assert [node.ref for node in undecided(store)] == [GENERATION, CAPTIONING]


def test_two_papers_can_be_joined_and_parted(store: GraphStore, paper: Paper) -> None:
    """Works are joined by hand as names are."""
    for _, write in (paper("A preprint", ["mixup"]), paper("Its final version", ["mixup"])):
        write(store)
    resolve(store, run="r")
    one, other = Ref(Label.PAPER, "apreprint"), Ref(Label.PAPER, "itsfinalversion")
    keep_together(store, one, other, **SAID)
    resolve(store, run="r")
    assert [merge[:2] for merge in _merges(store)] == [("itsfinalversion", "apreprint")]
    keep_apart(store, one, other, **SAID)
    resolve(store, run="r")
    assert _merges(store) == []


@pytest.mark.parametrize("by", ["rules/9", "  "])
def test_somebody_decides(store: GraphStore, paper: Paper, by: str) -> None:
    """A decision needs a name that is not taken for a rule's."""
    _two(store, paper)
    with pytest.raises(ValueError, match="nobody's name"):
        keep_together(store, GENERATION, CAPTIONING, by=by, reason="x", at="now")


def test_only_names_that_are_there_can_be_decided_about(store: GraphStore, paper: Paper) -> None:
    """Unknown ones, one and the same, and two of two kinds are refused."""
    _two(store, paper)
    with pytest.raises(UnknownNode, match="Method/nothing"):
        keep_apart(store, CAPTIONING, Ref(Label.METHOD, "nothing"), **SAID)
    for other in (CAPTIONING, Ref(Label.TASK, "caption-generation")):
        with pytest.raises(ValueError, match="two nodes of one kind"):
            keep_apart(store, CAPTIONING, other, **SAID)
