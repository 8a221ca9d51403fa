"""Compile as a stage: one graph, one snapshot, whatever happened on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import LeaseHeld, StoreMismatch
from graph.home import Home
from graph.schema import EdgeType, Label
from graph.snapshot import open_snapshot
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.write.generation import raise_generation
from graph.write.lease import hold_lease
from ingest.compile import CompileReport, CompileSettings, GraphMoving, compile_snapshot
from ingest.compile.settings import MiningSettings

Compile = Callable[..., CompileReport]


def _new_paper(corpus: Any) -> None:
    corpus.paper(
        "Cutting out patches",
        {"text": "We propose cutout.", "names": [(EdgeType.PROPOSES, Label.METHOD, "cutout")]},
        abstract="Patches are cut out of images.",
    )
    raise_generation(corpus.store)


@pytest.mark.usefixtures("studies")
def test_the_report_counts(compile_it: Compile):
    """Papers, patterns and texts of the small corpus, all papers reached."""
    report = compile_it()
    assert (report.papers, report.papers_reached, report.patterns, report.patterns_of_papers) == (4, 4, 4, 1)
    assert report.papers_by_support == {"1": 1, "2-4": 3}
    assert report.embedded == report.texts > 0


@pytest.mark.usefixtures("studies")
def test_an_unchanged_graph_is_not_compiled_again(compile_it: Compile, home: Home):
    """The second compile embeds and writes nothing: the files are those of the first."""
    first = compile_it()
    before = {path: path.stat().st_mtime_ns for path in sorted(home.path.rglob("*"))}
    second = compile_it()
    assert (second.snapshot, second.unchanged, second.embedded, second.patterns_written) == (first.snapshot, True, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in sorted(home.path.rglob("*"))} == before


@pytest.mark.usefixtures("studies")
def test_the_patterns_are_in_the_store(compile_it: Compile, sqlite_store: GraphStore):
    """Patterns in the store are those of the snapshot, with the hash of the graph they were mined from."""
    report = compile_it()
    nodes = list(sqlite_store.scan_nodes(Label.PATTERN))
    assert [node.key for node in nodes] == ["adamw", "label-smoothing", "mixup", "paper:asurveyoflosssurfaces"]
    assert {node.properties["graph_hash"] for node in nodes} == {report.graph_hash}


@pytest.mark.usefixtures("studies")
def test_compiling_does_not_change_the_graph(compile_it: Compile):
    """Patterns are derived: the graph hash is the same before and after."""
    first = compile_it()
    assert compile_it(settings=CompileSettings(mining=MiningSettings(min_papers=3))).graph_hash == first.graph_hash


@pytest.mark.usefixtures("studies")
def test_incremental_equals_from_scratch(corpus: Any, compile_it: Compile, home: Home, tmp_path: Path):
    """A compile after another one gives the snapshot that an empty home would get, file for file."""
    compile_it()
    _new_paper(corpus)
    incremental = compile_it()
    fresh = Home(tmp_path / "fresh")
    scratch = compile_it(home=fresh)
    assert 0 < incremental.embedded < scratch.embedded
    assert incremental.snapshot == scratch.snapshot
    assert open_snapshot(home).manifest.files == open_snapshot(fresh).manifest.files


def test_order_of_papers_does_not_matter(corpus: Any, compile_it: Compile, tmp_path: Path):
    """Two stores filled in another order compile to the same snapshot id."""
    papers = [
        ("One", {"text": "We propose A.", "names": [(EdgeType.PROPOSES, Label.METHOD, "A")]}),
        ("Two", {"text": "We propose B.", "names": [(EdgeType.PROPOSES, Label.METHOD, "B")]}),
    ]
    for title, sentence in papers:
        corpus.paper(title, sentence)
    other_store = open_store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    other = type(corpus)(other_store)
    for title, sentence in reversed(papers):
        other.paper(title, sentence)
    theirs = compile_snapshot(other_store, Home(tmp_path / "other"), embedder="hash", clock=lambda: 1e9)
    other_store.close()
    assert compile_it().snapshot == theirs.snapshot


@pytest.mark.usefixtures("studies")
def test_what_decides_the_id(corpus: Any, compile_it: Compile, sqlite_store: GraphStore):
    """Another setting, another graph and another outcome each give another snapshot."""
    ids = [compile_it().snapshot, compile_it(settings=CompileSettings(mining=MiningSettings(names=3))).snapshot]
    sqlite_store.upsert_nodes(Label.TRIAL, [{"key": "trial:a", "state": "done", "seed": 1}])
    ids.append(compile_it().snapshot)
    _new_paper(corpus)
    ids.append(compile_it().snapshot)
    assert len(set(ids)) == 4


def test_a_generation_without_a_change_is_confirmed(studies: Any, compile_it: Compile, home: Home):
    """When the graph was published again unchanged, the snapshot is not older than it."""
    first = compile_it()
    raise_generation(studies.store)
    second = compile_it()
    assert second.snapshot == first.snapshot
    assert open_snapshot(home).generation == second.generation == first.generation + 1


@pytest.mark.usefixtures("studies")
def test_going_back_answers_from_the_kept_snapshot(
    corpus: Any, compile_it: Compile, home: Home, sqlite_store: GraphStore
):
    """When the graph is again what it was, its patterns come back and the old snapshot answers again."""
    first = compile_it()
    _new_paper(corpus)
    compile_it()
    sqlite_store.upsert_nodes(Label.DOCUMENT, [{"key": "doc-cutting-out-patches", "superseded_by": "x"}])
    again = compile_it()
    assert again.snapshot == first.snapshot
    assert open_snapshot(home).id == first.snapshot
    assert "cutout" not in {node.key for node in sqlite_store.scan_nodes(Label.PATTERN)}


@pytest.mark.usefixtures("studies")
def test_a_damaged_snapshot_is_mended(compile_it: Compile, home: Home):
    """The same command that the error names makes it whole."""
    folder = home.snapshots / compile_it().snapshot
    (folder / "nodes.records").write_bytes(b"")
    assert not compile_it().unchanged
    open_snapshot(home).verify()


@pytest.mark.usefixtures("studies")
def test_lost_patterns_are_written_again(compile_it: Compile, sqlite_store: GraphStore):
    """A store that lost patterns, as a fresh copy of a home's store may, gets them back."""
    compile_it()
    sqlite_store.delete_nodes(Label.PATTERN, ["mixup"])
    assert not compile_it().unchanged
    assert sqlite_store.get_nodes(Label.PATTERN, ["mixup"])


