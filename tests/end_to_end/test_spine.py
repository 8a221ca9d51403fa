"""The whole way, as a user goes it: files become a graph, patterns, a plan, trials, another plan, and a trace.

One ingest of the sample corpus serves all tests of a store, since each question is about what came out of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graph.graph_hash import graph_hash
from graph.store import open_store

CORPUS = Path(__file__).parents[2] / "examples" / "corpus"
COMMAND = Path(sys.executable).with_name("patternbook")
INTENT = "reduce overfitting of a small network trained on few labelled digits"


@dataclass
class Patternbook:
    """The command with a home and a store of its own, and the documents it printed on the way."""

    home: Path
    store: str
    printed: dict[str, Any] = field(default_factory=dict)

    def __call__(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> Any:
        """Run one command with --json and return its document."""
        done = subprocess.run(
            [COMMAND, "--home", self.home, "--store", self.store, *arguments, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in codes, f"{arguments}: exit {done.returncode}\n{done.stderr[-2000:]}"
        return json.loads(done.stdout)

    def go(self) -> None:
        """Walk the whole way once."""
        self.printed["ingest"] = self("ingest", str(CORPUS))
        self.printed["again"] = self("ingest", str(CORPUS))
        self.printed["compile"] = self("compile")
        self.printed["ask"] = self("ask", INTENT)
        self.printed["plan"] = self("plan", INTENT, "--seeds", "4")
        self.printed["run"] = self("run", self.printed["plan"]["id"], codes=(0, 1))
        self.printed["next"] = self("plan", INTENT, "--seeds", "4")
        self.printed["status"] = self("status")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def walked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Patternbook]:
    """Patternbook after the whole way, on each store."""
    home = tmp_path_factory.mktemp(f"spine-{request.param}")
    store = f"sqlite:///{home / 'graph.sqlite'}"
    if request.param == "neo4j":
        store = request.getfixturevalue("neo4j_url")
        empty(store)
    command = Patternbook(home, store)
    command.go()
    yield command
    if request.param == "neo4j":
        empty(store)


def empty(url: str) -> None:
    """Remove everything from a Neo4j; constraints stay."""
    import neo4j

    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver, driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


def test_every_file_of_the_sample_is_in(walked: Patternbook) -> None:
    """All papers and reviews are read, none fails."""
    assert len(list(CORPUS.iterdir())) == walked.printed["ingest"]["done"]
    assert [] == walked.printed["ingest"]["failures"]


def test_a_second_ingest_writes_nothing(walked: Patternbook) -> None:
    """An unchanged corpus costs no write."""
    again = walked.printed["again"]
    assert (0, 0, 0) == (again["done"], again["nodes_written"], again["edges_written"])


def test_reviews_belong_to_their_papers(walked: Patternbook) -> None:
    """Twelve studies with their reviews are twelve Papers."""
    assert 12 == walked.printed["status"]["counts"]["Paper"]


def test_the_answer_quotes_a_page(walked: Patternbook) -> None:
    """The best match has evidence that stands on a page of a PDF, with boxes."""
    evidence = walked.printed["ask"]["matches"][0]["evidence"]
    assert any(each["page"] and each["boxes"] for each in evidence)


def test_the_answer_hides_no_fallback(walked: Patternbook) -> None:
    """With everything in place nothing was done another way."""
    assert [] == walked.printed["ask"]["fallbacks"]


def test_the_plan_carries_reviewers_objections(walked: Patternbook) -> None:
    """Risks of the plan come from reviews, with the key of what they rest on."""
    risks = walked.printed["plan"]["risks"]
    assert risks
    assert all(risk["evidence"] for risk in risks)


def test_every_trial_of_the_plan_came_to_an_end(walked: Patternbook) -> None:
    """No trial is left open, and each has a measurement or a label."""
    trials = walked.printed["run"]["trials"]
    arms, seeds = walked.printed["plan"]["arms"], walked.printed["plan"]["seeds"]
    assert len(trials) >= len(arms) * len(seeds)
    assert all(trial["measurements"] or trial["label"] for trial in trials)


def test_the_run_changes_the_next_plan(walked: Patternbook) -> None:
    """The same question after the run gives another plan, which names its parent and a reason."""
    before, after = walked.printed["plan"], walked.printed["next"]
    assert before["id"] != after["id"]
    assert before["id"] == after["parent_plan"]
    assert after["planner"]["rationale"]


def test_a_trace_leads_from_the_plan_to_a_sentence_of_a_paper(walked: Patternbook) -> None:
    """From the new plan one can walk to a quote, its document and its paper."""
    paths = walked("trace", f"Plan/{walked.printed['next']['id']}")["paths"]
    ends = [[node["label"] for node in path][-3:] for path in paths]
    assert ["Evidence", "Document", "Paper"] in ends


def test_both_stores_hold_the_same_graph(walked: Patternbook, tmp_path: Path) -> None:
    """The graph hash of each store is that of a fresh ingest into SQLite."""
    fresh = Patternbook(tmp_path, f"sqlite:///{tmp_path / 'graph.sqlite'}")
    fresh("ingest", str(CORPUS), "--workers", "1")
    store = open_store(fresh.store)
    assert graph_hash(store) == walked.printed["status"]["graph_hash"]
    store.close()
