"""The child: runs the trials of one pack, one after another, and leaves predictions. Started as a program.

It finds ``pack.json`` and ``data/`` in its work folder: training inputs and labels, validation and test *inputs*, and
nothing else of the task. For each trial it leaves ``out/<trial>.<attempt>/`` with ``val.npy``, ``test.npy`` (logits)
and ``result.json``, written beside, flushed and renamed, so that a result is there whole or not at all, also after a
kill. ``current.json`` names the trial it is at. What it says about itself is never taken as a measurement.

An exception ends one trial, not the pack; a lack of memory ends the pack, since what is left of the process is unknown.
Imports torch, numpy and `runtime.units` only.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Exit codes, after sysexits.h: EX_CONFIG when a library is missing, EX_OSERR when memory ran out.
ENVIRONMENT_EXIT, MEMORY_EXIT = 78, 71
_OUT_OF_MEMORY_TEXTS = ("can't allocate memory", "not enough memory", "out of memory")


def execute_pack(spec: Mapping[str, Any], workdir: Path) -> int:
    """Run the trials of *spec* in order; return the exit code. Each trial is a function of the spec and its data."""
    for place, trial in enumerate(spec["trials"]):
        _write_through(workdir / "current.json", json.dumps({"trial": trial["id"], "place": place}).encode())
        _limit_cpu(int(spec["trial_cpu_s"]))
        folder = workdir / "out" / f"{trial['id']}.{trial['attempt']}.tmp"
        folder.mkdir(parents=True)
        started = time.monotonic()
        result: dict[str, Any] = {"trial": trial["id"]}
        try:
            result["loss"] = _run_trial(spec, trial, workdir, folder)
        except Exception as error:  # noqa: BLE001  # the one stage runner of the child: it records what it caught
            traceback.print_exc()
            result["error"] = {"kind": _kind(error), "class": type(error).__name__, "message": str(error)[:500]}
        result["wall_s"] = round(time.monotonic() - started, 4)
        _write_through(folder / "result.json", json.dumps(result).encode())
        _flush_folder(folder)
        folder.rename(folder.with_suffix(""))
        _flush_folder(folder.parent)
        if result.get("error", {}).get("kind") == "memory":
            return MEMORY_EXIT
    return 0


def _run_trial(spec: Mapping[str, Any], trial: Mapping[str, Any], workdir: Path, folder: Path) -> float:
    import numpy as np

    from runtime.units.program import TrialData, train
    from runtime.units.registry import bind_all
    from runtime.units.settings import Settings

    with np.load(workdir / "data" / f"{trial['seed']}.npz", allow_pickle=False) as arrays:
        data = TrialData(
            train_inputs=arrays["train_inputs"],
            train_labels=arrays["train_labels"],
            val_inputs=arrays["val_inputs"],
            test_inputs=arrays["test_inputs"],
            classes=spec["classes"],
            image=tuple(spec["image"]) if spec["image"] else None,
            background=spec["background"],
        )
    recipe = bind_all([(binding["unit"], binding["knobs"]) for binding in spec["units"]])
    trained = train(recipe, data, Settings(**spec["settings"]), trial["seed"])
    for name, logits in (("val", trained.val_logits), ("test", trained.test_logits)):
        with (folder / f"{name}.npy").open("xb") as out:
            np.save(out, logits, allow_pickle=False)
            out.flush()
            os.fsync(out.fileno())
    return trained.loss if trained.loss == trained.loss else 0.0  # NaN has no place in JSON; the logits carry it


def _kind(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, RuntimeError) and any(text in str(error).lower() for text in _OUT_OF_MEMORY_TEXTS):
        return "memory"  # torch reports a failed allocation as a plain RuntimeError
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "size"
    if isinstance(error, ImportError):
        return "environment"
    return "crash"


def _limit_cpu(seconds: int) -> None:
    """Give the next trial *seconds* of CPU from now; past them the kernel sends SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard) if hard >= 0 else soft, hard))


def _write_through(file: Path, content: bytes) -> None:
    temporary = file.with_name(file.name + ".tmp")
    with temporary.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(file)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def main() -> int:
    """Read the pack in the working folder and run it."""
    workdir = Path.cwd()
    spec = json.loads((workdir / "pack.json").read_bytes())
    for unfinished in sorted((workdir / "out").glob("*.tmp")):
        shutil.rmtree(unfinished)
    try:
        import torch

        import runtime.units.program
    except (ImportError, OSError):
        traceback.print_exc()
        return ENVIRONMENT_EXIT
    del runtime
    torch.set_num_threads(1)
    return execute_pack(spec, workdir)


if __name__ == "__main__":
    sys.exit(main())
