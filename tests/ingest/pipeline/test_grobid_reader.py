"""An ingest whose PDFs are read by a server: what becomes of the batch when it is busy, wrong, or gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from graph.schema import Label
from graph.store.interface import GraphStore
from ingest.parse.grobid import server as server_module
from ingest.parse.pdf import PARSER as RULES
from ingest.pipeline.report import IngestReport

Run = Callable[..., IngestReport]
WORDS = ("Noise", "decay", "dropout")


def text_of(name: str) -> str:
    return f"We propose {name} regularisation for small networks and measure that it improves accuracy on digits."


def tei_of(name: str) -> str:
    return (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>'
        f"<title>A study of {name}</title></titleStmt></fileDesc><encodingDesc><appInfo>"
        '<application version="0.8.2" ident="GROBID"/></appInfo></encodingDesc></teiHeader><text><body><div>'
        f'<head n="1">Introduction</head><p><s coords="1,50,100,400,12">{text_of(name)}</s></p></div></body>'
        "</text></TEI>"
    )


class Server:
    """What the server does with the PDF of each name: an HTTP status and a body."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, str]] = {name: (200, tei_of(name)) for name in WORDS}

    def answer(self, content: bytes) -> tuple[int, str]:
        """Note which PDF came and return what is said to it."""
        name = next(name for name in WORDS if f"marker-{name}".encode() in content)
        self.asked.append(name)
        return self.answers[name]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on loopback."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    server_module.server_of.cache_clear()
    scripted = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = scripted.answer(self.rfile.read(int(self.headers["Content-Length"])))
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        scripted.url = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield scripted
        running.shutdown()
        thread.join()


@pytest.fixture
def pdfs(tmp_path: Path) -> Path:
    """Three PDFs of one page, each with a mark by which the server knows it."""
    folder = tmp_path / "pdfs"
    folder.mkdir()
    for name in WORDS:
        file = pymupdf.open()
        page = file.new_page(width=612, height=792)
        page.insert_text((50, 60), f"A study of {name}", fontsize=16)
        page.insert_text((50, 110), text_of(name), fontsize=9)
        file.set_metadata({"subject": f"marker-{name}"})
        (folder / f"{name}.pdf").write_bytes(file.tobytes())
    return folder


@pytest.fixture
def read(run: Run, pdfs: Path, server: Server) -> Callable[..., IngestReport]:
    """Ingest the PDFs through the server."""

    def read(workers: int = 0, retry_failed: bool = False, **changed: Any) -> IngestReport:
        parse = {"pdf_reader": "grobid", "grobid_url": server.url, "grobid_attempts": 1, **changed}
        return run(pdfs, settings={"workers": workers, "parse": parse}, retry_failed=retry_failed)

    return read


def parsers(store: GraphStore) -> dict[str, str]:
    """The parser of each document, by the file's stem."""
    documents = store.scan_nodes(Label.DOCUMENT)
    return {Path(d.properties["sources"][0]).stem: str(d.properties["parser"]) for d in documents}


def test_pdfs_are_read_by_the_server_and_once(
    read: Callable[..., IngestReport], server: Server, sqlite_store: GraphStore
) -> None:
    """Workers in processes of their own reach it; what is in is not sent again."""
    assert (3, 0) == ((first := read(workers=2)).done, first.failed)
    assert dict.fromkeys(WORDS, "grobid/0.8.2") == parsers(sqlite_store)
    again = read(workers=2)
    assert (3, 0, 3) == (again.unchanged, again.parses, len(server.asked))


def test_a_file_that_fails_does_so_alone(
    read: Callable[..., IngestReport], server: Server, sqlite_store: GraphStore
) -> None:
    """With its own class and reason; the rest is in."""
    server.answers["decay"] = (500, "[NO_BLOCKS] PDF parsing resulted in empty content")
    report = read()
    assert (2, ["GrobidFailed"]) == (report.done, [each.kind for each in report.failures])
    assert "NO_BLOCKS" in report.failures[0].message
    assert {"Noise", "dropout"} == parsers(sqlite_store).keys()


def test_a_server_that_dies_midway_loses_no_file(
    read: Callable[..., IngestReport], server: Server, sqlite_store: GraphStore
) -> None:
    """What it no longer reads fails as unavailable, and is read when it is back."""
    server.answers["decay"] = server.answers["dropout"] = (503, "")
    report = read()
    assert (1, ["GrobidUnavailable"] * 2) == (report.done, [each.kind for each in report.failures])
    server.answers.update({name: (200, tei_of(name)) for name in WORDS})
    assert (0, 2) == ((known := read()).done, known.failed)
    assert (2, 0) == ((back := read(retry_failed=True)).done, back.failed)
    assert dict.fromkeys(WORDS, "grobid/0.8.2") == parsers(sqlite_store)


def test_the_rules_stand_in_and_say_so_until_the_server_is_asked_again(
    read: Callable[..., IngestReport], server: Server, sqlite_store: GraphStore
) -> None:
    """The file is in, a notice says who read it and why; an unchanged corpus costs nothing; a retry asks again."""
    server.answers["decay"] = (503, "")
    report = read(grobid_fallback=True)
    assert (3, 0) == (report.done, report.failed)
    assert RULES == parsers(sqlite_store)["decay"]
    (notice,) = [each for each in report.notices if "decay" in each.source]
    assert "in place of GROBID" in notice.message
    assert "GrobidUnavailable" in notice.message
    asked = len(server.asked)
    quiet = read(grobid_fallback=True)
    assert (3, 0, asked) == (quiet.unchanged, quiet.parses, len(server.asked))
    server.answers["decay"] = (200, tei_of("decay"))
    retried = read(grobid_fallback=True, retry_failed=True)
    assert (1, 2) == (retried.done, retried.unchanged)
    assert "grobid/0.8.2" == parsers(sqlite_store)["decay"]


def test_another_reader_reads_the_corpus_again(
    read: Callable[..., IngestReport], run: Run, pdfs: Path, sqlite_store: GraphStore
) -> None:
    """Its text is another artefact; going back finds the first one kept."""
    read()
    other = run(pdfs)
    assert (3, 3, dict.fromkeys(WORDS, RULES)) == (other.done, other.parses, parsers(sqlite_store))
    back = read()
    assert (3, 0, dict.fromkeys(WORDS, "grobid/0.8.2")) == (back.done, back.parses, parsers(sqlite_store))
