"""Bad input: each file is named with its reason, nothing of it is half in, and everything else is in."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pymupdf
import pytest

from graph.graph_hash import graph_hash
from graph.home import Home
from graph.schema import Label
from graph.store import open_store
from graph.store.interface import GraphStore
from ingest.pipeline import IngestReport, ingest
from ingest.settings import IngestSettings

Run = Callable[..., IngestReport]
NOBODY = 65534


def pdf(text: str = "A Study of Small Networks\n\nWe propose label smoothing.", **save: object) -> bytes:
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), text)
    return document.tobytes(**save)


def encrypted() -> bytes:
    return pdf(encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="o", user_pw="u")


def scanned() -> bytes:
    document = pymupdf.open()
    page = document.new_page()
    pixels = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 80))
    pixels.clear_with(200)
    page.insert_image(page.rect, pixmap=pixels)
    return document.tobytes()


BAD = {
    "encrypted.pdf": (encrypted, "Encrypted"),
    "truncated.pdf": (lambda: pdf()[:300], "Damaged"),
    "no-pages.pdf": (lambda: b"%PDF-1.7\n%%EOF\n", "Damaged"),
    "scanned.pdf": (scanned, "NoText"),
    "zero.pdf": (lambda: b"", "EmptyFile"),
    "blank.md": (lambda: b"  \n\n \t\n", "EmptyFile"),
    "picture.pdf": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "WrongSuffix"),
    "page.pdf": (lambda: b"<!DOCTYPE html><html><body>Please log in</body></html>", "UnknownShape"),
    "latin1.txt": (lambda: "Ein Café und noch ein Café.\n".encode("latin-1") * 20, "NotUtf8"),
    "cut.xml": (lambda: b"<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader>", "Damaged"),
    "cut.json": (lambda: b'{"title": "A Study", "reviews": [', "Damaged"),
    "other.json": (lambda: b'{"temperature": 21}', "UnknownShape"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_named_and_the_rest_is_in(
    run: Run, corpus: Path, sqlite_store: GraphStore, tmp_path: Path, name: str
) -> None:
    """One failure with the class of its reason; the graph is that of the corpus without the file."""
    make, kind = BAD[name]
    clean = open_store(f"sqlite:///{tmp_path / 'clean.sqlite'}")
    run(corpus, store=clean, home=Home(tmp_path / "clean"))
    (corpus / name).write_bytes(make())
    report = run(corpus)
    assert (report.done, report.failed) == (5, 1)
    (failure,) = report.failures
    assert (Path(failure.source).name, failure.kind) == (name, kind)
    assert len(failure.message) > 20
    assert graph_hash(sqlite_store) == graph_hash(clean)
    clean.close()


def test_what_is_no_file_is_named(run: Run, corpus: Path) -> None:
    """A FIFO and a socket with the suffix of a paper: nobody waits for them."""
    os.mkfifo(corpus / "fifo.pdf")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(corpus)  # the path of a socket has at most 108 bytes
        try:
            server.bind("socket.pdf")
        finally:
            os.chdir(here)
        report = run(corpus)
    assert [failure.kind for failure in report.failures] == ["NotARegularFile", "NotARegularFile"]
    assert report.done == 5


def test_a_file_of_400_mb_is_named(run: Run, corpus: Path, home: Home) -> None:
    """It is not read, and nothing of it is kept."""
    with (corpus / "large.pdf").open("wb") as file:
        file.truncate(400_000_000)
    report = run(corpus)
    assert [failure.kind for failure in report.failures] == ["FileTooLarge"]
    assert sum(path.stat().st_size for path in home.path.rglob("*") if path.is_file()) < 5_000_000


def test_a_file_that_is_being_written_is_named_and_read_next_time(
    run: Run, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the moving file is in; when it is complete it is read without being asked for."""
    from ingest.sources import read as read_module

    moving = corpus / "moving.md"
    moving.write_text("# Moving\n\nWe propose early stopping for small networks.\n")
    real = read_module._stat

    def stat(raw: os.stat_result) -> object:
        if raw.st_ino == moving.stat().st_ino:
            with moving.open("a") as file:
                file.write("More. ")
        return real(raw)

    monkeypatch.setattr(read_module, "_stat", stat)
    report = run(corpus)
    assert [failure.kind for failure in report.failures] == ["ChangedWhileRead"]
    monkeypatch.setattr(read_module, "_stat", real)
    again = run(corpus)
    assert (again.done, again.unchanged, again.failed) == (1, 5, 0)


