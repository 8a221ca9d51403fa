"""The evaluator of a project task: its own command, outside the sandbox, on what was taken over from a trial.

Guarantees: the evaluator's and the held-out files are what they were when the task was read; it runs under limits with
a clean environment; only numbers of metrics that the task declares are taken, all of them, and finite. While it runs,
*meanwhile* is called, so that leases are kept.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from graph.vocabulary.outcome import FailureLabel
from runtime.execute.judge import Unusable
from runtime.execute.ownership import drop, own
from runtime.execute.process import Exit, Limits, reaping_orphans, start
from runtime.projects import Project
from runtime.projects.contract import fill
from runtime.projects.errors import ProjectMoved
from runtime.projects.files import verify

_METRICS_BYTES = 65_536
_TICK_S = 0.01
_SAID, _SAID_BYTES = "said", 4000


def evaluate(
    project: Project,
    files: Mapping[str, bytes],
    *,
    seed: int,
    split: Literal["val", "test"],
    work: Path,
    meanwhile: Callable[[], None],
) -> dict[str, float]:
    """Return the metrics of *files* on *split*.

    Raises:
        Unusable: the evaluator cannot run or be trusted to be the task's, or says that nothing can be scored.
    """
    try:
        verify(project.folder, project.evaluator_files)
    except ProjectMoved as moved:
        raise Unusable(FailureLabel.DATA_MISMATCH, str(moved)) from None
    folder = _folder(work)
    try:
        for path, content in files.items():
            (folder / "left" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "left" / path).write_bytes(content)
        ended = _run(project, folder, seed=seed, split=split, meanwhile=meanwhile)
        if ended.code != 0:
            raise _failed(project, ended, folder / _SAID)
        return _metrics(project, folder / "metrics.json")
    finally:
        drop(folder)


def _folder(work: Path) -> Path:
    """Make a folder that has its owner's name before anybody who sweeps can take it for a leftover."""
    made = Path(tempfile.mkdtemp(prefix="evaluation-", dir=work))
    folder = made.with_name(f"pack-{made.name}")
    own(folder, ())
    return made.rename(folder)


def _run(project: Project, folder: Path, *, seed: int, split: str, meanwhile: Callable[[], None]) -> Exit:
    evaluator = project.contract.evaluator
    values = {
        "python": sys.executable,
        "seed": str(seed),
        "split": split,
        "left": str(folder / "left"),
        "metrics": str(folder / "metrics.json"),
    }
    named = {f"PATTERNBOOK_{name.upper()}": value for name, value in values.items() if name != "python"}
    extra = {
        **named,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATTERNBOOK_TASK": str(project.folder),
        "PATTERNBOOK_SAID": str(folder / _SAID),
    }
    limits = Limits(trial_wall_s=evaluator.timeout_s, mem_mb=evaluator.mem_mb)
    go = 'cd "$PATTERNBOOK_TASK" && exec "$@" > "$PATTERNBOOK_SAID" 2>&1'
    arguments = ["/bin/sh", "-c", go, "sh", *fill(evaluator.command, values)]
    with reaping_orphans():
        try:
            child = start(arguments, folder, limits=limits, trials=1, mark=folder.name, extra=extra)
        except OSError as error:
            raise Unusable(FailureLabel.ENVIRONMENT, f"the evaluator could not be started: {error}") from None
        until = time.monotonic() + evaluator.timeout_s
        try:
            while (ended := child.poll()) is None:
                if time.monotonic() > until:
                    return child.end("wall")
                meanwhile()
                time.sleep(_TICK_S)
        except BaseException:
            child.end("cancelled")
            raise
        return ended


def _failed(project: Project, ended: Exit, output: Path) -> Unusable:
    if ended.ended == "wall":
        seconds = project.contract.evaluator.timeout_s
        return Unusable(FailureLabel.ENVIRONMENT, f"the evaluator took more than {seconds:g} s")
    printed = output.read_bytes()[-_SAID_BYTES:].decode("utf-8", "replace") if output.is_file() else ""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    said = lines[-1][:300] if lines else "it printed nothing"
    if ended.code in {126, 127}:
        return Unusable(FailureLabel.ENVIRONMENT, f"the evaluator could not be run: {said}")
    return Unusable(FailureLabel.NO_RESULT, f"the evaluator could score nothing (exit {ended.code}): {said}")


def _metrics(project: Project, file: Path) -> dict[str, float]:
    try:
        if file.stat().st_size > _METRICS_BYTES:
            raise Unusable(FailureLabel.ENVIRONMENT, "the evaluator wrote more than a list of metrics")
        said = json.loads(file.read_bytes())
    except OSError:
        raise Unusable(FailureLabel.ENVIRONMENT, "the evaluator ended well and wrote no metrics") from None
    except (ValueError, RecursionError):
        raise Unusable(FailureLabel.ENVIRONMENT, "what the evaluator wrote is not JSON") from None
    if not isinstance(said, dict):
        raise Unusable(FailureLabel.ENVIRONMENT, "the evaluator must write one JSON object of numbers by metric")
    if missing := [name for name in project.metrics if name not in said]:
        raise Unusable(FailureLabel.ENVIRONMENT, f"the evaluator wrote no {', '.join(missing)}")
    measured: dict[str, float] = {}
    for name in project.metrics:
        value = said[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unusable(FailureLabel.ENVIRONMENT, f"the evaluator wrote {value!r} for {name}, which is no number")
        if not math.isfinite(value):
            raise Unusable(FailureLabel.NON_FINITE, f"{name} is not finite")
        measured[name] = float(value)
    return measured
