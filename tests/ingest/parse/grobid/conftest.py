"""A GROBID server that replays what it is told, on loopback; and a PDF with the TEI such a server makes of it.

The answers have the shape of a real one's (0.8): `processFulltextDocument`, `isalive`, `version`, and its errors.
"""

from __future__ import annotations

import email.parser
import email.policy
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

import pymupdf
import pytest

from ingest.parse.grobid import server as server_module
from ingest.settings import ParseSettings, PdfReader

SENTENCES = (
    "We study whether noise in the inputs replaces weight decay for small networks.",
    "Training with additive perturbations behaves like a quadratic penalty on parameters.",
    "Earlier comparisons considered convolutional architectures with generous budgets.",
    "Our measurements cover thirteen optimisers across twenty independent seeds each.",
    "Generalisation improved whenever labels were scarce and augmentation was absent.",
    "Practitioners should therefore prefer perturbation before adjusting regularisation strength.",
    "Calibration suffered slightly under aggressive schedules, contrary to expectations.",
    "Limitations include modest datasets, synthetic corruption and homogeneous hardware.",
    "Future investigations might examine recurrent structures alongside structured sparsity.",
)
PER_PAGE = 3
TOP, LEFT, LEADING, SIZE = 100.0, 54.0, 30.0, 9.0

Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int, body: str, content_type: str = "application/xml") -> Answer:
    """A whole answer."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        content = body.encode()
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return send


def cut(body: str) -> Answer:
    """An answer that promises more than it sends."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        content = body.encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "application/xml")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2])

    return send


def reset(handler: BaseHTTPRequestHandler) -> None:
    """The connection is torn down without an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


@dataclass
class Replay:
    """The server's side: what it answers in turn (the last one again and again), and what it was asked."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    open_requests: int = 0
    most_open: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    version: str = '{"version": "0.8.2", "revision": "1234567"}'

    def hang(self, handler: BaseHTTPRequestHandler) -> None:  # noqa: ARG002 - the shape of an answer
        """Say nothing until the test is over."""
        self.released.wait(30)

    def plain(self, name: str) -> list[str]:
        """The values of one form field of the last request."""
        return self.asked[-1].get(name, [])


def _form(handler: BaseHTTPRequestHandler, body: bytes) -> dict[str, list[str]]:
    head = f"Content-Type: {handler.headers['Content-Type']}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    fields: dict[str, list[str]] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        text = str(part.get_filename()) if part.get_filename() else payload.decode()
        fields.setdefault(name, []).append(text)
    return fields


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    """A running server. No proxy stands before it, and nobody remembers an earlier one at its port."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    server_module.server_of.cache_clear()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(200, replayed.version if self.path == "/api/version" else "true", "application/json")(self)

        def do_POST(self) -> None:
            form = _form(self, self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                replayed.asked.append(form)
                replayed.open_requests += 1
                replayed.most_open = max(replayed.most_open, replayed.open_requests)
                following = replayed.answers[0] if len(replayed.answers) == 1 else replayed.answers.pop(0)
            try:
                following(self)
            finally:
                with lock:
                    replayed.open_requests -= 1

        def log_message(self, *args: Any) -> None:
            """Nothing on stderr."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: Any) -> None:
            """A client that left is part of the test."""

    with Server(("127.0.0.1", 0), Handler) as running:
        replayed = Replay(f"http://127.0.0.1:{running.server_port}")
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield replayed
        replayed.released.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def settings(replay: Replay) -> Callable[..., ParseSettings]:
    """Settings that send PDFs to the replay server."""

    def make(**changed: Any) -> ParseSettings:
        chosen = {"pdf_reader": PdfReader.GROBID, "grobid_url": replay.url, "grobid_attempts": 4, **changed}
        return ParseSettings.model_validate(chosen)

    return make


@pytest.fixture
def pages() -> list[Sequence[str]]:
    """The sentences of each page."""
    return [SENTENCES[at : at + PER_PAGE] for at in range(0, len(SENTENCES), PER_PAGE)]


@pytest.fixture
def pdf(pages: list[Sequence[str]]) -> bytes:
    """Three pages with three lines each."""
    file = pymupdf.open()
    for sentences in pages:
        page = file.new_page(width=612, height=792)
        for at, sentence in enumerate(sentences):
            page.insert_text((LEFT, TOP + at * LEADING), sentence, fontsize=SIZE, fontname="helv")
    return bytes(file.tobytes())


def _sentence(text: str, page: int, line: int, *, coords: bool) -> str:
    y = TOP + line * LEADING - SIZE
    at = f"{page},{LEFT},{y},400.0,{SIZE + 2}" if coords else ""
    return f'<s coords="{at}">{escape(text)}</s>'


@pytest.fixture
def tei(pages: list[Sequence[str]]) -> Callable[..., str]:
    """What GROBID makes of the PDF; *skip* leaves pages out, without *coords* their attribute is empty."""

    def make(*, skip: Sequence[int] = (), coords: bool = True, version: str = "0.8.2", title: str = "On Noise") -> str:
        body = "".join(
            f'<div><head n="{number}">Part {number}</head><p>'
            + " ".join(_sentence(text, number, line, coords=coords) for line, text in enumerate(sentences))
            + "</p></div>"
            for number, sentences in enumerate(pages, 1)
            if number not in skip
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xml:space="preserve" xmlns="http://www.tei-c.org/ns/1.0">'
            f'<teiHeader><fileDesc><titleStmt><title level="a" type="main">{title}</title></titleStmt></fileDesc>'
            f'<encodingDesc><appInfo><application version="{version}" ident="GROBID"/></appInfo></encodingDesc>'
            f"</teiHeader><text><body>{body}</body></text></TEI>"
        )

    return make


@pytest.fixture
def as_answer() -> Callable[..., Answer]:
    """Make an answer of a status and a body."""
    return answer


@pytest.fixture
def as_cut() -> Callable[[str], Answer]:
    """Make an answer that ends half way."""
    return cut


@pytest.fixture
def as_reset() -> Answer:
    """The answer that is none."""
    return reset


@pytest.fixture
def unused_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
