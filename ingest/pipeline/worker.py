"""A worker: a child process that prepares one file after the other and shares nothing with its parent but a pipe.

It has no access to the store. It ends when the pipe closes or the parent dies, so a killed ingest leaves none behind.
What it or a native library prints goes to the log that the parent chose.
"""

from __future__ import annotations

import ctypes
import faulthandler
import importlib
import os
import resource
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from ingest.pipeline.prepare import prepare
from ingest.pipeline.stages import Stages
from ingest.pipeline.task import Reached, Task
from ingest.settings import EXTRACT_BY_DEFAULT, PARSE_BY_DEFAULT, ExtractSettings, ParseSettings

_PR_SET_PDEATHSIG = 1  # prctl(2)

# spaCy imports torch wherever it is installed, for models that the blank pipeline has not: 1.3 s of CPU and 500 MB a
# worker, measured with spaCy 3.8 and torch 2.15. None makes the import fail, which spaCy is prepared for.
_NOT_NEEDED = ("torch",)


@dataclass(frozen=True)
class Setup:
    """What a worker needs before its first task.

    `stages` is ``module:attribute`` of a `Stages`, or of what makes one out of the settings.
    """

    home: Path
    stages: str
    import_path: tuple[str, ...]
    memory_mb: int = 4096
    parse: ParseSettings = PARSE_BY_DEFAULT
    extract: ExtractSettings = EXTRACT_BY_DEFAULT


@dataclass(frozen=True)
class Ready:
    """The worker has started, or could not: then `problem` says why."""

    problem: str = ""


def load_stages(setup: Setup) -> Stages:
    """Return the stages that *setup* names, made with its settings where they are made.

    Raises:
        ImportError: there is no such thing, or it is something else.
    """
    module, _, attribute = setup.stages.partition(":")
    found: Any = getattr(importlib.import_module(module), attribute, None)
    stages = found(setup.parse, setup.extract, setup.home) if callable(found) else found
    if isinstance(stages, Stages):
        return stages
    raise ImportError(f"{setup.stages} is no Stages")


def main() -> None:
    """Serve tasks from the pipe whose descriptor is the last argument."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    if sys.platform == "linux":
        # A parser that hangs in native code never looks at the pipe: the kernel ends it with its parent.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    pipe: Connection[Any, Any] = Connection(int(sys.argv[-1]))
    try:
        _serve(pipe)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)  # the parent is gone: nobody wants what is left to tidy up


def _serve(pipe: Connection[Any, Any]) -> None:
    from graph.home import Home

    setup: Setup = pipe.recv()
    sys.path[:] = setup.import_path
    # Data, not address space: libraries reserve much more than they use.
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = setup.memory_mb * 1_000_000
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    for name in _NOT_NEEDED:
        cast("dict[str, Any]", sys.modules).setdefault(name, None)
    try:
        stages = load_stages(setup)
    except ImportError as error:
        pipe.send(Ready(str(error)))
        return
    home = Home(setup.home)
    pipe.send(Ready())
    while True:
        task: Task = pipe.recv()
        pipe.send(prepare(task, stages, home, lambda stage: pipe.send(Reached(task.key, stage))))  # noqa: B023 - now
