"""What goes to a worker and what comes back: small messages; texts stay in HOME as artefacts."""

from __future__ import annotations

from dataclasses import dataclass

from graph.vocabulary.document import Bibliography


@dataclass(frozen=True)
class Versions:
    """The versions of the two stages that depend on nothing but a file. They are part of every artefact's key."""

    parse: str
    extract: str


@dataclass(frozen=True)
class Task:
    """One file to read, parse and extract. `known` is the content hash for which nothing needs to be done, or ""."""

    key: str
    path: str
    source: str
    given: Bibliography | None
    max_bytes: int
    versions: Versions
    known: str = ""


@dataclass(frozen=True)
class Reached:
    """A stage is complete and its artefact is on disk."""

    key: str
    stage: str


@dataclass(frozen=True)
class Prepared:
    """The file is parsed and extracted; `artefact` names what the writer needs.

    `provisional`: another reader stood in for the one that was asked for; ``--retry failed`` asks again.
    """

    key: str
    content: str
    stat: str
    artefact: str
    parses: int
    extractions: int
    provisional: bool = False


@dataclass(frozen=True)
class Same:
    """The bytes are those that are known; only the stat has changed."""

    key: str
    stat: str


@dataclass(frozen=True)
class Failed:
    """A stage failed. `broken` means the worker died or was stopped, so a retry may help."""

    key: str
    stage: str
    kind: str
    message: str
    content: str = ""
    stat: str = ""
    broken: bool = False


@dataclass(frozen=True)
class Fatal:
    """Something is wrong that is no file's fault: no other file can be ingested either."""

    key: str
    error: Exception


Result = Prepared | Same | Failed | Fatal
Message = Result | Reached
