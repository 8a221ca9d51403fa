"""Trouble that is not a file's: crashing parsers, full disks, other runs, a broken installation."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.errors import HomeError, HomeFull, StoreUnavailable
from graph.home import Home
from graph.schema import Label
from graph.store.interface import GraphStore
from ingest.pipeline import IngestReport, Pipeline, Versions, WorkersUnusable
from ingest.pipeline.owner import is_dead, new_owner
from ingest.pipeline.stages import EXTRACTOR, PARSERS
from ingest.sources import item_key

Run = Callable[..., IngestReport]
CRASHING = """
import pathlib
def parse(content, *, name):
    if b"Mixing" in content:
        count = pathlib.Path(os.environ["CRASHES"])
        count.write_text(count.read_text() + "x")
        os.kill(os.getpid(), signal.SIGSEGV)
    return parse_file(content, name=name)
"""


@pytest.fixture
def crashing(
    stage_module: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Pipeline, Path]:
    """Stages that die of one paper, and a file that counts how often."""
    count = tmp_path / "crashes"
    count.write_text("")
    monkeypatch.setenv("CRASHES", str(count))
    return Pipeline(stage_module(CRASHING), Versions("crash/1", "none/1")), count


def item(store: GraphStore, path: Path) -> dict[str, Any]:
    key = item_key(str(path.resolve()))
    return dict(store.get_nodes(Label.ITEM, [key])[key].properties)


def test_a_file_that_kills_its_worker_is_quarantined(
    run: Run, corpus: Path, sqlite_store: GraphStore, crashing: tuple[Pipeline, Path]
) -> None:
    """It is tried as often as allowed, then set aside with what happened; the rest is in."""
    pipeline, count = crashing
    report = run(corpus, settings={"workers": 2, "max_attempts": 2}, pipeline=pipeline)
    assert (report.done, report.failed) == (4, 1)
    assert report.failures[0].kind == "WorkerDied"
    assert "SIGSEGV" in report.failures[0].message
    assert item(sqlite_store, corpus / "paper1.md")["state"] == "quarantined"
    assert item(sqlite_store, corpus / "paper1.md")["failure"]["attempts"] == 2
    assert count.read_text() == "xx"


def test_a_quarantined_file_is_listed_and_left_alone_until_asked_for(
    run: Run, corpus: Path, crashing: tuple[Pipeline, Path]
) -> None:
    """Only `--retry failed` lets it near a worker again."""
    pipeline, count = crashing
    first = run(corpus, settings={"workers": 1, "max_attempts": 1}, pipeline=pipeline)
    again = run(corpus, settings={"workers": 1, "max_attempts": 1}, pipeline=pipeline)
    assert first.failures == again.failures
    assert count.read_text() == "x"
    run(corpus, settings={"workers": 1, "max_attempts": 1}, pipeline=pipeline, retry_failed=True)
    assert count.read_text() == "xx"


def test_a_full_disk_ends_the_run_and_blames_no_file(
    run: Run, corpus: Path, sqlite_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was begun is pending again; with room the same call goes through."""
    from graph import home as home_module

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(home_module, "_write_through", full)
        with pytest.raises(HomeFull, match="no room left"):
            run(corpus)
    assert {node.properties["state"] for node in sqlite_store.scan_nodes(Label.ITEM)} == {"pending"}
    assert run(corpus).done == 5


@pytest.mark.parametrize("workers", [0, 1])
def test_a_home_that_cannot_be_written_ends_the_run(
    run: Run, corpus: Path, sqlite_store: GraphStore, tmp_path: Path, workers: int
) -> None:
    """The place is named, and nothing is left claimed."""
    (tmp_path / "file").touch()
    with pytest.raises(HomeError, match="file/home"):
        run(corpus, home=Home(tmp_path / "file" / "home"), settings={"workers": workers})
    assert {node.properties["state"] for node in sqlite_store.scan_nodes(Label.ITEM)} <= {"pending"}


def test_a_worker_says_that_its_home_is_full(run: Run, corpus: Path, stage_module: Callable[[str], str]) -> None:
    """It reaches the parent as what it is. A limit on the size of files, set by the parser, stands for the disk."""
    body = """
import resource
def parse(content, *, name):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
    return parse_file(content, name=name)
"""
    with pytest.raises(HomeFull, match="no room left"):
        run(corpus, settings={"workers": 1}, pipeline=Pipeline(stage_module(body), Versions("p", "e")))


