"""Child processes: each is known by its file, so the right one is blamed and the others go on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.home import Home
from ingest.pipeline import WorkersUnusable
from ingest.pipeline.crew import Workers
from ingest.pipeline.task import Failed, Prepared, Reached, Task, Versions
from ingest.pipeline.worker import Setup

MISBEHAVING = """
def parse(content, *, name):
    if b"SEGFAULT" in content:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"EXIT" in content:
        os._exit(3)
    if b"HANG" in content:
        signal.pause()
    if b"RAISE" in content:
        raise ValueError("no \\udcff\\nsense")
    if b"MEMORY" in content:
        return bytearray(3_000_000_000)
    return parse_file(content, name=name)
"""


@pytest.fixture
def crew(home: Home, stage_module: Callable[[str], str], tmp_path: Path) -> Callable[..., Workers]:
    """Workers whose parser does what the file says."""
    stages = stage_module(MISBEHAVING)
    made: list[Workers] = []

    def make(size: int = 1, timeout_s: float = 60) -> Workers:
        setup = Setup(home.path, stages, tuple(sys.path), memory_mb=1024)
        made.append(Workers(size, setup, log=tmp_path / "log", timeout_s=timeout_s))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def task(tmp_path: Path) -> Callable[[str], Task]:
    """A task for a Markdown file with the given content."""

    def make(content: str) -> Task:
        path = tmp_path / f"{content[:8]}.md"
        path.write_text(f"# A title\n\n{content}. We use dropout.\n")
        return Task(content, str(path), str(path), None, 1_000_000, Versions("p", "e"))

    return make


def results(crew: Workers, count: int) -> list[object]:
    found: list[object] = []
    deadline = time.monotonic() + 60
    while len(found) < count and time.monotonic() < deadline:
        found += [each for each in crew.messages(1) if not isinstance(each, Reached)]
    return found


def test_stages_are_reported_in_order_before_the_result(crew: Callable[..., Workers], task: Callable) -> None:
    """The parent hears of every artefact that is on disk."""
    workers = crew()
    workers.give(task("fine"))
    heard: list[object] = []
    while not any(isinstance(each, Prepared) for each in heard):
        heard += workers.messages(10)
    assert [each.stage for each in heard if isinstance(each, Reached)] == ["read", "parse", "extract"]
    assert isinstance(heard[-1], Prepared)


def test_a_file_that_waits_behind_a_deadly_one_is_not_blamed(crew: Callable[..., Workers], task: Callable) -> None:
    """It goes to the successor of the worker that died."""
    workers = crew(size=1)
    workers.give(task("SEGFAULT"))
    workers.give(task("fine"))
    found = {each.key: each for each in results(workers, 2)}
    assert found["SEGFAULT"].kind == "WorkerDied"
    assert isinstance(found["fine"], Prepared)


@pytest.mark.parametrize(("content", "why"), [("SEGFAULT", "killed by SIGSEGV"), ("EXIT", "ended with status 3")])
def test_a_file_that_kills_its_worker_is_named_and_the_next_is_read(
    crew: Callable[..., Workers], task: Callable, content: str, why: str
) -> None:
    """The worker is replaced."""
    workers = crew()
    workers.give(task(content))
    (failed,) = results(workers, 1)
    assert ("WorkerDied", content, True) == (failed.kind, failed.key, failed.broken)
    assert why in failed.message
    workers.give(task("fine"))
    assert isinstance(results(workers, 1)[0], Prepared)


def test_a_death_does_not_touch_the_file_beside_it(crew: Callable[..., Workers], task: Callable) -> None:
    """Two workers: one dies, the other's file is prepared."""
    workers = crew(size=2)
    workers.give(task("SEGFAULT"))
    workers.give(task("fine"))
    found = {each.key: each for each in results(workers, 2)}
    assert isinstance(found["fine"], Prepared)
    assert found["SEGFAULT"].kind == "WorkerDied"


def test_a_file_that_takes_too_long_is_stopped(crew: Callable[..., Workers], task: Callable) -> None:
    """The limit is per file, and named in the message."""
    workers = crew(timeout_s=0.2)
    workers.give(task("HANG"))
    (failed,) = results(workers, 1)
    assert failed.kind == "TimeLimit"
    assert "file_timeout_s = 0.2" in failed.message


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [("RAISE", "ValueError", "no \\udcff sense")],
)
def test_what_a_parser_raises_is_the_failure_of_its_file(
    crew: Callable[..., Workers], task: Callable, content: str, kind: str, message: str
) -> None:
    """Class and message, safe to print; the worker lives on."""
    workers = crew()
    workers.give(task(content))
    (failed,) = results(workers, 1)
    assert isinstance(failed, Failed)
    assert ("parse", kind, message, False) == (failed.stage, failed.kind, failed.message, failed.broken)


def test_memory_that_runs_out_is_a_failure_worth_a_fresh_worker(crew: Callable[..., Workers], task: Callable) -> None:
    """The limit is the worker's, not the machine's; the file behind it is read by the successor."""
    workers = crew()
    workers.give(task("MEMORY"))
    workers.give(task("fine"))
    found = {each.key: each for each in results(workers, 2)}
    assert (found["MEMORY"].kind, found["MEMORY"].broken) == ("MemoryError", True)
    assert isinstance(found["fine"], Prepared)


def test_stages_that_cannot_be_imported_end_the_start(home: Home, tmp_path: Path) -> None:
    """A broken installation is said once, not for each file."""
    with pytest.raises(WorkersUnusable, match="no_such_module"):
        Workers(1, Setup(home.path, "no_such_module:STAGES", tuple(sys.path)), log=tmp_path / "log", timeout_s=1)


def test_the_working_folder_cannot_shadow_our_packages(
    crew: Callable[..., Workers], task: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder called `graph` beside the papers is no package of ours."""
    (tmp_path / "here" / "graph").mkdir(parents=True)
    (tmp_path / "here" / "graph" / "__init__.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path / "here")
    workers = crew()
    workers.give(task("fine"))
    assert isinstance(results(workers, 1)[0], Prepared)
