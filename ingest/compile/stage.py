"""Compile: one reading of the graph becomes patterns and a snapshot.

Guarantees: a deterministic function of the graph. Equal graph, outcomes, settings, embedder and code give the same
snapshot id, and a graph whose snapshot is there is neither mined nor embedded again: nothing is written, and torch is
not imported. Patterns in the store and the snapshot come from one reading; a graph that changes while it is read is
read again, and given up with `GraphMoving` after a few times. Only one compile runs at a time (a fenced lease).

Survives a kill at any point: the snapshot before still answers, vectors made so far are kept, and the next compile
finishes the job.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from graph.embed.hashing import HashEmbedder
from graph.embed.offline import OfflineEmbedder
from graph.errors import HomeError, SnapshotError
from graph.graph_hash import graph_hash, outcomes_hash
from graph.home import Home
from graph.schema import Label
from graph.snapshot import EmbedderStamp, Manifest, Origin, current_id, open_folder
from graph.snapshot.analysis import ANALYSIS_VERSION
from graph.snapshot.layout import SNAPSHOT_SCHEMA
from graph.snapshot.writer import SnapshotContent, make_current, searched, write_snapshot
from graph.store.interface import GraphStore
from graph.write.contradictions import write_contradictions
from graph.write.generation import generation
from graph.write.lease import HeldLease, hold_lease
from graph.write.patterns import write_patterns
from graph.write.spoken_of import write_spoken_of
from ingest.compile.content import pattern_counts, snapshot_edges, snapshot_nodes
from ingest.compile.contradictions import find_contradictions
from ingest.compile.corpus import read_corpus
from ingest.compile.embeddings import Embedded, embed_all
from ingest.compile.errors import GraphMoving
from ingest.compile.mine import mine
from ingest.compile.report import CompileReport, Progress, Silent, reach
from ingest.compile.settings import CompileSettings
from ingest.compile.spoken_of import find_spoken_of

# Raised when the same graph would be mined or written differently.
COMPILE_VERSION = 10
LEASE = "compile"

CompileEmbedder = OfflineEmbedder | HashEmbedder


def open_embedder(name: str) -> CompileEmbedder:
    """Return the embedder called *name*: ``packaged``, ``hash``, a folder, or a sentence-transformers name.

    Raises:
        EmbedderUnavailable: there is none of that name.
    """
    return HashEmbedder() if name == "hash" else OfflineEmbedder.open(name)


def compile_snapshot(
    store: GraphStore,
    home: Home,
    *,
    embedder: str | CompileEmbedder = "packaged",
    settings: CompileSettings | None = None,
    progress: Progress | None = None,
    owner: str = LEASE,
    clock: Callable[[], float] = time.time,
) -> CompileReport:
    """Compile what is in *store* into *home* and make it the snapshot that answers.

    *owner* names this process in the lease; *clock* gives seconds since 1970.

    Raises:
        GraphMoving: the graph changed during each of `settings.attempts` readings; the message names the ingest.
        LeaseHeld: another compile is at work.
        StoreMismatch: *home* belongs to another store.
        EmbedderUnavailable: there is no such embedder.
        HomeError: there is no room for vectors under *home*.
        SnapshotError: the snapshot could not be written.
    """
    settings = settings or CompileSettings()
    home.bind(store.health().store_id)
    used = open_embedder(embedder) if isinstance(embedder, str) else embedder
    with hold_lease(store, LEASE, owner=owner, ttl_s=settings.lease_s, clock=clock) as lease:
        work = _Compile(store, home, used, settings, progress or Silent(), lease, clock)
        for reading in range(1, settings.attempts + 1):
            if report := work.once(reading):
                return report
    raise GraphMoving(_who_writes(store, settings.attempts))


class _Compile:
    def __init__(
        self,
        store: GraphStore,
        home: Home,
        embedder: CompileEmbedder,
        settings: CompileSettings,
        progress: Progress,
        lease: HeldLease,
        clock: Callable[[], float],
    ) -> None:
        self.store, self.home, self.embedder, self.settings = store, home, embedder, settings
        self.progress, self.lease, self.clock = progress, lease, clock

    def once(self, reading: int) -> CompileReport | None:
        """Compile one reading of the graph; None when it changed meanwhile."""
        self._phase("hash")
        origin, before = self._origin(), generation(self.store)
        if manifest := self._there(origin):
            if generation(self.store) != before:
                return None
            make_current(self.home.snapshots, manifest.id, generation=before)
            return CompileReport.model_validate(
                {
                    **manifest.report,
                    "snapshot": manifest.id,
                    "unchanged": True,
                    "generation": before,
                    "embedded": 0,
                    "patterns_written": 0,
                    "readings": reading,
                }
            )
        self._phase("read")
        corpus = read_corpus(self.store, self.lease.beat)
        self._phase("mine")
        mined = mine(corpus, self.settings.mining)
        opposed, spoken_of = find_contradictions(corpus), find_spoken_of(self.store, corpus)
        nodes = snapshot_nodes(self.store, corpus, mined, opposed)
        edges = snapshot_edges(corpus, mined)
        self._phase("embed")
        texts = searched(nodes)
        made, files = self._embed(texts)
        self._phase("patterns")
        if generation(self.store) != before or self._origin() != origin:
            return None
        written = write_patterns(self.store, mined.patterns, graph_hash=origin.graph_hash, fence=self.lease.fence)
        write_contradictions(self.store, opposed, fence=self.lease.fence)
        write_spoken_of(self.store, spoken_of, fence=self.lease.fence)
        self._phase("snapshot")
        report = CompileReport(
            snapshot=origin.id,
            unchanged=False,
            generation=before,
            graph_hash=origin.graph_hash,
            **reach(corpus, mined.patterns).model_dump(),
            nodes=len(nodes),
            edges=len(edges),
            texts=len(texts),
            embedded=made.embedded,
            patterns_written=written.written,
            contradictions=len(opposed),
            embedder=self.embedder.model_id,
            readings=reading,
        )
        write_snapshot(
            self.home.snapshots,
            SnapshotContent(nodes, edges, made.vectors, pattern_counts(nodes)),
            origin=origin,
            store_id=self.store.health().store_id,
            generation=before,
            embedder=EmbedderStamp(
                model_id=self.embedder.model_id,
                model_hash=self.embedder.model_hash,
                dimension=made.vectors.shape[1],
                maker=self.embedder.maker,
            ),
            embedder_files=files,
            index=self.settings.index,
            created_at=datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds"),
            report=report.model_dump(mode="json"),
        )
        return report

    def _embed(self, texts: list[str]) -> tuple[Embedded, tuple[Path, ...]]:
        """Return the vectors of *texts*, and the files with which a question is encoded."""
        try:
            made = embed_all(texts, self.embedder, self.home.path / "embeddings", tick=self._tick)
            if not isinstance(self.embedder, OfflineEmbedder):
                return made, ()
            from graph.embed.export import exported

            return made, tuple(sorted(exported(self.embedder.folder, self.home.path / "models").iterdir()))
        except OSError as error:
            raise HomeError(
                f"vectors and model cannot be kept under {self.home.path} ({error.strerror}): make room, then run "
                f"patternbook compile again; what was embedded so far is kept"
            ) from error

    def _origin(self) -> Origin:
        return Origin(
            graph_hash=graph_hash(self.store),
            outcomes_hash=outcomes_hash(self.store),
            embedder_hash=self.embedder.model_hash,
            code_version=f"{version('patternbook')}/{COMPILE_VERSION}.{ANALYSIS_VERSION}.{SNAPSHOT_SCHEMA}",
            settings=self.settings.model_dump(mode="json", include={"mining", "index"}),
        )

    def _there(self, origin: Origin) -> Manifest | None:
        """Return the manifest of the snapshot of *origin* if it is whole and its patterns are in the store."""
        folder = self.home.snapshots / origin.id
        if not folder.is_dir():
            return None
        try:
            snapshot = open_folder(folder)
            if current_id(self.home.snapshots) != origin.id:
                snapshot.verify()  # it was put aside for a while: look closely before it answers again
        except SnapshotError:
            return None  # damaged, or nothing answers: make it anew
        patterns = self.store.find_nodes(Label.PATTERN, {"graph_hash": origin.graph_hash}, limit=1)
        wanted = snapshot.manifest.counts.get(Label.PATTERN, 0)
        if bool(patterns) != bool(wanted) or self._patterns() < wanted:
            return None
        return snapshot.manifest

    def _patterns(self) -> int:
        return self.store.counts().nodes.get(Label.PATTERN, 0)

    def _phase(self, name: str) -> None:
        self.lease.beat()
        self.progress.on_phase(name)

    def _tick(self, done: int, todo: int) -> None:
        self.lease.beat()
        self.progress.on_embedded(done, todo)


def _who_writes(store: GraphStore, attempts: int) -> str:
    running = store.find_nodes(Label.ITEM, {"state": "running"}, limit=1)
    who = (
        f"an ingest is at work ({running[0].properties.get('owner')}, on {running[0].properties.get('source')})"
        if running
        else "an ingest or a resolve has just written to it"
    )
    return (
        f"the graph changed during each of {attempts} readings: {who}; "
        f"wait until it has ended, then run patternbook compile again"
    )