def test_a_store_that_goes_away_ends_the_run(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """The error is the store's own; a later run goes on."""

    class Leaving:
        def __init__(self) -> None:
            self.left = 2

        def __getattr__(self, name: str) -> Any:
            if name == "finish":
                self.left -= 1
                if self.left <= 0:
                    raise StoreUnavailable("the server has gone away")
            return getattr(sqlite_store, name)

    with pytest.raises(StoreUnavailable, match="gone away"):
        run(corpus, store=Leaving())


def test_a_missing_library_ends_the_run_and_blames_no_file(
    run: Run, corpus: Path, sqlite_store: GraphStore, stage_module: Callable[[str], str]
) -> None:
    """Else every file would be a known failure, even after the installation was mended."""
    stages = stage_module("def parse(content, *, name):\n    import no_such_library\n")
    with pytest.raises(WorkersUnusable, match="no_such_library"):
        run(corpus, pipeline=Pipeline(stages, Versions("p", "e")))
    assert {node.properties["state"] for node in sqlite_store.scan_nodes(Label.ITEM)} == {"pending"}


def test_a_file_that_another_run_holds_is_waited_for(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """It is done when this run returns, whoever did it."""
    path = corpus / "paper1.md"
    key = item_key(str(path.resolve()))
    sqlite_store.enqueue(Label.ITEM, [{"key": key, "source": str(path)}])
    held = sqlite_store.claim(Label.ITEM, 1, "another machine|1||crew|x", 600, now=time.time(), keys=[key])

    def give_back() -> None:
        from graph.store.interface import Finish

        sqlite_store.finish([Finish(held[0], "pending")])

    timer = threading.Timer(0.3, give_back)
    timer.start()
    report = run(corpus, settings={"poll_s": 0.02})
    timer.join()
    assert report.done == 5


def test_a_dead_holder_is_not_waited_for(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """A lease of an hour, held by a process of this machine that is gone, holds nobody up."""
    code = "from ingest.pipeline.owner import new_owner; print(new_owner(in_process=False))"
    gone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    key = item_key(str((corpus / "paper1.md").resolve()))
    sqlite_store.enqueue(Label.ITEM, [{"key": key, "source": "paper1.md"}])
    sqlite_store.claim(Label.ITEM, 1, gone, 3600, now=time.time(), keys=[key])
    assert run(corpus).done == 5


def test_a_living_owner_is_not_dead() -> None:
    """Neither is one of another machine, of which nothing can be known."""
    assert not is_dead(new_owner(in_process=True))
    assert not is_dead("elsewhere|1|2|crew|3")
    assert not is_dead("somebody")
    assert not is_dead("")


def test_an_ingest_with_nothing_to_do_imports_nothing_heavy(run: Run, corpus: Path, tmp_path: Path) -> None:
    """Neither torch nor transformers, spaCy or PyMuPDF, as CONTRACT §5 says."""
    run(corpus)
    code = f"""
import sys
from pathlib import Path
from graph.home import Home
from graph.store import open_store
from ingest.pipeline import ingest
from ingest.settings import IngestSettings
store = open_store({f"sqlite:///{tmp_path / 'graph.sqlite'}"!r})
report = ingest([{str(corpus)!r}], store=store, home=Home(Path({str(tmp_path / "home")!r})), settings=IngestSettings())
assert report.unchanged == 5, report
heavy = ("torch", "transformers", "sentence_transformers", "spacy", "pymupdf", "sklearn", "numpy")
print([name for name in heavy if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_versions_are_those_of_the_stages() -> None:
    """A parser or extractor that changes its version is run again."""
    from ingest.extract import EXTRACTOR as OF_THE_EXTRACTOR
    from ingest.parse import jats, latex, markdown, pdf, plain_text, review_markdown, reviews_json, tei

    parsers = (jats, latex, markdown, pdf, plain_text, review_markdown, reviews_json, tei)
    assert sorted(PARSERS) == sorted(each.PARSER for each in parsers)
    assert EXTRACTOR == OF_THE_EXTRACTOR


def test_the_report_is_the_contracts_document(run: Run, corpus: Path) -> None:
    """Failures and notices have `source`, `class` and `message`."""
    (corpus / "zero.pdf").touch()
    (corpus / "copy.md").write_bytes((corpus / "paper1.md").read_bytes())
    document = json.loads(run(corpus).model_dump_json())
    assert {"done", "unchanged", "failed", "nodes_written", "edges_written"} <= document.keys()
    assert {"source", "class", "message"} == document["failures"][0].keys() == document["notices"][0].keys()
