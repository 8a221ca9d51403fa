"""No reviewer can be told from the graph: what is written of a review, and what is not."""

from __future__ import annotations

import json

from graph.schema import EDGES, NODES, Label
from graph.store.interface import GraphStore
from graph.vocabulary.extraction import Aspect, Extraction, Polarity, Span, StatedPoint
from graph.write.paper import write_paper
from ingest.parse import parse_file

NAMED = ("Reviewer_x1Yz", "x1Yz", "~Jane_Doe1", "2025-07-01", "3.75", "Jane Doe")


def _thread() -> bytes:
    """A forum with a review that is signed, dated and rated with a confidence, and a reply to it."""
    review = {
        "id": "rev1",
        "forum": "aB3dE5fG7h",
        "replyto": "aB3dE5fG7h",
        "signatures": ["V/Reviewer_x1Yz"],
        "writers": ["~Jane_Doe1"],
        "invitation": "V/Official_Review",
        "tcdate": 1751328000000,
        "content": {
            "weaknesses": "No baseline is shown. As Reviewer x1Yz I insist. Signed, Jane Doe",
            "rating": "4: borderline",
            "confidence": "3.75: fairly sure",
        },
    }
    paper = {
        "id": "aB3dE5fG7h",
        "forum": "aB3dE5fG7h",
        "content": {"title": "When noise helps", "abstract": "We add noise."},
    }
    return json.dumps([paper, review]).encode()


def test_no_identity_date_or_confidence_of_a_reviewer_is_written(sqlite_store: GraphStore) -> None:
    """Names, codes, dates and the confidence of a review are in no property of any node or edge."""
    document = parse_file(_thread(), name="r.json")[0]
    points = tuple(
        StatedPoint(
            aspect=Aspect.BASELINES,
            polarity=Polarity.NEGATIVE,
            span=Span(char_start=sentence.char_start, char_end=sentence.char_end, quote=document.quote(sentence)),
            sentence=index,
            review=0,
            confidence=0.8,
        )
        for index, sentence in enumerate(document.sentences)
    )
    extraction = Extraction(document=document.key, extractor="test/1", points=points)
    written = write_paper(sqlite_store, document, extraction, run="run-1")

    nodes = [(label, node.properties) for label in NODES for node in sqlite_store.scan_nodes(label)]
    edges = [edge.properties for type in EDGES for edge in sqlite_store.scan_edges(type)]
    said = json.dumps([[properties for _, properties in nodes], edges], default=str)
    assert [name for name in NAMED if name in said] == []
    texts = [properties["text"] for label, properties in nodes if label is Label.REVIEW_POINT]
    assert texts == ["No baseline is shown."]
    assert len(written.refused) == len(points) - 1