def test_names_that_are_no_text_reach_the_store_escaped(run: Run, corpus: Path, sqlite_store: GraphStore) -> None:
    """A file name that is not UTF-8 is ingested like any other."""
    name = os.fsdecode(b"caf\xe9.md")
    (corpus / name).write_text("# Coffee\n\nWe propose early stopping for small networks.\n")
    report = run(corpus)
    assert (report.done, report.failed) == (6, 0)
    sources = [str(item.properties["source"]) for item in sqlite_store.scan_nodes(Label.ITEM)]
    assert sum("caf\\udce9.md" in source for source in sources) == 1


def test_duplicates_and_loops_are_notices(run: Run, corpus: Path) -> None:
    """They are said again by the next run, and are no failures."""
    (corpus / "copy.md").write_bytes((corpus / "paper1.md").read_bytes())
    (corpus / "loop").symlink_to(".")
    first, second = run(corpus), run(corpus)
    assert sorted(notice.kind for notice in first.notices) == ["duplicate", "symlink loop"]
    assert (first.failed, first.notices) == (0, second.notices)


def test_two_texts_of_one_paper_are_a_notice(run: Run, corpus: Path) -> None:
    """Which of them counts does not depend on which came first, nor does the notice."""
    text = (corpus / "paper1.md").read_text()
    (corpus / "other.txt").write_text(text.replace("# ", "").replace("## ", ""))
    (corpus / "third.md").write_text(text + "\nOne more sentence stands here.\n")
    first, second = run(corpus), run(corpus)
    kinds = [notice.kind for notice in first.notices if notice.kind != "partly read"]
    assert "same paper" in kinds
    assert first.notices == second.notices


def test_an_orphan_review_is_a_notice_until_its_paper_arrives(run: Run, corpus: Path, tmp_path: Path) -> None:
    """It is kept: with its paper the graph is the same as if both had come together."""
    whole = open_store(f"sqlite:///{tmp_path / 'whole.sqlite'}")
    run(corpus, store=whole, home=Home(tmp_path / "whole"))
    paper = (corpus / "paper0.md").read_text()
    (corpus / "paper0.md").unlink()
    alone = run(corpus)
    assert [notice.kind for notice in alone.notices] == ["orphan review"]
    assert (alone.done, alone.failed) == (4, 0)
    (corpus / "paper0.md").write_text(paper)
    together = run(corpus)
    assert (together.done, together.unchanged, together.notices) == (1, 4, ())
    store = open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}")
    assert graph_hash(store) == graph_hash(whole)
    store.close()
    whole.close()


def test_a_review_without_a_title_finds_its_paper_by_its_name(run: Run, corpus: Path) -> None:
    """`paper2.review.md` is about the paper in `paper2.md`, in either order."""
    review = "Rating: 6\n\n## Strengths\n\nThe writing is clear.\n\n## Weaknesses\n\nA comparison is missing.\n"
    (corpus / "paper2.review.md").write_text(review)
    paper = (corpus / "paper2.md").read_text()
    (corpus / "paper2.md").unlink()
    assert "orphan review" in [notice.kind for notice in run(corpus).notices]
    (corpus / "paper2.md").write_text(paper)
    assert [notice for notice in run(corpus).notices if notice.kind == "orphan review"] == []


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that nobody may enter and write to; the test's own is root's alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def as_nobody(work: Callable[[], object]) -> object:
    """Return what *work* returns in a process without root's privileges; it must be JSON."""
    if os.geteuid() != 0:
        return work()
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writing, json.dumps(work()).encode())
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as result:
        answer = result.read()
    assert os.waitpid(child, 0)[1] == 0
    return json.loads(answer)


def test_what_may_not_be_read_is_named(run: Run, corpus: Path, shared_folder: Path) -> None:
    """A closed folder and a closed file among open ones: two failures, the rest is in."""
    run(corpus)  # imports what the child may not find any more
    folder = shared_folder / "papers"
    (folder / "closed").mkdir(parents=True)
    (folder / "closed" / "a.md").write_text("# Closed\n\nWe propose early stopping.\n")
    (folder / "secret.md").write_text("# Secret\n\nWe propose early stopping.\n")
    (folder / "open.md").write_text("# Open\n\nWe propose early stopping for small networks.\n")
    (folder / "secret.md").chmod(0)
    (folder / "closed").chmod(0)

    def work() -> object:
        store = open_store(f"sqlite:///{shared_folder / 'graph.sqlite'}")
        home = Home(shared_folder / "home")
        report = ingest([folder], store=store, home=home, settings=IngestSettings(workers=0))
        store.close()
        return [report.done, [[Path(each.source).name, each.kind] for each in report.failures]]

    answer = as_nobody(work)
    (folder / "closed").chmod(0o700)
    assert answer == [1, [["closed", "Unreadable"], ["secret.md", "Unreadable"]]]
