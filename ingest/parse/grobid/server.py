"""One PDF to a GROBID server and its TEI back, through GROBID's own client.

The client sends; what is decided here is what a bad answer means. A server that is busy (503) or not there is waited
for with exponential back-off and jitter, a bounded number of times; an answer that is cut off or late is asked for once
more; an error that the server itself reports is final. Between attempts no slot is held. After a server was found gone,
the next files ask once each until one of them is answered: a dead server does not hold a batch up for long.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn

import requests
from grobid_client.grobid_client import GrobidClient
from lxml import etree
from tenacity import RetryCallState, Retrying, wait_random_exponential

from ingest.parse.errors import Damaged
from ingest.parse.grobid.errors import GrobidFailed, GrobidTimeout, GrobidUnavailable
from ingest.parse.grobid.slots import Slots
from ingest.parse.text_normalisation import one_line
from ingest.parse.xml_text import read_xml
from ingest.settings import ParseSettings

_SERVICE = "processFulltextDocument"
_COORDINATES = ["title", "persName", "head", "p", "s", "note", "figure", "formula", "ref", "biblStruct"]
_MAX_WAIT_S = 30
_TRIES_OF_BAD_ANSWERS = 2  # an answer that was cut off or late: once more, and no further
_NOT_NOW = frozenset({429, 502, 503, 504})  # 502 and 504 are those of a proxy before the server
_VERSION_TIMEOUT_S = 10
_SHOWN = 200


class _NoAnswer(Exception):
    """The client's request came to nothing; `late` where it ran out of time."""

    def __init__(self, error: requests.RequestException) -> None:
        self.late = isinstance(error, requests.ReadTimeout)
        super().__init__(str(error))


class _Client(GrobidClient):
    """GROBID's client, with what it would decide alone handed back.

    Left alone it waits for a busy server without end, and takes a server that is not there, or late, for a file that
    cannot be opened (HTTP 400), since the errors of requests are `OSError` too.
    """

    DEFAULT_CONFIG = {
        **GrobidClient.DEFAULT_CONFIG,
        "coordinates": _COORDINATES,
        "logging": {**GrobidClient.DEFAULT_CONFIG["logging"], "level": "CRITICAL"},  # errors are raised, not printed
    }

    def _handle_server_busy_retry(self, file_path: str, retry_func: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return file_path, 503, "busy"

    def _handle_unexpected_error(self, file_path: str, error: Exception) -> NoReturn:  # noqa: ARG002
        raise error

    def post(self, url: str, params: Any = None, data: Any = None, files: Any = None, **kwargs: Any) -> Any:
        # Not asked for is said too: what a server does by default differs between versions and installations.
        defaults = {"consolidateHeader": "0", "consolidateCitations": "0"}
        return super().post(url, params=params, data={**defaults, **(data or {})}, files=files, **kwargs)

    def call_api(self, *args: Any, **kwargs: Any) -> Any:
        try:
            response, status = super().call_api(*args, **kwargs)
        except requests.RequestException as error:
            raise _NoAnswer(error) from error
        response.encoding = "utf-8"  # XML's own default; without a charset in the answer, requests would guess
        return response, status


class GrobidServer:
    """A server as the settings name it."""

    def __init__(self, settings: ParseSettings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        if settings.grobid_url is None:
            raise GrobidUnavailable("PDFs are to be read by GROBID and no server is named: set grobid_url")
        self.url = settings.grobid_url
        self._settings, self._sleep = settings, sleep
        self._client = _Client(grobid_server=self.url, check_server=False)
        self._client.config["timeout"] = settings.grobid_timeout_s  # its constructor takes whole seconds only
        self._slots = Slots(self.url, settings.grobid_concurrency, sleep=sleep)
        self._gone = False

    def fetch(self, content: bytes, *, name: str) -> etree._Element:
        """Return the TEI of a PDF; *name* is for messages, the server is not told it.

        Raises:
            GrobidUnavailable, GrobidTimeout, GrobidFailed: after as many attempts as the settings allow.
        """
        attempts = 1 if self._gone else self._settings.grobid_attempts
        retrying = Retrying(
            retry=lambda state: _may_try_again(state, attempts),
            wait=wait_random_exponential(multiplier=1, max=_MAX_WAIT_S),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            root: etree._Element = retrying(self._ask, content, name)
        except GrobidUnavailable as error:
            self._gone = True
            tried = f", asked {attempts} times" if attempts > 1 else ""
            raise GrobidUnavailable(f"{error}{tried}: start it or wait, then ingest --retry failed") from error
        self._gone = False
        return root

    def version(self) -> str | None:
        """Return the version the server says it has, or None where it says none."""
        try:
            response, _ = self._client.get(self._client.get_server_url("version"), timeout=_VERSION_TIMEOUT_S)
            said = response.json()
        except (_NoAnswer, ValueError):
            return None
        version = said.get("version") if isinstance(said, dict) else None
        return version if isinstance(version, str) and version else None

    def _ask(self, content: bytes, name: str) -> etree._Element:
        settings = self._settings
        with self._slots.one():
            try:
                _, status, text = self._client.process_pdf(
                    _SERVICE,
                    content,
                    consolidate_header=settings.grobid_consolidate,
                    consolidate_citations=settings.grobid_consolidate,
                    tei_coordinates=True,
                    segment_sentences=True,
                )
            except _NoAnswer as error:
                if error.late:
                    limit = f"grobid_timeout_s = {settings.grobid_timeout_s:g}"
                    raise GrobidTimeout(f"{name}: no answer from GROBID within {limit}", passing=True) from error
                raise GrobidUnavailable(f"the GROBID server at {self.url} did not answer ({error})") from error
        if status in _NOT_NOW:
            raise GrobidUnavailable(f"the GROBID server at {self.url} is busy (HTTP {status})")
        said = one_line(text or "")[:_SHOWN]
        if status == 408 or "[TIMEOUT]" in said:
            raise GrobidTimeout(f"{name}: GROBID gave up after its own time limit ({said})")
        if status == 204 or (status == 200 and not said):
            raise GrobidFailed(f"{name}: GROBID found nothing to read in it (HTTP {status})")
        if status != 200:
            raise GrobidFailed(f"{name}: GROBID answered with HTTP {status}: {said or 'no reason given'}")
        return _tei(text or "", said, name)


def _tei(text: str, said: str, name: str) -> etree._Element:
    try:
        root = read_xml(text.encode(), name="its answer", advice="it was cut off or is another server's")
    except Damaged as error:
        raise GrobidFailed(f"{name}: GROBID's answer is no TEI ({error}); it begins: {said}", passing=True) from error
    if etree.QName(root).localname != "TEI":
        raise GrobidFailed(f"{name}: what answered is not GROBID, check grobid_url; it said: {said}")
    return root


def _may_try_again(state: RetryCallState, attempts: int) -> bool:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, GrobidUnavailable):
        return state.attempt_number < attempts
    passing = isinstance(error, GrobidTimeout | GrobidFailed) and error.passing
    return passing and state.attempt_number < min(attempts, _TRIES_OF_BAD_ANSWERS)


@lru_cache(maxsize=4)
def server_of(settings: ParseSettings) -> GrobidServer:
    """Return the server of *settings*, one in each process: it remembers whether it was found gone.

    Raises:
        GrobidUnavailable: none is named.
    """
    return GrobidServer(settings)
