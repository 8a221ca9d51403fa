"""What can go wrong at the doors, and the one table that says what any error means to the outside.

ServiceError
├── WrongUse            the caller asked for something that cannot be (exit 2, HTTP 422)
│   ├── SettingsError   a setting has a value that is not allowed
│   └── NotThere        the caller named something that does not exist (exit 2, HTTP 404)
├── PartMissing         a part that is needed is missing (exit 3, HTTP 503)
└── Busy                somebody else holds what is needed (exit 3, HTTP 409)

`classify` is used by the command line (exit codes) and by the API (problem details), so that both tell the same story.
An error it does not know is a bug. It imports nothing heavy: errors of the other rooms are matched by their own types,
which an error that was raised has already imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from graph import errors as graph_errors


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
_BUSY = Verdict(ExitCode.PART_MISSING, 409, "busy", "Another process is at work")

# The first entry that matches decides, so a subclass stands before its base.
_TABLE: tuple[tuple[type[Exception], Verdict], ...] = (
    (NotThere, _NOT_THERE),
    (WrongUse, _WRONG),
    (Busy, _BUSY),
    (PartMissing, _MISSING),
    (graph_errors.UnknownNode, _NOT_THERE),
    (graph_errors.StoreUnavailable, _STORE),
    (graph_errors.StoreVersionError, _STORE),
    (graph_errors.StoreMismatch, _STORE),
    (graph_errors.SnapshotError, _SNAPSHOT),
    (graph_errors.LeaseLost, _BUSY),
    (graph_errors.StaleWrite, _BUSY),
)


def classify(error: BaseException) -> Verdict:
    """Say what *error* means to the outside; an error that is not in the table is a bug of ours."""
    for type_, verdict in _TABLE:
        if isinstance(error, type_):
            return verdict
    return BUG
