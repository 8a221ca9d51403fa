"""Resolve: merges and shown names are a function of the live graph, however it came about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import LeaseHeld
from graph.graph_hash import graph_hash
from graph.keys import name_key
from graph.live import live_edges
from graph.schema import EdgeType, Label, Ref
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.vocabulary.document import Format
from graph.write.by_hand import keep_apart, keep_together
from graph.write.lease import hold_lease
from ingest.resolve import resolve
from ingest.resolve.counting import NAMES
from ingest.resolve.stage import LEASE

Paper = Callable[..., tuple[Any, Callable[[GraphStore], None]]]


def _merges(store: GraphStore) -> list[tuple[str, str, str]]:
    edges = live_edges(store, EdgeType.MERGED_INTO)
    return sorted((edge.src.key, edge.dst.key, edge.properties["rule"]) for edge in edges)


def _name(store: GraphStore, key: str, label: Label = Label.METHOD) -> str:
    return str(store.get_nodes(label, [key])[key].properties["name"])


def _write(store: GraphStore, *papers: tuple[Any, Callable[[GraphStore], None]]) -> None:
    for _, write in papers:
        write(store)


def _hash_of(
    *papers: tuple[Any, Callable[[GraphStore], None]], decide: Callable[[GraphStore], None] | None = None
) -> str:
    """The graph hash when everything is resolved at once."""
    store = open_store("sqlite:///:memory:")
    _write(store, *papers)
    if decide:
        decide(store)
    resolve(store, run="r")
    found = graph_hash(store)
    store.close()
    return found


def test_spelling_variants_are_merged_into_the_smallest_key(store: GraphStore, paper: Paper) -> None:
    """Both names keep their nodes; an edge says that they are one, and why."""
    _write(store, paper("One", ["label-smoothing"]), paper("Two", ["label smoothings"]))
    report = resolve(store, run="r")
    assert (report.documents, report.merged) == (2, 1)
    assert _merges(store) == [("label-smoothings", "label-smoothing", "spelling")]


def test_resolving_again_changes_nothing(store: GraphStore, paper: Paper) -> None:
    """Where no Document is new, nothing is read or written."""
    _write(store, paper("One", ["GAN"]), paper("Two", ["GANs"]))
    resolve(store, run="r")
    assert resolve(store, run="r").model_dump() == dict.fromkeys(
        ["documents", "names", "merged", "parted", "renamed", "written", "left"], 0
    )


def test_a_name_is_shown_as_most_quotes_write_it(store: GraphStore, paper: Paper) -> None:
    """The most frequent spelling wins; of equals the smallest."""
    _write(store, paper("One", ["Mixup"]), paper("Two", ["mixup"]), paper("Three", ["MixUp", "mixup"]))
    resolve(store, run="r")
    assert _name(store, "mixup") == "mixup"


def test_the_canonical_name_speaks_for_its_group(store: GraphStore, paper: Paper) -> None:
    """The smallest key shows the spelling of the whole group, the others their own."""
    _write(store, paper("One", ["colour jitter"]), paper("Two", ["Color Jitter"]), paper("Three", ["colour jitter"]))
    resolve(store, run="r")
    assert _name(store, "color-jitter") == "colour jitter"
    assert _name(store, "colour-jitter") == "colour jitter"


def test_an_acronym_joins_where_all_documents_agree(store: GraphStore, paper: Paper) -> None:
    """A paper that only says LS means what every paper that defines LS means by it."""
    _write(store, paper("One", defines=[("LS", "label smoothing")]), paper("Two", ["LS"]))
    resolve(store, run="r")
    assert _merges(store) == [("ls", "label-smoothing", "acronym")]
    assert _name(store, "label-smoothing") == "LS"  # two quotes write LS, one writes it out


def test_an_acronym_that_becomes_ambiguous_parts_again(store: GraphStore, paper: Paper) -> None:
    """A second meaning undoes the merge, as if both had been there from the start."""
    first, second = paper("One", defines=[("LS", "label smoothing")]), paper("Two", defines=[("LS", "least squares")])
    _write(store, first)
    resolve(store, run="r")
    _write(store, second)
    assert resolve(store, run="r").parted == 1
    assert _merges(store) == []
    assert graph_hash(store) == _hash_of(second, first)


def test_spellings_of_a_short_form_share_its_definitions(store: GraphStore, paper: Paper) -> None:
    """What GNN and GNNs are defined as counts together: two meanings, no merge with either."""
    one, two = [("GNN", "graph neural network")], [("GNNs", "generic nearest neighbors")]
    _write(store, paper("One", defines=one), paper("Two", defines=two))
    resolve(store, run="r")
    assert _merges(store) == [("gnns", "gnn", "spelling")]


def test_brackets_are_not_yet_a_definition(store: GraphStore, paper: Paper) -> None:
    """A short form whose letters merely occur in the phrase before it stands for nothing."""
    _write(store, paper("One", defines=[("CORA", "conducted on four datasets")]))
    resolve(store, run="r")
    assert _merges(store) == []


def test_a_name_that_nobody_uses_any_more_leaves_its_group(store: GraphStore, paper: Paper) -> None:
    """When the only file that wrote a variant changes, the merge goes and the shown name is counted anew."""
    old, write_old = paper("A draft", ["colour jitter"], source="a.md")
    kept = paper("Other", ["Color Jitter"])
    _write(store, (old, write_old), kept)
    resolve(store, run="r")
    new = paper("A final version", ["mixup"], source="a.md", supersedes=old.key)
    _write(store, new)
    resolve(store, run="r")
    assert _merges(store) == []
    assert _name(store, "color-jitter") == "Color Jitter"
    assert graph_hash(store) == _hash_of(kept, paper("A final version", ["mixup"], source="a.md"))


def test_what_a_person_keeps_apart_stays_apart(store: GraphStore, paper: Paper) -> None:
    """A recorded parting undoes the merge and holds against later papers."""
    _write(store, paper("One", ["GAN"]), paper("Two", ["GANs"]))
    resolve(store, run="r")
    keep_apart(store, Ref(Label.METHOD, "gan"), Ref(Label.METHOD, "gans"), by="somebody", reason="not one", at="now")
    assert resolve(store, run="r").parted == 1
    _write(store, paper("Three", ["GANs"]))
    resolve(store, run="r")
    resolve(store, run="r", full=True)
    assert _merges(store) == []


def test_papers_that_share_an_id_are_one_work(store: GraphStore, paper: Paper) -> None:
    """Two titles with one DOI are joined, and only the better text of the two has live facts."""
    worse = paper("A preprint title", ["mixup"], doi="10.1/x", format=Format.TEI)
    better = paper("The final title", ["dropout"], doi="10.1/x", format=Format.PDF)
    _write(store, worse)
    resolve(store, run="r")
    _write(store, better)
    resolve(store, run="r")
    assert _merges(store) == [("thefinaltitle", "apreprinttitle", "same doi")]
    papers = store.get_nodes(Label.PAPER, ["apreprinttitle", "thefinaltitle"])
    assert papers["apreprinttitle"].properties["extracted"] == better[0].key
    assert papers["apreprinttitle"].properties["title"] == "The final title"
    assert graph_hash(store) == _hash_of(better, worse)


def test_a_text_that_joins_a_merged_paper_is_ranked_within_the_group(store: GraphStore, paper: Paper) -> None:
    """A worse text of a paper whose group has a better one stays in its shadow from the start."""
    _write(store, paper("Title one", ["mixup"], doi="10.1/x", format=Format.PDF))
    _write(store, paper("Title two", ["dropout"], doi="10.1/x", format=Format.TEXT))
    resolve(store, run="r")
    late, write_late = paper("Title two", ["cutout"], format=Format.TEI)
    write_late(store)
    assert "extraction" not in store.get_nodes(Label.DOCUMENT, [late.key])[late.key].properties


def test_a_review_beside_a_paper_belongs_to_it(store: GraphStore, paper: Paper) -> None:
    """One file name joins a paper and a review; two papers of one file name stay two."""
    text = paper("A title misread", ["mixup"], stem="d/x")
    review = paper("The title", ["dropout"], stem="d/x", kind="review", format=Format.JSON)
    _write(store, text, review, paper("First", stem="d/y"), paper("Second", stem="d/y"))
    resolve(store, run="r")
    assert _merges(store) == [("thetitle", "atitlemisread", "stem")]
    assert graph_hash(store) == _hash_of(review, paper("Second", stem="d/y"), text, paper("First", stem="d/y"))


def test_counting_everything_anew_changes_nothing(store: GraphStore, paper: Paper) -> None:
    """A full resolve after incremental ones finds the same graph."""
    for index, name in enumerate(["GAN", "GANs", "gan", "Mixup", "mix-up"]):
        _write(store, paper(f"Paper {index}", [name]))
        resolve(store, run="r")
    before = graph_hash(store)
    report = resolve(store, run="r", full=True)
    assert report.documents == 5
    assert (report.merged, report.parted, report.renamed) == (0, 0, 0)
    assert graph_hash(store) == before


def test_a_second_resolve_waits_its_turn(store: GraphStore, paper: Paper) -> None:
    """While somebody resolves, the error names them and nothing is written."""
    _write(store, paper("One", ["GAN"]), paper("Two", ["GANs"]))
    with (
        hold_lease(store, LEASE, owner="somebody", ttl_s=60, clock=lambda: 100.0),
        pytest.raises(LeaseHeld, match="resolve is being done by somebody"),
    ):
        resolve(store, run="r", clock=lambda: 110.0)
    assert _merges(store) == []
    assert resolve(store, run="r", clock=lambda: 120.0).merged == 1


class _Killed(Exception):
    """Stands for a kill: the process ends between two transactions."""


class _Mortal:
    """A store whose process dies before the n-th commit."""

    def __init__(self, store: GraphStore, commits: int) -> None:
        self._store, self._left = store, commits

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write_batch(self, ops: Any) -> Any:
        if not self._left:
            raise _Killed
        self._left -= 1
        return self._store.write_batch(ops)


@pytest.mark.parametrize("full", [False, True])
def test_a_kill_between_any_two_commits_is_made_good(paper: Paper, full: bool) -> None:
    """However often resolve dies, the next one ends with the graph of one that never did."""
    papers = [
        paper("One", ["GANs", "Mixup"], defines=[("LS", "label smoothing")]),
        paper("Two", ["GAN", "mix-up", "LS"], doi="10.1/x", format=Format.TEI),
        paper("Three", ["colour jitter"], doi="10.1/x", format=Format.PDF),
        paper("Four", ["Color Jitter", "GANs"]),
    ]
    expected = _hash_of(*papers)
    for commits in range(40):
        store = open_store("sqlite:///:memory:")
        _write(store, *papers)
        try:
            resolve(_Mortal(store, commits), run="r", full=full)
        except _Killed:
            resolve(store, run="r")
            assert graph_hash(store) == expected
        else:
            assert graph_hash(store) == expected
            store.close()
            break
        store.close()
    else:
        pytest.fail("resolve never came to its end")


_VARIANTS = [
    "GAN",
    "GANs",
    "the GAN model",
    "label smoothing",
    "label-smoothings",
    "smoothing of labels",
    "label smoothing method",
    "stochastic gradient descent",
    "stochatic gradient descent",
    "stochastic gradients descent algorithm",
    "SGD",
    "LS",
    "FooNet",
    "FooNet-50",
    "FooNet50 model",
    "FooNet-101",
    "FooNet-50-large",
    "memory",
    "memory network",
]
_LONGS = ["label smoothing", "least squares", "stochastic gradient descent", "smoothing of labels"]
_SPECS = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["One", "Two", "Three", "Four", "Five"]),
            "names": st.lists(st.sampled_from(_VARIANTS), max_size=4, unique=True),
            "defines": st.lists(
                st.tuples(st.sampled_from(["LS", "SGD"]), st.sampled_from(_LONGS)), max_size=2, unique=True
            ),
            "format": st.sampled_from([Format.PDF, Format.TEI, Format.TEXT]),
            "doi": st.sampled_from([None, None, "10.1/x", "10.1/y"]),
        }
    ),
    min_size=1,
    max_size=7,
    unique_by=str,
)
_BY_HAND = st.lists(
    st.tuples(
        st.sampled_from([keep_apart, keep_together]),
        st.lists(st.sampled_from(_VARIANTS), min_size=2, max_size=2, unique_by=name_key).map(sorted),
    ),
    max_size=3,
    unique_by=lambda decision: tuple(decision[1]),
)


def _decide(store: GraphStore, decisions: list[tuple[Any, list[str]]]) -> None:
    """Make those decisions whose names are there; what is decided about others cannot be."""
    for keep, (one, other) in decisions:
        first, second = Ref(Label.METHOD, name_key(one)), Ref(Label.METHOD, name_key(other))
        if len(store.get_nodes(Label.METHOD, [first.key, second.key])) == 2:
            keep(store, first, second, by="somebody", reason="so it is", at="now")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(specs=_SPECS, by_hand=_BY_HAND, data=st.data())
def test_incremental_equals_from_scratch(
    paper: Paper, specs: list[dict[str, Any]], by_hand: list[tuple[Any, list[str]]], data: st.DataObject
) -> None:
    """Papers in any order, resolved after any of them, people deciding at any time: the graph of all of it at once."""
    papers = [paper(**spec) for spec in specs]
    expected = _hash_of(*papers, decide=lambda store: _decide(store, by_hand))
    store = open_store("sqlite:///:memory:")
    _arrive(store, papers, by_hand, data)
    assert graph_hash(store) == expected
    resolve(store, run="r", full=True)
    assert graph_hash(store) == expected
    store.close()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(specs=_SPECS, by_hand=_BY_HAND, data=st.data())
def test_both_stores_resolve_to_the_same_graph(
    store: GraphStore,
    paper: Paper,
    specs: list[dict[str, Any]],
    by_hand: list[tuple[Any, list[str]]],
    data: st.DataObject,
) -> None:
    """Arriving in any order in either store, and all at once in another: one graph hash."""
    for label in (Label.DOCUMENT, Label.PAPER, Label.EVIDENCE, *NAMES):
        store.delete_nodes(label, [node.key for node in store.scan_nodes(label)])
    papers = [paper(**spec) for spec in specs]
    _arrive(store, papers, by_hand, data)
    assert graph_hash(store) == _hash_of(*papers, decide=lambda other: _decide(other, by_hand))


def _arrive(store: GraphStore, papers: list[Any], by_hand: list[tuple[Any, list[str]]], data: st.DataObject) -> None:
    """Write *papers* in some order, resolving and deciding in between, and bring all of it to its end."""
    for each in data.draw(st.permutations(papers)):
        _write(store, each)
        if data.draw(st.booleans()):
            resolve(store, run="r")
        if data.draw(st.booleans()):
            _decide(store, by_hand)
    _decide(store, by_hand)
    resolve(store, run="r")
