"""Compile links the arguments of reviews to the claims of their paper, and trace shows it from both ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore, UpsertNodes
from graph.trace import trace
from graph.write.generation import raise_generation

Compile = Callable[..., Any]
METHOD = Label.METHOD


@pytest.fixture
def reviewed(corpus: Any) -> Any:
    """Two papers that claim something of label smoothing; both are reviewed."""
    for title, outcome in (("Soft targets", "calibration"), ("Hard targets", "distillation")):
        corpus.paper(
            title,
            {
                "text": f"Label smoothing improves {outcome} over dropout on small images.",
                "names": [(EdgeType.PROPOSES, METHOD, "label smoothing"), (EdgeType.USES, METHOD, "dropout")],
                "claim": {"intervention": "label smoothing", "direction": "improves", "comparator": "dropout"},
            },
            reviews=[
                {
                    "text": f"That label smoothing improves on dropout in {title} is not shown.",
                    "aspect": "soundness",
                    "polarity": "negative",
                },
                {"text": "Label smoothing is easy to follow.", "aspect": "clarity", "polarity": "positive"},
            ],
        )
    raise_generation(corpus.store)
    return corpus


def _links(store: GraphStore) -> list[tuple[str, str]]:
    """The links as texts: what the point says, what is claimed."""
    texts = {node.key: str(node.properties["text"]) for node in store.scan(Label.REVIEW_POINT)}
    claims = {node.key: str(node.properties["statement"]) for node in store.scan(Label.CLAIM)}
    return sorted((texts[edge.src.key], claims[edge.dst.key]) for edge in store.scan_edges(EdgeType.SPEAKS_OF))


@pytest.mark.usefixtures("reviewed")
def test_an_argument_is_linked_to_the_claim_of_its_own_paper(sqlite_store: GraphStore, compile_it: Compile):
    """The like claim of another paper is not what a review speaks about; praise of style links nothing."""
    compile_it()
    assert _links(sqlite_store) == [
        (
            "That label smoothing improves on dropout in Hard targets is not shown.",
            "Label smoothing improves distillation over dropout on small images.",
        ),
        (
            "That label smoothing improves on dropout in Soft targets is not shown.",
            "Label smoothing improves calibration over dropout on small images.",
        ),
    ]
    (edge, _) = sqlite_store.scan_edges(EdgeType.SPEAKS_OF)
    assert edge.properties == {"confidence": 0.8, "ground": "names"}


@pytest.mark.usefixtures("reviewed")
def test_trace_shows_the_argument_with_the_claim_and_the_claim_with_the_argument(
    sqlite_store: GraphStore, compile_it: Compile
):
    """Each end leads over the other to the sentence it stands in."""
    compile_it()
    edge = next(iter(sqlite_store.scan_edges(EdgeType.SPEAKS_OF)))
    labels = {
        ref.label: [[node.label.value for node in path] for path in trace(sqlite_store, ref).paths]
        for ref in (edge.src, edge.dst)
    }
    assert ["Claim", "ReviewPoint", "Evidence", "Document", "Paper"] in labels[Label.CLAIM]
    assert ["ReviewPoint", "Claim", "Evidence", "Document", "Paper"] in labels[Label.REVIEW_POINT]


@pytest.mark.usefixtures("reviewed")
def test_a_second_compile_writes_the_same_links(sqlite_store: GraphStore, compile_it: Compile, tmp_path: Any):
    """A compile from scratch finds what the first one wrote, and the graph hash does not depend on the links."""
    from graph.home import Home

    first, before = compile_it(), _links(sqlite_store)
    again = compile_it(home=Home(tmp_path / "other"))
    assert (again.graph_hash, _links(sqlite_store)) == (first.graph_hash, before)


@pytest.mark.usefixtures("reviewed")
def test_a_link_that_no_longer_holds_goes(sqlite_store: GraphStore, compile_it: Compile):
    """Once the text that states a claim is superseded, compile takes its link away; that of the other paper stays."""
    compile_it()
    gone, kept = sqlite_store.scan_edges(EdgeType.SPEAKS_OF)
    text = sqlite_store.get_nodes(Label.CLAIM, [gone.dst.key])[gone.dst.key].properties["document"]
    sqlite_store.write_batch([UpsertNodes(Label.DOCUMENT, [{"key": text, "superseded_by": "a newer text"}])])
    raise_generation(sqlite_store)
    compile_it()
    assert [edge.src.key for edge in sqlite_store.scan_edges(EdgeType.SPEAKS_OF)] == [kept.src.key]
