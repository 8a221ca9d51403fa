"""What the routes work on: the workspace, the snapshot that answers now, and the runs that are under way.

Opened on first use and closed with the app, so that ``/healthz`` answers while the store is still starting. A newer
snapshot is taken up by the next question; one that is open stays readable. Safe for several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Annotated

from fastapi import Depends, Request

from graph.home import Home
from graph.snapshot import Snapshot, current_id, open_snapshot
from graph.vocabulary.plan import Plan
from runtime.execute import Engine, Progress, RunReport, run_plan
from service.api.runs import Runs
from service.settings import Settings
from service.workspace import Workspace, open_workspace


class Backend:
    """Opens things once and keeps them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._workspace: Workspace | None = None
        self._snapshot: Snapshot | None = None
        self.runs = Runs(self._run_plan)

    def workspace(self) -> Workspace:
        """Return the open workspace.

        Raises:
            StoreUnavailable, StoreVersionError, StoreMismatch, PartMissing: as `open_workspace`.
        """
        with self._lock:
            if self._workspace is None:
                self._workspace = self._stack.enter_context(open_workspace(self.settings, must_exist=True))
            return self._workspace

    def snapshot(self) -> Snapshot:
        """Return the snapshot that answers now.

        Raises:
            SnapshotMissing, SnapshotDamaged: there is none that can be read.
        """
        home = Home(self.settings.home)
        with self._lock:
            if self._snapshot is None or self._snapshot.id != current_id(home.snapshots):
                self._snapshot = open_snapshot(home)
            return self._snapshot

    def close(self) -> None:
        """Stop runs, then close what is open."""
        self.runs.close()
        with self._lock:
            self._workspace = self._snapshot = None
            self._stack.close()

    def _run_plan(self, plan: Plan, progress: Callable[[Progress], None]) -> RunReport:
        workspace = self.workspace()
        return run_plan(
            workspace.store,
            workspace.home,
            plan,
            workers=max(1, self.settings.workers),
            progress=progress,
            engine=Engine(isolation=self.settings.isolation, allow_untrusted_code=self.settings.allow_untrusted_code),
        )


def _backend(request: Request) -> Backend:
    backend: Backend = request.app.state.backend
    return backend


def allow(request: Request) -> None:
    """Let everybody in. The seam for API keys and scopes: every route under /v1 depends on it."""
    del request


BackendOf = Annotated[Backend, Depends(_backend)]
