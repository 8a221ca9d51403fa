"""The optional language model at the doors: what it would cost, what doctor says of it, what ingest keeps."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from service.schemas import read_schema

PAPER = (
    "# Networks That Weigh\n\n## Abstract\n\nWe propose FooNet. FooNet improves accuracy over BarNet on ToySet by 2.1 "
    "points, and it suffers from label noise.\n"
)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """An endpoint that finds one problem in each passage; gives the requests it got."""
    asked: list[dict[str, Any]] = []
    answer = {"mentions": [], "claims": [], "results": [], "problems": [{"quote": "label noise", "kind": "problem"}]}
    message = {"role": "assistant", "content": json.dumps(answer)}
    reply = {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "toy",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 700, "completion_tokens": 50, "total_tokens": 750},
    }

    class Handler(BaseHTTPRequestHandler):
        def _send(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._send(b'{"data": []}')

        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._send(json.dumps(reply).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("PATTERNBOOK_LLM_BASE_URL", f"http://127.0.0.1:{server.server_address[1]}/v1")
    monkeypatch.setenv("PATTERNBOOK_LLM_MODEL", "toy")
    yield asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def paper() -> Path:
    path = Path("paper.md")
    path.write_text(PAPER)
    return path


def test_an_estimate_asks_and_stores_nothing(patternbook, endpoint: list[dict[str, Any]], paper: Path) -> None:
    """The document fits its schema; no request was made, and no graph."""
    ran = patternbook("ingest", str(paper), "--estimate", "--json")
    jsonschema.Draft202012Validator(json.loads(read_schema("ingest-estimate"))).validate(ran.document)
    assert (ran.code, ran.document["files"], ran.document["fits"]) == (0, 1, True)
    assert ran.document["estimate"]["tokens_sent"] > 0
    assert ([], [paper]) == (endpoint, list(Path().iterdir()))


@pytest.mark.usefixtures("endpoint")
def test_an_estimate_says_that_the_budget_is_too_small(
    patternbook, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words, for a person."""
    monkeypatch.setenv("PATTERNBOOK_LLM_MAX_TOKENS", "100")
    assert "does not hold" in patternbook("ingest", str(paper), "--estimate").out


def test_an_estimate_without_a_model_is_wrong_use(patternbook, paper: Path) -> None:
    """Exit 2, and which settings are missing."""
    ran = patternbook("ingest", str(paper), "--estimate")
    assert ran.code == 2
    assert "llm_base_url" in ran.err


def test_an_endpoint_without_a_model_is_wrong_use(patternbook, paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of the two settings is not enough."""
    monkeypatch.setenv("PATTERNBOOK_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    ran = patternbook("read", str(paper))
    assert ran.code == 2
    assert "llm_model is not set" in ran.err


def test_ingest_asks_once(patternbook, endpoint: list[dict[str, Any]], paper: Path) -> None:
    """What the model read is in; the same file is not asked about again, nor by read."""
    assert patternbook("ingest", str(paper), "--workers", "0", "--json").document["done"] == 1
    asked = len(endpoint)
    assert asked >= 1
    assert patternbook("ingest", str(paper), "--workers", "0", "--json").document["unchanged"] == 1
    read = patternbook("read", str(paper), "--json").document
    assert "llm:toy" in read["extraction"]["extractor"]
    assert any(each["span"]["quote"] == "label noise" for each in read["extraction"]["problems"])
    assert asked == len(endpoint)


def test_a_model_that_is_gone_fails_the_file(patternbook, paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1, with the class and the address; nothing half-read is in."""
    monkeypatch.setenv("PATTERNBOOK_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("PATTERNBOOK_LLM_MODEL", "toy")
    ran = patternbook("ingest", str(paper), "--workers", "0", "--json")
    assert (ran.code, ran.document["failed"]) == (1, 1)
    assert ran.document["failures"][0]["class"] == "LlmUnavailable"


def _llm(patternbook) -> dict[str, str]:
    return next(each for each in patternbook("doctor", "--json").document["checks"] if each["name"] == "LLM")


@pytest.mark.usefixtures("endpoint")
def test_doctor_says_what_is_spent(patternbook, paper: Path) -> None:
    """Before and after."""
    assert "nothing is spent" in _llm(patternbook)["says"]
    patternbook("ingest", str(paper), "--workers", "0")
    found = _llm(patternbook)
    assert found["verdict"] == "ok"
    assert "750" in found["says"]


def test_doctor_says_that_the_endpoint_is_gone(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, with the address."""
    monkeypatch.setenv("PATTERNBOOK_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("PATTERNBOOK_LLM_MODEL", "toy")
    assert _llm(patternbook)["verdict"] == "missing"
