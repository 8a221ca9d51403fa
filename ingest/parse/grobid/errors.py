"""Why a GROBID server did not return a PDF.

GrobidError
├── GrobidUnavailable   no server there, or it stayed busy: nothing is wrong with the file, try again later
├── GrobidTimeout       it took longer than it may, here or on the server
└── GrobidFailed        it answered, with an error or with something that is no TEI
"""

from __future__ import annotations


class GrobidError(Exception):
    """Base of all reasons. `passing`: the same request may succeed when it is sent again."""

    passing = False


class GrobidUnavailable(GrobidError):
    """The server is not there, refuses, or is busy for longer than we wait."""

    passing = True


class GrobidTimeout(GrobidError):
    """The server did not answer in time."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class GrobidFailed(GrobidError):
    """The server says that it cannot read the file, or its answer cannot be used."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing
