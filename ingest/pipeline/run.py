"""`ingest`: from paths to a graph that holds what they say, and a report of what could not be read.

Guarantees: after a kill at any point the same command goes on, and the graph ends up as if there had been no kill; the
order of files, the number of workers and of concurrent runs make no difference to it. An unchanged corpus is neither
read nor parsed nor written, and nothing heavy is imported for it. One bad file never keeps another from being read.
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from graph.errors import HomeError, LeaseHeld
from graph.home import Home
from graph.schema import Label
from graph.store.interface import GraphStore, Node
from graph.write.generation import raise_generation
from graph.write.items import end_run, start_run
from ingest.pipeline.errors import IngestInterrupted, WorkersUnusable
from ingest.pipeline.notices import notices
from ingest.pipeline.owner import new_owner
from ingest.pipeline.plan import Fingerprints, State, Verdict, judge
from ingest.pipeline.progress import Progress, Silent
from ingest.pipeline.queue import Queue, free_lease_of_the_dead
from ingest.pipeline.report import IngestReport
from ingest.pipeline.stages import SHIPPED, shipped_versions
from ingest.pipeline.tally import Tally
from ingest.pipeline.task import Versions
from ingest.settings import IngestSettings
from ingest.sources.listing import Listing, list_sources
from ingest.sources.names import shown
from ingest.sources.read import stat_token
from ingest.sources.source import SourceFile

if TYPE_CHECKING:
    from ingest.pipeline.crew import Crew
    from ingest.pipeline.work import Work


@dataclass(frozen=True)
class Pipeline:
    """Which stages run: the shipped ones, or a test's own. `stages` is ``module:attribute``."""

    stages: str = SHIPPED
    versions: Versions | None = None


def ingest(
    paths: Sequence[str | os.PathLike[str]],
    *,
    store: GraphStore,
    home: Home,
    settings: IngestSettings | None = None,
    retry_failed: bool = False,
    progress: Progress | None = None,
    pipeline: Pipeline = Pipeline(),
    clock: Callable[[], float] = time.time,
) -> IngestReport:
    """Ingest *paths* (folders, files, ``.jsonl`` lists) into *store*, with artefacts in *home*.

    Raises:
        NoSuchSource: a path does not exist; nothing was done.
        StoreUnavailable, HomeError, WorkersUnusable: the run cannot go on; what was done stays.
        IngestInterrupted: Ctrl-C; it holds the report so far.
    """
    settings = settings or IngestSettings()
    settings = settings.model_copy(update={"exclude": (*settings.exclude, os.fspath(home.path))})
    run = _Run(store, home, settings, retry_failed, progress or Silent(), pipeline, clock)
    try:
        run.through(list_sources(paths, settings))
    except KeyboardInterrupt:
        raise IngestInterrupted(run.report()) from None
    return run.report()


class _Run:
    """One call of `ingest`."""

    def __init__(
        self,
        store: GraphStore,
        home: Home,
        settings: IngestSettings,
        retry_failed: bool,
        progress: Progress,
        pipeline: Pipeline,
        clock: Callable[[], float],
    ) -> None:
        self.store, self.home, self.settings, self.progress = store, home, settings, progress
        self.retry_failed, self.pipeline, self.clock = retry_failed, pipeline, clock
        self.prints = Fingerprints(pipeline.versions or shipped_versions(settings.parse, settings.extract), settings)
        owner = new_owner(in_process=settings.workers == 0)
        self.queue = Queue(store, owner=owner, lease_s=self._lease_s(), clock=clock)
        self.tally = Tally()
        self.key: str | None = None
        self.began = time.monotonic()

    def report(self) -> IngestReport:
        """Return what has happened so far."""
        return self.tally.report(run=self.key, seconds=time.monotonic() - self.began)

    def through(self, listing: Listing) -> None:
        """Bring every file to rest, join names, and collect what is to be said."""
        self.tally.failures += listing.failures
        self.tally.notices += listing.notices
        self._work(listing.files)
        self._resolve()
        if self.key is not None:
            if self.tally.nodes or self.tally.edges:
                raise_generation(self.store)
            end_run(self.store, self.key, at=self._now())
            self.progress.on_phase("finished")
        self.tally.notices += notices(self.store, listing.files, self._items(listing.files))

    def _lease_s(self) -> float:
        """A process that parses files itself gives no sign of life while it does."""
        return self.settings.lease_s + (0 if self.settings.workers else self.settings.file_timeout_s)

    def _work(self, files: Sequence[SourceFile]) -> None:
        remaining, retry = list(files), self.retry_failed
        work: Work | None = None
        try:
            while remaining:
                verdicts = self._judge(remaining, retry=retry)
                todo = [each for each in verdicts if each.state in {State.TODO, State.AGAIN}]
                if work is None:
                    self.progress.on_total(len(files), len(todo))
                    work = self._start(len(todo)) if todo else None
                missed = work.through(todo) if work and todo else []
                busy = [each.file for each in verdicts if each.state is State.BUSY]
                remaining = [*busy, *missed]
                retry = False  # what failed in this call is not tried again by it
                if remaining and len(missed) == len(todo):
                    time.sleep(self.settings.poll_s)
        finally:
            if work is not None:
                work.crew.close()

    def _items(self, files: Sequence[SourceFile]) -> dict[str, Node]:
        return self.queue.items(files, self._final)

    def _final(self, file: SourceFile) -> dict[str, str]:
        return {"stat": stat_token(file.path), "settings": self.prints.failed(file)}

    def _judge(self, files: Sequence[SourceFile], *, retry: bool) -> list[Verdict]:
        """Judge *files*; those that need no work are counted."""
        items = self._items(files)
        verdicts = [judge(file, items.get(file.key), self.prints, retry_failed=retry) for file in files]
        for each in verdicts:
            if each.state is State.UNCHANGED:
                self.tally.unchanged += 1
            elif each.state is State.KNOWN_FAILURE:
                kind, message = each.failure
                self.tally.fail(each.file, kind, message)
        return verdicts

    def _begin(self) -> str:
        """Return the key of the Run, which is recorded when there is something to do for the first time."""
        if self.key is None:
            # Readable in a list of runs, and different for two that start in the same second.
            self.key = f"run:{datetime.fromtimestamp(self.clock(), UTC):%Y%m%dt%H%M%S}-{uuid.uuid4().hex[:8]}"
            chosen = {
                **self.settings.model_dump(exclude={"exclude", "include", "parse", "extract"}),
                **self.settings.parse.model_dump(mode="json"),
                "extract_settings": self.settings.extract.model_dump(mode="json"),
            }
            include = [shown(pattern) for pattern in self.settings.include]
            versions = {"parse": self.prints.versions.parse, "extract": self.prints.versions.extract}
            settings = {**chosen, "include": include, **versions}
            start_run(self.store, self.key, settings=settings, version=version("patternbook"), at=self._now())
        return self.key

    def _start(self, todo: int) -> Work:
        from ingest.pipeline.work import Work

        return Work(
            self.store,
            self.home,
            self.queue,
            self._crew(min(self.settings.workers, todo)),
            self.settings,
            self.prints,
            self.progress,
            self.tally,
            self._begin(),
            self.retry_failed,
        )

    def _crew(self, size: int) -> Crew:
        from ingest.pipeline.crew import open_crew
        from ingest.pipeline.worker import Setup

        setup = Setup(
            self.home.path.absolute(),
            self.pipeline.stages,
            tuple(sys.path),
            self.settings.worker_memory_mb,
            self.settings.parse,
            self.settings.extract,
        )
        log = self.home.logs / f"ingest-{os.getpid()}.log"
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(f"cannot write {log.parent}: {error.strerror}") from error
        try:
            return open_crew(size, setup, self.home, log=log, timeout_s=self.settings.file_timeout_s)
        except OSError as error:
            raise WorkersUnusable(f"no worker process can be started: {error}") from error

    def _resolve(self) -> None:
        """Join names and papers, if there is a document that has not been through that yet."""
        while self.store.find_nodes(Label.DOCUMENT, {"resolved": False}, limit=1):
            from ingest.resolve import resolve

            run = self._begin()
            self.progress.on_phase("resolve")
            try:
                self.tally.merged += resolve(self.store, run=run, owner=self.queue.owner, clock=self.clock).merged
            except LeaseHeld as held:
                # Another run is at it, perhaps with our documents too; or it was killed, and we go on at once.
                if not free_lease_of_the_dead(self.store, held.name):
                    time.sleep(self.settings.poll_s)

    def _now(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
