"""The work: files are claimed, prepared by a crew and written here, until none is left that this run can have.

Guarantees: at most a few files are claimed ahead, so several runs share a corpus; memory is bounded by one file being
written; a file that kills its worker is tried `max_attempts` times and then quarantined, the rest goes on. What is in
progress when this ends, for whatever reason, is given back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from graph.errors import (
    HomeError,
    LeaseLost,
    StaleWrite,
    StoreError,
    StoreMismatch,
    StoreUnavailable,
    StoreVersionError,
)
from graph.home import Home
from graph.store.interface import GraphStore
from ingest.pipeline.crew import Crew
from ingest.pipeline.plan import Fingerprints, Verdict, known_content
from ingest.pipeline.prepare import load, said
from ingest.pipeline.progress import Progress
from ingest.pipeline.queue import Queue
from ingest.pipeline.tally import Tally
from ingest.pipeline.task import Failed, Fatal, Message, Prepared, Reached, Same, Task
from ingest.pipeline.write import write_file
from ingest.settings import IngestSettings
from ingest.sources.read import stat_token
from ingest.sources.source import SourceFile

_ENDS_THE_RUN = (StoreUnavailable, StoreVersionError, StoreMismatch, HomeError)
_WAIT_S = 1.0


@dataclass
class _Job:
    """A file in work, and how often it was given to a worker."""

    verdict: Verdict
    given: int = 0


@dataclass
class Work:
    """The parts one run works with."""

    store: GraphStore
    home: Home
    queue: Queue
    crew: Crew
    settings: IngestSettings
    prints: Fingerprints
    progress: Progress
    tally: Tally
    run: str
    retry_failed: bool
    _ready: deque[_Job] = field(default_factory=deque)
    _busy: dict[str, _Job] = field(default_factory=dict)
    _missed: list[SourceFile] = field(default_factory=list)

    def through(self, verdicts: Sequence[Verdict]) -> list[SourceFile]:
        """Bring all files of *verdicts* to rest; return those that another run holds.

        Raises:
            StoreUnavailable, HomeError, WorkersUnusable: nothing more can be done; the rest is pending.
        """
        self.queue.offer(verdicts)
        waiting = deque(verdicts)
        try:
            while waiting or self._ready or self._busy:
                self._hand_out(waiting)
                for message in self.crew.messages(_WAIT_S):
                    self._on(message)
                for key in self.queue.beat():
                    self._lose(key)
        finally:
            with suppress(StoreError):  # what ended the loop is the news
                self.queue.give_back(list(self.queue.held))
        missed, self._missed = self._missed, []
        return missed

    def _hand_out(self, waiting: deque[Verdict]) -> None:
        while self.crew.free():
            while not self._ready and waiting:
                # A few at a time: what is claimed here nobody else can do.
                count = min(len(waiting), max(1, self.crew.free()))
                self._claim([waiting.popleft() for _ in range(count)])
            if not self._ready:
                return
            job = self._ready.popleft()
            job.given += 1
            file = job.verdict.file
            self._busy[file.key] = job
            known = known_content(job.verdict, self.prints, retry_failed=self.retry_failed)
            self.crew.give(
                Task(
                    key=file.key,
                    path=file.path,
                    source=file.source,
                    given=file.given,
                    max_bytes=self.settings.max_file_bytes,
                    versions=self.prints.versions,
                    known=known,
                )
            )

    def _claim(self, verdicts: list[Verdict]) -> None:
        got = set(self.queue.claim([verdict.file.key for verdict in verdicts]))
        for verdict in verdicts:
            if verdict.file.key in got:
                self._ready.append(_Job(verdict))
            else:
                self._missed.append(verdict.file)

    def _on(self, message: Message) -> None:
        job = self._busy.get(message.key)
        if job is None:
            return
        if isinstance(message, Reached):
            self.progress.on_stage(job.verdict.file.source, message.stage)
            return
        del self._busy[message.key]
        if message.key not in self.queue.held:
            self._missed.append(job.verdict.file)
            return
        match message:
            case Prepared():
                self._on_prepared(job, message)
            case Same():
                self._on_same(job, message)
            case Failed():
                self._on_failed(job, message)
            case Fatal():
                raise message.error

    def _on_prepared(self, job: _Job, message: Prepared) -> None:
        self.tally.parses += message.parses
        self.tally.extractions += message.extractions
        file = job.verdict.file
        try:
            prepared = load(self.home, message.artefact)
            read_with = self.prints.stand_in(file) if message.provisional else self.prints.done(file)
            properties = {"content": message.content, "stat": message.stat, "settings": read_with}
            written = write_file(
                self.store,
                file,
                prepared,
                run=self.run,
                claim=self.queue.held[file.key],
                before=str(job.verdict.properties.get("document") or ""),
                properties=properties,
            )
        except LeaseLost:
            del self.queue.held[file.key]
            self._missed.append(file)
        except StaleWrite:
            # Others keep writing this paper: not the file's fault, and its turn comes again.
            self.queue.give_back([file.key])
            self._missed.append(file)
        except _ENDS_THE_RUN:
            raise
        except Exception as error:  # noqa: BLE001 - the stage runner: one document that cannot be written is one failure
            self._on_failed(
                job, Failed(file.key, "write", type(error).__name__, said(error), message.content, message.stat)
            )
        else:
            del self.queue.held[file.key]
            self.tally.nodes += written.nodes
            self.tally.edges += written.edges
            self.tally.refused += written.refused
            self.tally.done += 1
            self.progress.on_stage(file.source, "write")
            self.progress.on_item(file.source, "done", "")

    def _on_same(self, job: _Job, message: Same) -> None:
        verdict = job.verdict
        if not self.queue.rest(message.key, verdict.item_state, {"stat": message.stat}):
            self._missed.append(verdict.file)
        elif verdict.item_state == "done":
            self.tally.unchanged += 1
            self.progress.on_item(verdict.file.source, "unchanged", "")
        else:
            self._fail(verdict.file, verdict.item_state, *verdict.failure)

    def _on_failed(self, job: _Job, message: Failed) -> None:
        file = job.verdict.file
        if message.broken and job.given < self.settings.max_attempts:
            self._ready.append(job)
            return
        state = "quarantined" if message.broken else "failed"
        attempts = job.given + (job.verdict.attempts if job.verdict.item_state != "done" else 0)
        properties = {
            "stage": message.stage,
            "content": message.content or None,
            "stat": message.stat or stat_token(file.path) or None,
            "settings": self.prints.failed(file),
            "failure": {"class": message.kind, "message": message.message, "attempts": attempts},
        }
        if self.queue.rest(file.key, state, properties):
            self._fail(file, state, message.kind, message.message)
        else:
            self._missed.append(file)

    def _fail(self, file: SourceFile, state: str, kind: str, message: str) -> None:
        self.tally.fail(file, kind, message)
        self.progress.on_item(file.source, state, f"{kind}: {message}")

    def _lose(self, key: str) -> None:
        """Another run has taken the file over: leave it to that one."""
        for job in [job for job in self._ready if job.verdict.file.key == key]:
            self._ready.remove(job)
            self._missed.append(job.verdict.file)
