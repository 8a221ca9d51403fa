"""The doctor: finds what is missing, says what to do, and changes nothing."""

from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import jsonschema
import pytest

from service.schemas import read_schema


def _checks(ran) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in ran.document["checks"]}


def test_an_empty_folder_is_fine_and_stays_empty(patternbook) -> None:
    """Nothing that is needed is missing before the first ingest."""
    ran = patternbook("doctor", "--json")
    jsonschema.Draft202012Validator(json.loads(read_schema("doctor"))).validate(ran.document)
    assert ran.code == 0
    assert {"store", "embedder", "GROBID", "device", "sandbox", "LLM", "snapshot"} <= set(_checks(ran))
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("home")
def test_a_corpus_is_recognised(patternbook) -> None:
    """Store and snapshot are ok; deep compares every byte."""
    checks = _checks(patternbook("doctor", "--deep", "--json"))
    assert checks["store"]["verdict"] == checks["snapshot"]["verdict"] == "ok"
    assert "every byte" in checks["snapshot"]["says"]
    assert "Everything that is needed is there." in patternbook("doctor").out


def test_deep_finds_a_changed_byte_in_the_middle(patternbook, home: Path) -> None:
    """What opening does not see, --deep sees: exit 3, the file is named, compile is the advice."""
    (model,) = home.glob("snapshots/*/model.onnx")
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.chmod(0o644)
    model.write_bytes(content)
    ran = patternbook("doctor", "--deep", "--json")
    assert ran.code == 3
    assert "model.onnx" in _checks(ran)["snapshot"]["says"]
    assert "patternbook compile" in _checks(ran)["snapshot"]["advice"]


def test_a_store_that_does_not_answer_is_missing(patternbook) -> None:
    """Exit 3, with what to do, in the table for people too."""
    ran = patternbook("doctor", "--store", "bolt://127.0.0.1:9", "--json")
    assert ran.code == 3
    assert _checks(ran)["store"]["verdict"] == "missing"
    shown = patternbook("doctor", "--store", "bolt://127.0.0.1:9")
    assert "start the server" in shown.out
    assert "Something that is needed is missing." in shown.out


def test_a_misspelt_variable_is_a_warning(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """It steers nothing, and that should not go unseen."""
    monkeypatch.setenv("PATTERNBOOK_STROE", "neo4j://x")
    check = _checks(patternbook("doctor", "--json"))["settings"]
    assert check["verdict"] == "warning"
    assert "PATTERNBOOK_STROE" in check["says"]


@pytest.mark.parametrize(
    ("also", "code", "verdict"),
    [
        ({}, 3, "missing"),
        ({"PATTERNBOOK_GROBID_FALLBACK": "true"}, 0, "warning"),
        ({"PATTERNBOOK_PDF_READER": "rules"}, 0, "warning"),
    ],
)
def test_a_grobid_that_does_not_answer(
    patternbook, monkeypatch: pytest.MonkeyPatch, also: dict[str, str], code: int, verdict: str
) -> None:
    """It is missing where PDFs are sent to it and nothing stands in for it, else a warning."""
    monkeypatch.setenv("PATTERNBOOK_GROBID_URL", "http://127.0.0.1:9")
    for name, value in also.items():
        monkeypatch.setenv(name, value)
    ran = patternbook("doctor", "--json")
    assert ran.code == code
    assert _checks(ran)["GROBID"]["verdict"] == verdict


def test_grobid_as_reader_without_a_server_is_missing(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings contradict each other, and the doctor says which to change."""
    monkeypatch.setenv("PATTERNBOOK_PDF_READER", "grobid")
    ran = patternbook("doctor", "--json")
    assert ran.code == 3
    assert "set grobid_url" in _checks(ran)["PDF parser"]["advice"]


def test_a_grobid_that_answers_is_ok(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked whether it is alive."""

    class Alive(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/isalive" else 404)
            self.end_headers()
            self.wfile.write(b"true")

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Alive)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PATTERNBOOK_GROBID_URL", f"http://127.0.0.1:{server.server_port}")
    assert _checks(patternbook("doctor", "--json"))["GROBID"]["verdict"] == "ok"
    server.shutdown()
    server.server_close()


def test_an_embedder_that_is_no_model_is_missing(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without weights."""
    Path("model").mkdir()
    monkeypatch.setenv("PATTERNBOOK_EMBEDDER", "model")
    ran = patternbook("doctor", "--json")
    assert ran.code == 3
    assert "holds no weights" in _checks(ran)["embedder"]["says"]


def test_a_home_that_is_a_file_is_missing(patternbook) -> None:
    """Exit 3, before an ingest would run into it."""
    Path("home").write_text("")
    ran = patternbook("doctor", "--home", "home", "--json")
    assert ran.code == 3
    assert _checks(ran)["home"]["verdict"] == "missing"


def test_colour_is_left_out_where_it_is_not_wanted(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR and a pipe: no escape sequences."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in patternbook("doctor").out
    assert os.environ["NO_COLOR"] == "1"
