"""An endpoint on loopback that answers as it is told, and a paper of two sections to ask about."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from graph.vocabulary.document import Document
from ingest.extract.llm import Ledger
from ingest.settings import LlmSettings

PAPER_PARTS = (
    (
        "Introduction",
        "Deep classifiers suffer from label noise. We propose FooNet, a classifier that weighs its examples.",
    ),
    (
        "Results",
        "FooNet improves accuracy over BarNet by 2.1 points on ToySet. FooNet reaches 91.2% accuracy on ToySet.",
    ),
)


@dataclass
class Endpoint:
    """Answers `/chat/completions` from `script`: one step a request, the last step for all that follow."""

    script: list[Callable[[dict[str, Any]], tuple[int, bytes, dict[str, str]]]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    together: int = 0
    most_together: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    full: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/v1"

    def reply(self, body: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        """Take the next step of the script."""
        with self.lock:
            self.requests.append(body)
            step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return step(body)


def passage_of(body: dict[str, Any]) -> str:
    return str(body["messages"][1]["content"])


def completion(content: str, *, finish: str = "stop", usage: bool = True) -> tuple[int, bytes, dict[str, str]]:
    """The reply of a chat endpoint, as the public interface describes it."""
    whole: dict[str, Any] = {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "toy",
        "choices": [{"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}],
    }
    if usage:
        whole["usage"] = {"prompt_tokens": 700, "completion_tokens": 50, "total_tokens": 750}
    return 200, json.dumps(whole).encode(), {"Content-Type": "application/json"}


@pytest.fixture(name="completion")
def _completion() -> Callable[..., tuple[int, bytes, dict[str, str]]]:
    return completion


@pytest.fixture
def good() -> Callable[[dict[str, Any]], tuple[int, bytes, dict[str, str]]]:
    """A step that says what the passage says."""

    def step(body: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        answer: dict[str, Any] = {"mentions": [], "problems": [], "claims": [], "results": []}
        if "Results" in passage_of(body):
            answer["claims"] = [
                {
                    "quote": "FooNet improves accuracy over BarNet by 2.1 points on ToySet.",
                    "intervention": "FooNet",
                    "comparator": "BarNet",
                    "outcome": "accuracy",
                    "dataset": "ToySet",
                    "task": None,
                    "direction": "improves",
                    "size": "2.1 points",
                }
            ]
            answer["results"] = [
                {
                    "quote": "FooNet reaches 91.2% accuracy on ToySet.",
                    "method": "FooNet",
                    "task": None,
                    "dataset": "ToySet",
                    "metric": "accuracy",
                    "value": 91.2,
                    "printed": "91.2%",
                }
            ]
        else:
            answer["mentions"] = [
                {"quote": "We propose FooNet", "type": "Method", "name": "FooNet", "role": "proposed"}
            ]
            answer["problems"] = [{"quote": "label noise", "kind": "problem"}]
        return completion(json.dumps(answer))

    return step


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A started endpoint; each test writes its script."""
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with state.lock:
                state.together += 1
                state.most_together = max(state.most_together, state.together)
            status, content, headers = state.reply(body)
            with state.lock:
                state.together -= 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(endpoint: Endpoint) -> LlmSettings:
    return LlmSettings(base_url=endpoint.url, model="toy", retries=2, timeout_s=10, price_in=1.0, price_out=2.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "llm.sqlite")


@pytest.fixture
def paper(make_document: Callable[..., Document]) -> Document:
    return make_document(title="A study", sections=PAPER_PARTS)
