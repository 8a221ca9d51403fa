"""Ingest killed with SIGKILL at every boundary: the next run ends with the graph of an ingest that was never killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.graph_hash import graph_hash
from graph.schema import Label
from graph.store import open_store

DRIVER = Path(__file__).with_name("ingest_driver.py")
MANY_RUNS = 100


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three papers, two of them texts of one work, a review beside a paper and one that finds it by its title."""
    folder = tmp_path_factory.mktemp("corpus")
    text = (
        "# {title}\n\n## Abstract\n\nWe propose {method}. {method} improves accuracy over dropout on digits.\n\n"
        "## Limitations\n\nA limitation of our work is that we only study small networks.\n"
    )
    for name, title, method in (
        ("a.md", "Smoothing the Labels", "label smoothing"),
        ("b.md", "Mixing the Inputs", "mixup"),
        ("c.md", "Mixing the Inputs", "input mixing"),
    ):
        (folder / name).write_text(text.format(title=title, method=method))
    (folder / "a.review.md").write_text("## Strengths\n\nClear.\n\n## Weaknesses\n\nA comparison is missing.\n")
    comments = "SUMMARY:\nIt mixes inputs.\n\nWEAKNESSES:\nThe comparison with dropout is not fair."
    reviews = [{"IS_META_REVIEW": False, "comments": comments, "RECOMMENDATION": "5"}]
    (folder / "r.json").write_text(json.dumps({"id": "r", "title": "Mixing the Inputs", "reviews": reviews}))
    return folder


