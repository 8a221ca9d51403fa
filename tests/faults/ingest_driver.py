"""Run one ingest in a process of its own that may kill itself: `python ingest_driver.py '{"store": …}'`.

`kill` is ``stage:NAME:N`` (when the N-th file has come through that stage), ``phase:NAME``, ``interrupt:NAME:N`` (as
``stage``, but Ctrl-C), or ``before:N`` and
``after:N`` (around the N-th call that writes to the store).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from graph.home import Home
from graph.store import open_store
from ingest.pipeline import IngestInterrupted, Silent, ingest
from ingest.settings import IngestSettings

WRITES = frozenset({"write_batch", "upsert_nodes", "upsert_edges", "compare_and_set", "enqueue", "claim", "finish"})


def die() -> None:
    """End as by a power cut: no handler, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly(Silent):
    """Kills the process at a stage or phase."""

    def __init__(self, kill: str) -> None:
        self.what, _, rest = kill.partition(":")
        self.name, _, count = rest.partition(":")
        self.left = int(count or 1)

    def on_stage(self, source: str, stage: str) -> None:  # noqa: ARG002
        """Count down and die."""
        if self.what in {"stage", "interrupt"} and self.name == stage:
            self.left -= 1
            if self.left == 0 and self.what == "stage":
                die()
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGINT)

    def on_phase(self, name: str) -> None:
        """Die when it is the one."""
        if (self.what, self.name) == ("phase", name):
            die()


class DeadlyStore:
    """Kills the process around one of the calls that write."""

    def __init__(self, store: Any, kill: str) -> None:
        self._store = store
        self._when, _, count = kill.partition(":")
        self._left = int(count) if self._when in {"before", "after"} else -1

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in WRITES:
            return method

        def call(*args: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left == 0 and self._when == "before":
                die()
            result = method(*args, **options)
            if self._left == 0:
                die()
            return result

        return call


def main() -> None:
    sys.modules["torch"] = None  # spaCy would import it, to no use here: two seconds a process
    told = json.loads(sys.argv[1])
    kill = told.get("kill", "")
    store = open_store(told["store"], user=told.get("user"), password=told.get("password"))
    try:
        report = ingest(
            told["paths"],
            store=DeadlyStore(store, kill),
            home=Home(Path(told["home"])),
            settings=IngestSettings(workers=told.get("workers", 0), poll_s=0.05),
            progress=Deadly(kill),
        )
        print(report.model_dump_json())
    except IngestInterrupted as stopped:
        print(stopped)
    store.close()


if __name__ == "__main__":
    main()
