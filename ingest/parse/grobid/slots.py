"""How many requests go to one server at a time, counted over all processes of this machine.

Workers are processes that know nothing of each other, and several ingests may run at once; so a request holds one of a
fixed number of locked files. Guarantees: the kernel frees the slot of a process that dies. Does not count what other
machines send.
"""

from __future__ import annotations

import fcntl
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.canonical import sha256_hex
from ingest.parse.grobid.errors import GrobidUnavailable

_POLL_S = (0.05, 0.25)


class Slots:
    """The slots of one server."""

    def __init__(
        self, url: str, count: int, *, folder: Path | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._count, self._sleep = count, sleep
        self._folder = folder or Path(tempfile.gettempdir()) / f"patternbook-{os.getuid()}"
        self._name = f"grobid-{sha256_hex(url.encode())[:16]}"

    @contextmanager
    def one(self) -> Iterator[int]:
        """Hold one slot, waiting until one is free; yields its number.

        Raises:
            GrobidUnavailable: the folder of the locks cannot be used.
        """
        while (held := self._first_free()) is None:
            self._sleep(random.uniform(*_POLL_S))
        number, handle = held
        try:
            yield number
        finally:
            os.close(handle)  # frees the lock

    def _first_free(self) -> tuple[int, int] | None:
        for number in range(self._count):
            path = self._folder / f"{self._name}-{number}.lock"
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            except OSError as error:
                raise GrobidUnavailable(
                    f"{path} cannot be opened ({error.strerror}); it is needed to bound the requests to the server"
                ) from error
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
            else:
                return number, handle
        return None