class Ingest:
    """Runs ingest in child processes on one store."""

    def __init__(self, folder: Path, corpus: Path, store: str | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.told: dict[str, Any] = {
            "store": store or f"sqlite:///{folder / 'graph.sqlite'}",
            "home": str(folder / "home"),
            "paths": [str(corpus)],
        }

    def start(self, **options: Any) -> subprocess.Popen[str]:
        """Start an ingest."""
        command = [sys.executable, str(DRIVER), json.dumps({**self.told, **options})]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def run(self, **options: Any) -> dict[str, Any] | None:
        """Return the report, or None where the process was killed."""
        process = self.start(**options)
        out, _ = process.communicate(timeout=120)
        if process.returncode == -signal.SIGKILL:
            return None
        assert process.returncode == 0
        return json.loads(out)

    def states(self) -> list[str]:
        """Return the states of all items."""
        store = open_store(self.told["store"])
        states = [str(item.properties["state"]) for item in store.scan_nodes(Label.ITEM)]
        store.close()
        return states

    def hash(self) -> str:
        """Return the graph hash; every item must be done."""
        assert set(self.states()) == {"done"}
        store = open_store(self.told["store"])
        found = graph_hash(store)
        store.close()
        return found


@pytest.fixture
def ingest_in(tmp_path: Path, corpus: Path) -> Callable[..., Ingest]:
    """Make a place to ingest the corpus in: a home and a store, SQLite unless one is given."""
    return lambda name, store=None: Ingest(tmp_path / name, corpus, store)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> str:
    """The hash of the corpus ingested without a kill."""
    ingest = Ingest(tmp_path_factory.mktemp("whole"), corpus)
    report = ingest.run()
    assert report is not None
    assert (report["done"], report["failed"]) == (5, 0)
    return ingest.hash()


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("stage", ["read", "parse", "extract", "write"])
def test_a_kill_after_a_stage_changes_nothing(
    ingest_in: Callable[..., Ingest], whole: str, stage: str, workers: int
) -> None:
    """The first, the third and the last file each come through the stage just before the kill."""
    ingest = ingest_in("killed")
    for count in (1, 3, 5):
        ingest.run(kill=f"stage:{stage}:{count}", workers=workers)
    report = ingest.run(workers=workers)
    assert report is not None
    assert report["failed"] == 0
    assert ingest.hash() == whole


@pytest.mark.parametrize("stage", ["extract", "write"])
def test_a_kill_before_and_after_writing_changes_nothing_on_either_store(
    ingest_in: Callable[..., Ingest], whole: str, store_url: str, stage: str
) -> None:
    """The hash is that of the same corpus in SQLite."""
    ingest = ingest_in("killed", store_url)
    for count in (1, 3):
        ingest.run(kill=f"stage:{stage}:{count}")
    assert ingest.run() is not None
    assert ingest.hash() == whole


@pytest.mark.parametrize("phase", ["resolve", "finished"])
def test_a_kill_after_the_files_changes_nothing(
    ingest_in: Callable[..., Ingest], whole: str, store_url: str, phase: str
) -> None:
    """Names that were not joined by the run that read them are joined by the next."""
    ingest = ingest_in("killed", store_url)
    assert ingest.run(kill=f"phase:{phase}") is None
    assert ingest.run() is not None
    assert ingest.hash() == whole


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_kills_around_every_write_change_nothing(
    ingest_in: Callable[..., Ingest], whole: str, store_url: str, when: str
) -> None:
    """The first run is killed at its first write to the store, the second at its second, until one gets through."""
    ingest = ingest_in("killed", store_url)
    for count in range(1, MANY_RUNS):
        report = ingest.run(kill=f"{when}:{count}", workers=1)
        if report is not None:
            break
    assert report is not None
    assert count > 5  # else the kills hit nothing
    assert report["failed"] == 0
    assert ingest.hash() == whole


def test_a_file_that_kills_ingest_is_given_up(ingest_in: Callable[..., Ingest]) -> None:
    """Without child processes a file can kill the whole ingest, but not for ever."""
    ingest = ingest_in("killed")
    for _ in range(5):
        assert ingest.run(kill="stage:read:1", workers=0) is None
    report = ingest.run()
    assert report is not None
    assert [failure["class"] for failure in report["failures"]] == ["LostExecutor"]
    assert report["done"] == 4


def test_another_order_changes_nothing(ingest_in: Callable[..., Ingest], whole: str, corpus: Path) -> None:
    """File by file, the last first."""
    ingest = ingest_in("backwards")
    for path in sorted(corpus.iterdir(), reverse=True):
        ingest.run(paths=[str(path)])
    assert ingest.hash() == whole


def test_eight_at_once_change_nothing(ingest_in: Callable[..., Ingest], whole: str, store_url: str) -> None:
    """Eight processes ingest the same folder into one store: each file is done by one of them."""
    ingest = ingest_in("crowd", store_url)
    crowd = [ingest.start() for _ in range(8)]
    reports = [json.loads(process.communicate(timeout=240)[0]) for process in crowd]
    assert {0} == {process.returncode for process in crowd}
    assert sum(report["done"] for report in reports) == 5
    assert {5} == {report["done"] + report["unchanged"] for report in reports}
    assert ingest.hash() == whole


def test_a_stopped_run_says_how_to_go_on(ingest_in: Callable[..., Ingest], whole: str) -> None:
    """Ctrl-C gives back what was in work and keeps what was done."""
    ingest = ingest_in("stopped")
    process = ingest.start(kill="interrupt:write:2", workers=2)
    out, _ = process.communicate(timeout=120)
    assert out.startswith("stopped: ")
    assert "run the same command again to go on" in out
    states = ingest.states()
    assert set(states) == {"done", "pending"}
    assert ingest.run() is not None
    assert ingest.hash() == whole


def test_a_killed_run_leaves_no_process_behind(ingest_in: Callable[..., Ingest], tmp_path: Path) -> None:
    """The workers end with their parent."""
    ingest = ingest_in("killed")
    assert ingest.run(kill="stage:parse:1", workers=2) is None
    own = str(tmp_path)
    for _ in range(200):
        alive = [each for each in Path("/proc").glob("[0-9]*/environ") if _mentions(each, own)]
        if not alive:
            return
        signal.sigtimedwait([], 0.05)
    pytest.fail(f"still there: {alive}")


def _mentions(environ: Path, text: str) -> bool:
    try:
        return text.encode() in environ.read_bytes()
    except OSError:
        return False
