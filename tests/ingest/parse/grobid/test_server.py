"""What is made of a server's answers: waited for, asked again, or told with its reason."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from ingest.parse.grobid import GrobidFailed, GrobidTimeout, GrobidUnavailable
from ingest.parse.grobid.server import GrobidServer
from ingest.settings import ParseSettings

BUSY = (503, "The server is busy", "text/plain")


@pytest.fixture
def pauses() -> list[float]:
    """How long was waited, instead of waiting."""
    return []


@pytest.fixture
def server(settings: Callable[..., ParseSettings], pauses: list[float]) -> Callable[..., GrobidServer]:
    """The client's side of the replay server."""

    def make(**changed: Any) -> GrobidServer:
        return GrobidServer(settings(**changed), sleep=pauses.append)

    return make


def test_the_request_says_everything(replay, server, as_answer, tei) -> None:
    """Coordinates and sentences are asked for, consolidation is refused in words, and no file name leaves."""
    replay.answers = [as_answer(200, tei())]
    server().fetch(b"%PDF-1.7", name="secret/name.pdf")
    assert {"s", "p", "head", "figure", "formula", "ref", "biblStruct"} <= set(replay.plain("teiCoordinates"))
    assert (["1"], ["0"], ["0"]) == tuple(
        replay.plain(name) for name in ("segmentSentences", "consolidateHeader", "consolidateCitations")
    )
    assert ["document.pdf"] == replay.plain("input")


def test_consolidation_is_on_where_it_is_asked_for(replay, server, as_answer, tei) -> None:
    """Both kinds, by one setting."""
    replay.answers = [as_answer(200, tei())]
    server(grobid_consolidate=True).fetch(b"%PDF-1.7", name="a.pdf")
    assert (["1"], ["1"]) == (replay.plain("consolidateHeader"), replay.plain("consolidateCitations"))


def test_a_busy_server_is_waited_for(replay, server, as_answer, tei, pauses) -> None:
    """Each 503 is followed by a longer possible pause; the answer comes in the end."""
    replay.answers = [as_answer(*BUSY), as_answer(*BUSY), as_answer(*BUSY), as_answer(200, tei())]
    root = server().fetch(b"%PDF-1.7", name="a.pdf")
    assert "TEI" in root.tag
    assert 3 == len(pauses)
    assert all(0 <= pause <= 2**at for at, pause in enumerate(pauses))


def test_a_storm_of_503_ends(replay, server, as_answer, pauses) -> None:
    """After as many attempts as allowed the file is told to come again, not failed for itself."""
    replay.answers = [as_answer(*BUSY)]
    with pytest.raises(GrobidUnavailable, match=r"busy \(HTTP 503\), asked 4 times"):
        server().fetch(b"%PDF-1.7", name="a.pdf")
    assert (4, 3) == (len(replay.asked), len(pauses))


def test_a_reset_connection_is_tried_again(replay, server, as_answer, as_reset, tei) -> None:
    """The server went away in the middle and is back."""
    replay.answers = [as_reset, as_answer(200, tei())]
    assert server().fetch(b"%PDF-1.7", name="a.pdf") is not None
    assert 2 == len(replay.asked)


def test_a_cut_answer_is_tried_again(replay, server, as_answer, as_cut, tei) -> None:
    """Half of a body is no TEI, and no document is made of it."""
    replay.answers = [as_cut(tei()), as_answer(200, tei())]
    assert server().fetch(b"%PDF-1.7", name="a.pdf") is not None


