"""Fixtures that every room uses: stores of record, each test with an empty one, and a few small papers to put in.

`store` runs a test on both stores, `sqlite_store` on SQLite alone. The Neo4j half needs a server: the one whose address
is in PATTERNBOOK_TEST_NEO4J (**its database is emptied**), else one that scripts/neo4j-local starts for the session.
Without Java 17 and Maven those tests are skipped and say so; with PATTERNBOOK_REQUIRE_NEO4J=1, as in CI, they fail.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph.keys import hashed_key, name_key, paper_key
from graph.schema import EdgeType, Label, Ref
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.write.generation import raise_generation

if TYPE_CHECKING:
    import neo4j

NEO4J_LOCAL = Path(__file__).parents[1] / "scripts" / "neo4j-local"


def pytest_configure() -> None:
    """Let the programs under test be interrupted: what a shell starts with & ignores SIGINT, and so do its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[GraphStore]:
    """An empty SQLite store in a file of its own."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def neo4j_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Neo4j, one for the whole session; what is in it is whatever the last test left."""
    if given := os.environ.get("PATTERNBOOK_TEST_NEO4J"):
        yield given
        return
    if missing := [name for name in ("java", "mvn") if shutil.which(name) is None]:
        reason = (
            f"no Neo4j: {' and '.join(missing)} not found; install Java 17 and Maven, or set PATTERNBOOK_TEST_NEO4J"
        )
        if os.environ.get("PATTERNBOOK_REQUIRE_NEO4J") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    home = tmp_path_factory.mktemp("neo4j")
    started = subprocess.run(
        [NEO4J_LOCAL, "start", "--home", home, "--heap", "768m", "--short-lived"],
        capture_output=True,
        text=True,
        check=False,
    )
    if started.returncode != 0:
        pytest.fail(f"Neo4j did not start: {started.stderr}")
    yield started.stdout.strip()
    subprocess.run([NEO4J_LOCAL, "stop", "--home", home], capture_output=True, check=True)


@pytest.fixture(scope="session")
def _neo4j_driver(neo4j_url: str) -> Iterator[neo4j.Driver]:
    import neo4j

    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as driver:
        yield driver


@pytest.fixture
def clean_neo4j_url(neo4j_url: str, _neo4j_driver: neo4j.Driver) -> str:
    """The address of a Neo4j whose database holds nothing; constraints and indexes stay."""
    with _neo4j_driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
    return neo4j_url


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind, for tests that open it themselves."""
    if request.param == "neo4j":
        url: str = request.getfixturevalue("clean_neo4j_url")
        return url
    return f"sqlite:///{tmp_path / 'graph.sqlite'}"


@pytest.fixture
def store(store_url: str) -> Iterator[GraphStore]:
    """An empty store of each kind."""
    store = open_store(store_url)
    yield store
    store.close()


class Corpus:
    """Writes small papers straight into a store: each sentence is a quote, with what was read from it."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store

    def paper(
        self,
        title: str,
        *sentences: dict[str, Any],
        abstract: str = "",
        reviews: Sequence[dict[str, Any]] = (),
        gap: int = 100,
    ) -> str:
        """Write a paper and return its key.

        A sentence is ``{"text", "names": [(edge type, label, name)], "problems": [(edge type, text)], "claim":
        {"intervention", "direction", "comparator"}}``; a review ``{"text", "aspect", "polarity", "about": [method]}``.
        *gap* is the distance between sentences in characters.
        """
        key, document = paper_key(title=title, content_sha256=""), f"doc-{name_key(title)}"[:100]
        self._node(Label.PAPER, key, title=title, year=2025, extracted=document)
        self._document(document, key, "paper", title=title, abstract=abstract)
        at = 0
        for sentence in sentences:
            evidence = self._quote(document, sentence["text"], at)
            at += len(sentence["text"]) + gap
            for type, label, name in sentence.get("names", ()):
                target = Ref(label, name_key(name))
                self._node(*target, name=name)
                self._evidenced(target, evidence, document)
                self._fact(type, Ref(Label.DOCUMENT, document), target, document)
            for type, text in sentence.get("problems", ()):
                target = Ref(Label.PROBLEM, name_key(text))
                self._node(*target, name=text)
                self._evidenced(target, evidence, document)
                self._fact(type, Ref(Label.DOCUMENT, document), target, document)
            if claim := sentence.get("claim"):
                self._claim(claim, sentence["text"], evidence, document)
        if reviews:
            self._reviews(key, title, reviews)
        return key

    def _claim(self, claim: dict[str, Any], text: str, evidence: str, document: str) -> None:
        ref = Ref(Label.CLAIM, hashed_key("claim", document, text))
        self._owned(ref, document, statement=text, direction=claim["direction"], confidence=0.8)
        self._evidenced(ref, evidence, document, stance="supports")
        self._fact(EdgeType.STATES, Ref(Label.DOCUMENT, document), ref, document)
        for end, type in (("intervention", EdgeType.HAS_INTERVENTION), ("comparator", EdgeType.HAS_COMPARATOR)):
            if name := claim.get(end):
                target = Ref(Label.METHOD, name_key(name))
                self._node(*target, name=name)
                self._evidenced(target, evidence, document)
                self._fact(type, ref, target, document)

    def _reviews(self, paper: str, title: str, reviews: Sequence[dict[str, Any]]) -> None:
        document = f"rev-{name_key(title)}"[:100]
        self._document(document, paper, "review")
        at = 0
        for review in reviews:
            evidence = self._quote(document, review["text"], at)
            at += len(review["text"]) + 10
            ref = Ref(Label.REVIEW_POINT, hashed_key("point", document, review["text"]))
            kept = {key: review[key] for key in ("text", "aspect", "polarity")}
            self._owned(ref, document, confidence=0.7, review=0, **kept)
            self._evidenced(ref, evidence, document, stance="supports")
            self._fact(EdgeType.RAISES, Ref(Label.DOCUMENT, document), ref, document)
            for name in review.get("about", ()):
                self._fact(EdgeType.ABOUT, ref, Ref(Label.METHOD, name_key(name)), document)

    def merge(self, label: Label, one: str, other: str) -> None:
        """Record that two names mean one thing."""
        src, dst = sorted((name_key(one), name_key(other)), reverse=True)
        self.store.upsert_edges(
            EdgeType.MERGED_INTO, label, label, [{"src": src, "dst": dst, "rule": "test", "score": 1.0, "by": "test"}]
        )

    def _document(self, document: str, paper: str, kind: str, **properties: Any) -> None:
        self._node(Label.DOCUMENT, document, kind=kind, format="text", extraction=f"x-{document}", **properties)
        self.store.upsert_edges(EdgeType.OF_PAPER, Label.DOCUMENT, Label.PAPER, [{"src": document, "dst": paper}])

    def _quote(self, document: str, text: str, at: int) -> str:
        ref = Ref(Label.EVIDENCE, hashed_key("quote", document, at))
        self._owned(ref, document, quote=text, section="Abstract", char_start=at, char_end=at + len(text))
        self._fact(EdgeType.QUOTED_FROM, ref, Ref(Label.DOCUMENT, document), document)
        return ref.key

    def _evidenced(self, ref: Ref, evidence: str, document: str, *, stance: str = "mentions") -> None:
        self._fact(EdgeType.EVIDENCED_BY, ref, Ref(Label.EVIDENCE, evidence), document, stance=stance)

    def _fact(self, type: EdgeType, src: Ref, dst: Ref, document: str, **properties: Any) -> None:
        row = {"src": src.key, "dst": dst.key, "confidence": 0.9, "document": document, "extraction": f"x-{document}"}
        self.store.upsert_edges(type, src.label, dst.label, [row | properties])

    def _owned(self, ref: Ref, document: str, **properties: Any) -> None:
        self._node(*ref, document=document, extraction=f"x-{document}", **properties)

    def _node(self, label: Label, key: str, **properties: Any) -> None:
        self.store.upsert_nodes(label, [{"key": key, **properties}])


