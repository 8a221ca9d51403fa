"""What becomes of each file, run after run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.graph_hash import graph_hash
from graph.schema import Label
from graph.store.interface import GraphStore
from ingest.pipeline import IngestReport, Pipeline, Versions
from ingest.pipeline.stages import SHIPPED, shipped_versions

Run = Callable[..., IngestReport]


def items(store: GraphStore) -> dict[str, dict[str, object]]:
    return {Path(str(i.properties["source"])).name: dict(i.properties) for i in store.scan_nodes(Label.ITEM)}


def test_all_files_are_in(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """Each file is parsed once, its item done, its run recorded."""
    report = run(corpus)
    assert (report.done, report.unchanged, report.failed) == (5, 0, 0)
    assert report.parses == 5
    assert report.nodes_written > 5
    assert report.edges_written > 5
    assert {"done"} == {item["state"] for item in items(sqlite_store).values()}
    assert report.run in {node.key for node in sqlite_store.scan_nodes(Label.RUN)}


def test_an_unchanged_corpus_is_left_alone(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """No parse, no extraction, no write, not even a record of the run."""
    run(corpus)
    before = {label: list(sqlite_store.scan_nodes(label)) for label in Label}
    report = run(corpus)
    assert (report.done, report.unchanged, report.failed) == (0, 5, 0)
    assert (report.parses, report.extractions, report.nodes_written, report.edges_written) == (0, 0, 0, 0)
    assert report.run is None
    assert before == {label: list(sqlite_store.scan_nodes(label)) for label in Label}


def test_a_touched_file_is_read_and_not_parsed(run: Run, corpus: Path) -> None:
    """The content decides; its new times are remembered."""
    run(corpus)
    os.utime(corpus / "paper1.md", (1, 1))
    assert _counts(run(corpus)) == (0, 5, 0)
    report = run(corpus)
    assert report.run is None


def test_a_changed_file_takes_the_place_of_what_it_was(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """The graph is that of a corpus that was never otherwise."""
    original = (corpus / "paper1.md").read_text()
    run(corpus)
    first = graph_hash(sqlite_store)
    (corpus / "paper1.md").write_text(original.replace("mixup", "cutmix").replace("Mixing", "Cutting"))
    assert _counts(run(corpus)) == (1, 4, 0)
    assert first != graph_hash(sqlite_store)
    (corpus / "paper1.md").write_text(original)
    assert _counts(run(corpus)) == (1, 4, 0)
    assert first == graph_hash(sqlite_store)


def test_a_changed_file_with_the_same_title_takes_its_place(run: Run, corpus: Path, tmp_path: Path) -> None:
    """Also where the hash of the old text would be preferred to that of the new."""
    from graph.home import Home
    from graph.store import open_store

    original = (corpus / "paper1.md").read_text()
    for n in range(3):
        run(corpus)
        (corpus / "paper1.md").write_text(original.replace("1.1 points", f"{n}.7 points"))
    report = run(corpus)
    assert [notice for notice in report.notices if notice.kind == "same paper"] == []
    store = open_store(f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    run(corpus, store=store, home=Home(tmp_path / "fresh"))
    fresh = graph_hash(store)
    store.close()
    again = open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}")
    assert fresh == graph_hash(again)
    again.close()


def test_a_changed_file_does_not_take_the_content_from_another(
    run: Run, corpus: Path, sqlite_store: GraphStore
) -> None:
    """Two files with one content: when one changes, the other still says it."""
    (corpus / "copy.md").write_text((corpus / "paper1.md").read_text())
    run(corpus)
    old = items(sqlite_store)["copy.md"]["document"]
    (corpus / "copy.md").write_text("# Another Paper\n\nWe propose early stopping for small networks.\n")
    run(corpus)
    document = sqlite_store.get_nodes(Label.DOCUMENT, [str(old)])[str(old)]
    assert not document.properties.get("superseded_by")


def test_a_new_extractor_extracts_and_writes_and_does_not_parse(run: Run, corpus: Path) -> None:
    """Changing one stage runs that stage and what follows."""
    run(corpus)
    newer = Versions(parse=shipped_versions().parse, extract="rules/next")
    report = run(corpus, pipeline=Pipeline(SHIPPED, newer))
    assert _counts(report) == (5, 0, 0)
    assert report.parses == 0
    assert report.extractions >= 5


def test_a_known_failure_is_listed_again_and_not_tried(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """It says class and message of then."""
    (corpus / "bad.md").write_bytes(b"caf\xe9 " * 50)
    first = run(corpus)
    again = run(corpus)
    assert _counts(first) == (5, 0, 1)
    assert _counts(again) == (0, 5, 1)
    assert first.failures == again.failures
    assert again.run is None
    assert items(sqlite_store)["bad.md"]["failure"]["attempts"] == 1


def test_retry_tries_failures_again(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """It fails once more and says so; its attempts are counted."""
    (corpus / "bad.md").write_bytes(b"caf\xe9 " * 50)
    run(corpus)
    report = run(corpus, retry_failed=True)
    assert _counts(report) == (0, 5, 1)
    assert items(sqlite_store)["bad.md"]["failure"]["attempts"] == 2


def test_a_mended_file_is_read_without_being_asked_for(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """New bytes are a new file; the old failure is forgotten."""
    (corpus / "bad.md").write_bytes(b"caf\xe9 " * 50)
    run(corpus)
    (corpus / "bad.md").write_text("# Mended\n\nWe propose early stopping for small networks.\n")
    assert _counts(run(corpus)) == (1, 5, 0)
    assert items(sqlite_store)["bad.md"].get("failure") is None


def test_a_file_too_large_is_tried_again_when_the_limit_is_raised(run: Run, corpus: Path) -> None:
    """The limit is part of what makes that failure final."""
    text = "# Large\n\nWe propose early stopping for small networks.\n" + "More words follow here. " * 2000
    (corpus / "large.md").write_text(text)
    small = run(corpus, settings={"max_file_mb": 0.01})
    assert [failure.kind for failure in small.failures] == ["FileTooLarge"]
    assert _counts(run(corpus)) == (1, 5, 0)


def test_what_a_list_says_fills_what_the_file_lacks(run: Run, tmp_path: Path, sqlite_store: GraphStore) -> None:
    """The title printed in the file stays; the DOI of the list is added, and a later change of it too."""
    (tmp_path / "p.md").write_text("# Printed Title\n\nWe propose early stopping for small networks.\n")
    listed = tmp_path / "list.jsonl"
    for doi in ("10.1/a", "10.1/b"):
        listed.write_text(json.dumps({"path": "p.md", "title": "Another Title", "doi": doi}))
        assert _counts(run(listed)) == (1, 0, 0)
        (document,) = sqlite_store.scan_nodes(Label.DOCUMENT)
        assert ("Printed Title", doi) == (document.properties["title"], document.properties["doi"])


def test_the_order_of_files_makes_no_difference(run: Run, corpus: Path, tmp_path: Path) -> None:
    """File by file, backwards, gives the graph of the folder."""
    from graph.home import Home
    from graph.store import open_store

    hashes = []
    for name, batches in (("one", [[corpus]]), ("two", [[path] for path in sorted(corpus.iterdir(), reverse=True)])):
        store = open_store(f"sqlite:///{tmp_path / name}.sqlite")
        for batch in batches:
            run(*batch, store=store, home=Home(tmp_path / name))
        hashes.append(graph_hash(store))
        store.close()
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("workers", [1, 2])
def test_child_processes_give_the_same_graph(
    run: Run, corpus: Path, tmp_path: Path, sqlite_store: GraphStore, workers: int
) -> None:
    """The number of workers makes no difference."""
    from graph.home import Home
    from graph.store import open_store

    run(corpus)
    store = open_store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    report = run(corpus, store=store, home=Home(tmp_path / "other"), settings={"workers": workers})
    assert report.done == 5
    assert graph_hash(sqlite_store) == graph_hash(store)
    store.close()


def _counts(report: IngestReport) -> tuple[int, int, int]:
    return report.done, report.unchanged, report.failed
