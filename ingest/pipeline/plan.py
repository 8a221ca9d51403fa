"""Which files need work: what the store knows of each, compared with what is on the disk.

Nothing is read here but stats, so an unchanged corpus costs one look at each file and one at its item.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graph.canonical import content_hash
from graph.store.interface import Node
from ingest.pipeline.task import Versions
from ingest.settings import IngestSettings
from ingest.sources.read import stat_token
from ingest.sources.source import SourceFile


class State(Enum):
    """What is to be done with a file."""

    UNCHANGED = "unchanged"  # it is in, as it is now
    KNOWN_FAILURE = "known failure"  # it failed, as it is now
    TODO = "todo"  # it has no item, or one that is pending
    AGAIN = "again"  # its item is at rest and must be made pending first
    BUSY = "busy"  # somebody holds it


@dataclass(frozen=True)
class Verdict:
    """What is to be done with one file, and what its item says of it."""

    file: SourceFile
    state: State
    item: Node | None = None
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def item_state(self) -> str:
        """The item's own state; empty where there is none."""
        return str(self.properties.get("state") or "")

    @property
    def failure(self) -> tuple[str, str]:
        """Class and message of the item's last failure."""
        failure = self.properties.get("failure") or {}
        return str(failure.get("class", "Failed")), str(failure.get("message", "it failed before"))

    @property
    def attempts(self) -> int:
        """How often the item failed in a row."""
        return int((self.properties.get("failure") or {}).get("attempts", 0))


@dataclass(frozen=True)
class Fingerprints:
    """Hashes of everything but the bytes that decides what becomes of a file."""

    versions: Versions
    settings: IngestSettings

    def done(self, file: SourceFile) -> str:
        """What must be equal for a file that is in to be left alone."""
        given = file.given.model_dump(mode="json") if file.given else None
        return content_hash([self.versions.parse, self.versions.extract, given])

    def stand_in(self, file: SourceFile) -> str:
        """What is recorded of a file that another reader than the one asked for has read."""
        return content_hash([self.done(file), "stand-in"])

    def failed(self, file: SourceFile) -> str:
        """What must be equal for a failure to be final: also the limits under which it failed."""
        limits = [
            self.settings.max_file_bytes,
            self.settings.file_timeout_s,
            self.settings.worker_memory_mb,
            self.settings.parse.model_dump(mode="json"),
        ]
        return content_hash([self.done(file), limits])


def judge(file: SourceFile, item: Node | None, prints: Fingerprints, *, retry_failed: bool) -> Verdict:
    """Say what is to be done with *file*, whose item is *item*."""
    if item is None:
        return Verdict(file, State.TODO)
    said = dict(item.properties)
    at = said.get("state")
    unmoved = bool(said.get("stat")) and said.get("stat") == stat_token(file.path)
    if at == "running":
        state = State.BUSY
    elif at == "done":
        good = prints.done(file) == said.get("settings")
        passable = prints.stand_in(file) == said.get("settings") and not retry_failed
        state = State.UNCHANGED if unmoved and (good or passable) else State.AGAIN
    elif at in {"failed", "quarantined"}:
        known = unmoved and said.get("settings") == prints.failed(file) and not retry_failed
        state = State.KNOWN_FAILURE if known else State.AGAIN
    else:
        state = State.TODO
    return Verdict(file, state, item, said)


def known_content(verdict: Verdict, prints: Fingerprints, *, retry_failed: bool) -> str:
    """Return the content hash that means nothing has to be done, though the stat has moved; "" if there is none."""
    file, final = verdict.file, set[str]()
    if verdict.item_state == "done":
        final = {prints.done(file)} if retry_failed else {prints.done(file), prints.stand_in(file)}
    elif verdict.item_state in {"failed", "quarantined"} and not retry_failed:
        final = {prints.failed(file)}
    return str(verdict.properties.get("content") or "") if verdict.properties.get("settings") in final else ""