@pytest.fixture
def corpus(sqlite_store: GraphStore) -> Corpus:
    """Writes small papers into the empty store of the test."""
    return Corpus(sqlite_store)


@pytest.fixture
def studies(corpus: Corpus) -> Corpus:
    """Four small papers on training networks, with reviews; one of them names no method."""
    method, task = Label.METHOD, Label.TASK
    overconfident = "networks are overconfident on images they get wrong"
    corpus.paper(
        "Softer labels for small networks",
        {
            "text": "Small networks are overconfident on images they get wrong, so we propose label smoothing.",
            "names": [(EdgeType.PROPOSES, method, "label smoothing"), (EdgeType.STUDIES, task, "image classification")],
            "problems": [(EdgeType.ADDRESSES, overconfident)],
        },
        {
            "text": "Label smoothing improves calibration over dropout.",
            "names": [(EdgeType.COMPARES_WITH, method, "dropout"), (EdgeType.MEASURES, Label.METRIC, "calibration")],
            "claim": {"intervention": "label smoothing", "direction": "improves", "comparator": "dropout"},
        },
        {"text": "We train with AdamW.", "names": [(EdgeType.USES, method, "AdamW")]},
        abstract="We soften the labels of small networks that are overconfident and measure their calibration.",
        reviews=[
            {"text": "Only one seed was run.", "aspect": "statistics", "polarity": "negative"},
            {"text": "The writing is clear.", "aspect": "clarity", "polarity": "positive"},
        ],
    )
    corpus.paper(
        "When label smoothing hurts",
        {
            "text": "Label smoothing degrades the distillation of students.",
            "names": [(EdgeType.USES, method, "label smoothing"), (EdgeType.STUDIES, task, "distillation")],
            "claim": {"intervention": "label smoothing", "direction": "degrades"},
        },
        reviews=[
            {
                "text": "Label smoothing is tuned on the test set.",
                "aspect": "soundness",
                "polarity": "negative",
                "about": ["label smoothing"],
            }
        ],
    )
    corpus.paper(
        "Mixing examples against memorisation",
        {
            "text": "Networks memorise noisy labels; we propose mixup, which blends pairs of examples.",
            "names": [(EdgeType.PROPOSES, method, "mixup"), (EdgeType.STUDIES, task, "learning with noisy labels")],
            "problems": [(EdgeType.ADDRESSES, "networks memorise noisy labels")],
        },
        {"text": "We train with AdamW.", "names": [(EdgeType.USES, method, "AdamW")]},
        abstract="Blending pairs of examples keeps networks from memorising noisy labels.",
    )
    corpus.paper(
        "A survey of loss surfaces",
        {
            "text": "It is unclear why flat minima generalise.",
            "problems": [(EdgeType.ADDRESSES, "it is unclear why flat minima generalise")],
        },
        abstract="We review what is known of the shape of loss surfaces.",
    )
    raise_generation(corpus.store)
    return corpus
