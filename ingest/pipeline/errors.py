"""What can end an ingest as a whole. What is wrong with one file is a failure in the report, never one of these.

IngestError
├── WorkersUnusable     child processes cannot be started at all
└── IngestInterrupted   somebody pressed Ctrl-C; carries the report so far

A store that cannot be reached raises `graph.errors.StoreUnavailable`, a full disk `graph.errors.HomeFull`, a path that
does not exist `ingest.sources.NoSuchSource`. After each of them the same command goes on where it stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.pipeline.report import IngestReport


class IngestError(Exception):
    """Base of all errors that end an ingest. The message is a sentence for the person who reads it."""


class WorkersUnusable(IngestError):
    """No child process can be started, or each one dies before it reads a file."""


class IngestInterrupted(IngestError):
    """The run was stopped by hand. What was done stays done."""

    def __init__(self, report: IngestReport) -> None:
        self.report = report
        super().__init__(
            f"stopped: {report.done} file(s) done, {report.failed} failed; run the same command again to go on"
        )
