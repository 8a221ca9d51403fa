"""Progress of an ingest, told to whoever watches: bars on a terminal, lines in a log, nothing in a test.

Calls come from the thread that runs `ingest`, in order. An implementation must not raise; what it raises ends the run.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a watcher of an ingest is told."""

    def on_total(self, files: int, todo: int) -> None:
        """*files* were found, *todo* of them need work."""

    def on_stage(self, source: str, stage: str) -> None:
        """*stage* (read, parse, extract or write) is complete and safe for *source*."""

    def on_item(self, source: str, state: str, message: str) -> None:
        """*source* came to rest as done, unchanged, failed or quarantined; *message* says why it failed."""

    def on_phase(self, name: str) -> None:
        """The files are through and *name* begins: resolve, or finished."""


class Silent:
    """A watcher that does nothing."""

    def on_total(self, files: int, todo: int) -> None:
        """Ignore it."""

    def on_stage(self, source: str, stage: str) -> None:
        """Ignore it."""

    def on_item(self, source: str, state: str, message: str) -> None:
        """Ignore it."""

    def on_phase(self, name: str) -> None:
        """Ignore it."""