def test_tei_that_is_always_cut_off_fails(replay, server, as_answer, tei) -> None:
    """Whole by its length and broken all the same: once more, then it is the file's failure."""
    replay.answers = [as_answer(200, tei()[:-40])]
    with pytest.raises(GrobidFailed, match="no TEI"):
        server().fetch(b"%PDF-1.7", name="a.pdf")
    assert 2 == len(replay.asked)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<!DOCTYPE html><html><head><title>Login<br></head></html>", "Login"),
        ("<html><body>Welcome</body></html>", "grobid_url"),
    ],
)
def test_another_servers_page_is_no_document(replay, server, as_answer, body: str, says: str) -> None:
    """HTML with status 200 comes from a proxy or another service: what it said is shown."""
    replay.answers = [as_answer(200, body, "text/html")]
    with pytest.raises(GrobidFailed, match=says):
        server().fetch(b"%PDF-1.7", name="a.pdf")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, "[NO_BLOCKS] PDF parsing resulted in empty content", GrobidFailed),
        (500, "[BAD_INPUT_DATA] PDF to XML conversion failed with error code: 1", GrobidFailed),
        (500, "[TIMEOUT] PDF to XML conversion timed out", GrobidTimeout),
        (400, "", GrobidFailed),
        (200, "", GrobidFailed),
    ],
)
def test_what_the_server_says_of_the_file_is_final(replay, server, as_answer, pauses, status, body, kind) -> None:
    """It would say the same again."""
    replay.answers = [as_answer(status, body, "text/plain")]
    with pytest.raises(kind):
        server().fetch(b"%PDF-1.7", name="a.pdf")
    assert (1, []) == (len(replay.asked), pauses)


def test_a_late_answer_is_a_timeout(replay, server) -> None:
    """Nothing is heard within the setting: tried once more, then told."""
    replay.answers = [replay.hang]
    with pytest.raises(GrobidTimeout, match=r"grobid_timeout_s = 0\.2"):
        server(grobid_timeout_s=0.2).fetch(b"%PDF-1.7", name="a.pdf")
    assert 2 == len(replay.asked)


def test_a_dead_server_costs_the_next_file_one_attempt(server, pauses, unused_url) -> None:
    """Else a batch of thousands would wait for each file in turn."""
    dead = server(grobid_url=unused_url)
    for _ in range(2):
        with pytest.raises(GrobidUnavailable):
            dead.fetch(b"%PDF-1.7", name="a.pdf")
    assert 3 == len(pauses)


def test_a_server_that_is_back_is_waited_for_again(replay, server, as_answer, tei, pauses) -> None:
    """One answer makes it alive."""
    replay.answers = [*[as_answer(*BUSY)] * 4, as_answer(200, tei()), as_answer(*BUSY), as_answer(200, tei())]
    one = server()
    with pytest.raises(GrobidUnavailable):
        one.fetch(b"%PDF-1.7", name="a.pdf")
    one.fetch(b"%PDF-1.7", name="b.pdf")
    one.fetch(b"%PDF-1.7", name="c.pdf")
    assert 4 == len(pauses)


def test_no_server_named() -> None:
    """A setting is missing, and which one."""
    with pytest.raises(GrobidUnavailable, match="grobid_url"):
        GrobidServer(ParseSettings())


def test_letters_are_utf_8_without_a_word_about_it(replay, server, as_answer, tei) -> None:
    """XML's default counts, not a guess by the words."""
    replay.answers = [as_answer(200, tei(title="Über das Rauschen – naïve Ansätze").split("\n", 1)[1])]
    root = server().fetch(b"%PDF-1.7", name="a.pdf")
    assert "Über das Rauschen – naïve Ansätze" in "".join(root.itertext())


def test_requests_at_a_time_are_bounded_over_all_clients(replay, settings, as_answer, tei) -> None:
    """Six clients, as in six processes, and two slots: never more than two requests are open."""
    together = threading.Barrier(2)

    def paired(handler: Any) -> None:
        together.wait(30)  # ends only when two are open at once
        as_answer(200, tei())(handler)

    replay.answers = [paired]
    clients = [GrobidServer(settings(grobid_concurrency=2)) for _ in range(6)]
    threads = [threading.Thread(target=each.fetch, args=(b"%PDF-1.7",), kwargs={"name": "a.pdf"}) for each in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (6, 2) == (len(replay.asked), replay.most_open)