@pytest.mark.usefixtures("studies")
def test_a_graph_that_moves_is_read_again(corpus: Any, compile_it: Compile):
    """A paper that arrives during the first reading is in the snapshot of the second."""

    class Arrives:
        arrived = False

        def on_phase(self, name: str) -> None:
            if name == "mine" and not self.arrived:
                self.arrived = True
                _new_paper(corpus)

        def on_embedded(self, done: int, todo: int) -> None:
            pass

    report = compile_it(progress=Arrives())
    assert (report.readings, report.papers) == (2, 5)


@pytest.mark.usefixtures("studies")
def test_a_graph_that_never_rests_is_given_up(compile_it: Compile, sqlite_store: GraphStore, home: Home):
    """After three readings the error names the ingest that writes, and nothing was published."""
    sqlite_store.enqueue(Label.ITEM, [{"key": "item:1", "source": "papers/x.pdf"}])
    sqlite_store.claim(Label.ITEM, 1, "worker-7", 60, now=1e9)

    class Restless:
        readings = 0

        def on_phase(self, name: str) -> None:
            if name == "mine":
                self.readings += 1
                raise_generation(sqlite_store)

        def on_embedded(self, done: int, todo: int) -> None:
            pass

    restless = Restless()
    with pytest.raises(GraphMoving, match=r"worker-7, on papers/x\.pdf"):
        compile_it(progress=restless)
    assert restless.readings == 3
    assert not home.snapshots.exists()


@pytest.mark.usefixtures("studies")
def test_two_compiles_do_not_meet(compile_it: Compile, sqlite_store: GraphStore):
    """While one holds the lease the other is refused by name."""
    with (
        hold_lease(sqlite_store, "compile", owner="somebody", ttl_s=60, clock=lambda: 1e9),
        pytest.raises(LeaseHeld, match="somebody"),
    ):
        compile_it()


@pytest.mark.usefixtures("studies")
def test_a_home_of_another_store_is_refused(compile_it: Compile, home: Home):
    """A home that belongs to another store is not filled."""
    home.bind("another")
    with pytest.raises(StoreMismatch):
        compile_it()


def test_an_empty_graph_compiles(compile_it: Compile, home: Home):
    """No papers give a snapshot without nodes."""
    report = compile_it()
    assert (report.papers, report.patterns, report.nodes) == (0, 0, 0)
    assert len(open_snapshot(home)) == 0


def test_every_quote_shown_is_in_the_snapshot(studies: Any, compile_it: Compile, home: Home):
    """Each quote that a pattern's record names is a node, verbatim as it stands in the store."""
    compile_it()
    snapshot = open_snapshot(home)
    for row in snapshot.rows(Label.PATTERN):
        quotes = snapshot.record(row)["quotes"]
        assert quotes
        for key, _, _ in quotes:
            found = snapshot.rows(Label.EVIDENCE)
            records = {snapshot.ref(each).key: snapshot.record(each) for each in found}
            stored = studies.store.get_nodes(Label.EVIDENCE, [key])[key].properties["quote"]
            assert records[key]["quote"] == stored
