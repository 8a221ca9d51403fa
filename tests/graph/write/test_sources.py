"""Cited works and links in the graph: Papers by title, Resources by address, each with its quote."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

from graph.graph_hash import graph_hash
from graph.live import live_edges, live_nodes
from graph.schema import EdgeType, Label, Ref
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.trace import trace
from graph.vocabulary.document import Reference
from graph.vocabulary.extraction import (
    CitationRole,
    Extraction,
    Mention,
    NameType,
    ResourceKind,
    StatedCitation,
    StatedLink,
)
from graph.write.paper import write_paper

SENTENCE = "We use mixup [1]; code at https://github.com/Foo/Bar ."


def _written(text, store: GraphStore, title: str, *, cites: str | None = None, links: bool = False, role="method"):
    made = text(SENTENCE, title=title)
    document = made.document.model_copy(
        update={"references": (Reference(char_start=0, char_end=2, title=cites, year=2018),)}
    )
    citation = StatedCitation(
        reference=0,
        role=CitationRole(role),
        type=NameType.METHOD,
        name="mixup",
        span=made.span(0, "[1]"),
        sentence=0,
        confidence=0.8,
    )
    link = StatedLink(
        url="https://github.com/Foo/Bar",
        kind=ResourceKind.CODE,
        own=True,
        span=made.span(0, "https://github.com/Foo/Bar"),
        sentence=0,
        confidence=0.9,
    )
    mention = Mention(type=NameType.METHOD, name="mixup", span=made.span(0, "mixup"), sentence=0, confidence=0.9)
    extraction = Extraction(
        document=document.key,
        extractor="test/1",
        mentions=(mention,),
        citations=(citation,) if cites is not None or role == "method" else (),
        links=(link,) if links else (),
    )
    return document, write_paper(store, document, extraction, run="r")


def test_a_cited_work_is_a_paper_by_its_title(store: GraphStore, text):
    """The cited work is a Paper, the edge says what it supplies, the named method is credited to it."""
    document, _ = _written(text, store, "A study", cites="Mixup: beyond risk")
    (cites,) = store.scan_edges(EdgeType.CITES)
    assert cites.src == Ref(Label.DOCUMENT, document.key)
    assert cites.dst == Ref(Label.PAPER, "mixupbeyondrisk")
    assert cites.properties["roles"] == ["method"]
    (credited,) = store.scan_edges(EdgeType.CREDITED_TO)
    assert (credited.src, credited.dst) == (Ref(Label.METHOD, "mixup"), cites.dst)


def test_a_work_that_is_only_cited_is_no_live_paper(store: GraphStore, text):
    """A cited work without a text counts as no paper of the corpus; the edge to it is live."""
    _written(text, store, "A study", cites="Mixup: beyond risk")
    assert [node.key for node in live_nodes(store, Label.PAPER)] == ["astudy"]
    assert len(list(live_edges(store, EdgeType.CITES))) == 1


def test_the_work_is_united_with_its_paper_in_any_order(tmp_path: Path, text):
    """Whether the citing or the cited paper comes first, the graph is the same and the title is the paper's own."""
    hashes = set()
    for number, order in enumerate(permutations(["A study", "Mixup: Beyond Risk"])):
        store = open_store(f"sqlite:///{tmp_path / f'{number}.sqlite'}")
        for title in order:
            _written(text, store, title, cites="mixup - beyond risk" if title == "A study" else "Another work")
        paper = store.get_nodes(Label.PAPER, ["mixupbeyondrisk"])["mixupbeyondrisk"]
        assert paper.properties["title"] == "Mixup: Beyond Risk"
        hashes.add(graph_hash(store))
        store.close()
    assert len(hashes) == 1


def test_a_cited_work_is_traced_to_the_sentence_that_cites_it(store: GraphStore, text):
    """The trace of a work that is only cited ends in the citing paper's sentence."""
    _written(text, store, "A study", cites="Mixup: beyond risk")
    (path,) = trace(store, Ref(Label.PAPER, "mixupbeyondrisk")).paths
    assert [node.label for node in path] == [Label.PAPER, Label.EVIDENCE, Label.DOCUMENT, Label.PAPER]
    assert path[1].properties["quote"] == SENTENCE


def test_a_reference_without_title_is_refused(sqlite_store: GraphStore, text):
    """A work that cannot be known by its title is refused with the reason."""
    _, written = _written(text, sqlite_store, "A study")
    assert not list(sqlite_store.scan_edges(EdgeType.CITES))
    assert any("no title" in refusal.reason for refusal in written.refused)


def test_a_paper_does_not_cite_itself(sqlite_store: GraphStore, text):
    """An entry with the paper's own title is refused."""
    _, written = _written(text, sqlite_store, "A study", cites="A Study")
    assert not list(sqlite_store.scan_edges(EdgeType.CITES))
    assert any("cites itself" in refusal.reason for refusal in written.refused)


def test_background_is_not_written(sqlite_store: GraphStore, text):
    """A work that is merely cited makes no edge."""
    _written(text, sqlite_store, "A study", cites="Another work", role="background")
    assert not list(sqlite_store.scan_edges(EdgeType.CITES))


def test_a_link_is_a_resource(store: GraphStore, text):
    """A link becomes a Resource by its address, released by the document, live and traced to its sentence."""
    document, _ = _written(text, store, "A study", links=True, cites="Another work")
    (edge,) = store.scan_edges(EdgeType.RELEASES)
    assert edge.src == Ref(Label.DOCUMENT, document.key)
    assert edge.properties["kind"] == "code"
    (node,) = live_nodes(store, Label.RESOURCE)
    assert node.properties["name"] == "github.com/foo/bar"
    assert trace(store, node.ref).paths[0][1].properties["quote"] == SENTENCE


def test_two_papers_link_to_one_resource(store: GraphStore, text):
    """Links to one repository from two papers meet in one node."""
    _written(text, store, "A study", links=True, cites="Another work")
    _written(text, store, "B study", links=True, cites="Another work")
    assert store.counts().nodes[Label.RESOURCE] == 1
    assert store.counts().edges[EdgeType.RELEASES] == 2
