"""One file to ingest."""

from __future__ import annotations

from dataclasses import dataclass

from graph.vocabulary.document import Bibliography


@dataclass(frozen=True)
class SourceFile:
    """One file to ingest, as found.

    `path` opens it and may hold lone surrogates; everything else is safe to store and print:
    `source` is the path as given, `real` the absolute one without links. `given` is what a list
    says of the work: it fills what the file itself lacks.
    """

    path: str
    source: str
    real: str
    key: str
    stem: str
    given: Bibliography | None = None
