"""What can go wrong at the doors, and the one table that says what any error means to the outside.

ServiceError
├── WrongUse            the caller asked for something that cannot be (exit 2, HTTP 422)
│   ├── SettingsError   a setting has a value that is not allowed
│   └── NotThere        the caller named something that does not exist (exit 2, HTTP 404)
├── PartMissing         a part that is needed is missing (exit 3, HTTP 503)
├── Busy                somebody else holds what is needed (exit 3, HTTP 409)
└── OutputLost          the answer could not be written to stdout (exit 3)

`classify` is used by the command line (exit codes) and by the API (problem details), so that both tell the same story.
An error it does not know is a bug. It imports nothing of the other rooms.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ServiceError(Exception):
    """Base of all errors of this package. The message is a sentence for the person who reads it."""


class WrongUse(ServiceError):
    """The request cannot be carried out as asked."""


class SettingsError(WrongUse):
    """A setting has a value that is not allowed."""


class NotThere(WrongUse):
    """The request names something that does not exist."""


class PartMissing(ServiceError):
    """A part that is needed is missing: a server, a snapshot, a file of the package."""


class Busy(ServiceError):
    """Another process holds what is needed; nothing is wrong with the request."""


class OutputLost(ServiceError):
    """What was to be printed could not be: the disk that stdout leads to is full, or something like it."""


class ExitCode(IntEnum):
    """The exit codes of the command line."""

    DONE = 0
    SOME_FAILED = 1
    WRONG_USE = 2
    PART_MISSING = 3
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True)
class Verdict:
    """What an error means outside: an exit code, an HTTP status, and a problem type with its title."""

    exit_code: ExitCode
    status: int
    slug: str
    title: str


BUG = Verdict(ExitCode.BUG, 500, "bug", "Patternbook failed")
_WRONG = Verdict(ExitCode.WRONG_USE, 422, "wrong-use", "The request cannot be carried out as asked")
_NOT_THERE = Verdict(ExitCode.WRONG_USE, 404, "not-there", "No such thing")
_STORE = Verdict(ExitCode.PART_MISSING, 503, "store", "The store cannot be used")
_SNAPSHOT = Verdict(ExitCode.PART_MISSING, 503, "snapshot", "There is no usable snapshot")
_MISSING = Verdict(ExitCode.PART_MISSING, 503, "part-missing", "A part that is needed is missing")
_STOPPED = Verdict(ExitCode.INTERRUPTED, 503, "stopped", "The work was stopped")
_BUSY = Verdict(ExitCode.PART_MISSING, 409, "busy", "Another process is at work")

# By dotted name, so that this module imports none of the rooms; a test holds that each name exists and that no error
# class of the other rooms is forgotten. The nearest base class of an error decides.
TABLE: dict[str, Verdict] = {
    "service.errors.NotThere": _NOT_THERE,
    "service.errors.WrongUse": _WRONG,
    "service.errors.Busy": _BUSY,
    "service.errors.PartMissing": _MISSING,
    "service.errors.OutputLost": _MISSING,
    "graph.errors.UnknownNode": _NOT_THERE,
    "graph.errors.OrderRefused": _WRONG,
    "graph.errors.StoreUnavailable": _STORE,
    "graph.errors.StoreVersionError": _STORE,
    "graph.errors.StoreMismatch": _STORE,
    "graph.errors.HomeError": _MISSING,
    "graph.errors.SnapshotError": _SNAPSHOT,
    "graph.errors.EmbedderUnavailable": _MISSING,
    "graph.errors.LeaseHeld": _BUSY,
    "graph.errors.LeaseLost": _BUSY,
    "graph.errors.StaleWrite": _BUSY,
    "ingest.pipeline.errors.IngestError": _MISSING,
    "ingest.pipeline.errors.IngestInterrupted": _STOPPED,
    "ingest.resolve.errors.ResolveError": _WRONG,
    "ingest.resolve.errors.UnknownName": _NOT_THERE,
    "ingest.sources.errors.SourceError": _WRONG,
    "ingest.parse.errors.UnreadableDocument": _WRONG,
    "ingest.parse.grobid.errors.GrobidError": _WRONG,
    "ingest.parse.grobid.errors.GrobidTimeout": _MISSING,
    "ingest.parse.grobid.errors.GrobidUnavailable": _MISSING,
    "ingest.extract.llm.errors.LlmError": _MISSING,
    "ingest.compile.errors.CompileError": _BUSY,
    "ingest.extract.weights.errors.WeightsError": _MISSING,
    "ingest.extract.gold.errors.UnreadableGold": _WRONG,
    "ingest.extract.reviews.errors.NoReviewLabels": _WRONG,
    "runtime.retrieve.errors.RetrieveError": _WRONG,
    "runtime.plan.rules.PlanRefused": _WRONG,
    "runtime.plan.draft.NothingRunnable": _WRONG,
    "runtime.plan.study.StudyRefused": _WRONG,
    "runtime.tasks.registry.UnknownTask": _WRONG,
    "runtime.projects.errors.ProjectError": _WRONG,
    "runtime.units.unit.UnitError": _WRONG,
    "runtime.sandbox.errors.SandboxUnavailable": _MISSING,
}


def classify(error: BaseException) -> Verdict:
    """Say what *error* means to the outside; an error that is not in the table is a bug of ours."""
    for type_ in type(error).__mro__:
        verdict = TABLE.get(f"{type_.__module__}.{type_.__qualname__}")
        if verdict is not None:
            return verdict
    return BUG
