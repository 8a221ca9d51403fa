"""The child: runs the programs of one pack, one after another, and leaves what its trials predict. A program itself.

It finds ``pack.json`` and ``data/`` in its work folder: training inputs and labels, validation and test *inputs*, and
nothing else of the task. The trials of a program train together, as lanes of one batch. For each trial it leaves
``out/<trial>.<attempt>/`` with ``val.npy`` and ``test.npy`` (outputs) or ``weights.npy``, and ``result.json``, written
beside, flushed and renamed, so that a result is there whole or not at all, also after a kill. ``current.json`` names
the trials it is at. What it says about itself is never taken as a measurement.

Where a program of several lanes fails, also for lack of memory, its halves are run on their own, and so on: a trial
that fails alone is at fault, the others have their results, and those do not depend on how many lanes there were. A
lack of memory of one trial alone ends the pack, since what is left of the process is unknown. Time is charged in equal
parts: a lane's is that of its program over the number of its lanes.

Imports torch, numpy and `runtime.units` only.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import resource
import shutil
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# Exit codes, after sysexits.h: EX_CONFIG when a library is missing, EX_OSERR when memory ran out.
ENVIRONMENT_EXIT, MEMORY_EXIT = 78, 71
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_OUT_OF_MEMORY_TEXTS = ("can't allocate memory", "not enough memory", "out of memory")

Trial = Mapping[str, Any]


def execute_pack(spec: Mapping[str, Any], workdir: Path) -> int:
    """Run the programs of *spec* in order; return the exit code. A trial is a function of its spec and its data."""
    place = 0
    for program in spec["programs"]:
        try:
            code = _execute_program(spec, program, place, workdir)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            traceback.print_exc()  # the disk is full: no trial's fault, and where it could be said there is no room
            return ENVIRONMENT_EXIT
        if code:
            return code
        place += len(program)
    return 0


def _execute_program(spec: Mapping[str, Any], trials: Sequence[Trial], place: int, workdir: Path) -> int:
    """Run *trials* as lanes of one program; where that fails, run its halves."""
    at = {"trial": trials[0]["id"], "place": place, "lanes": len(trials)}
    _write_through(workdir / "current.json", json.dumps(at).encode())
    _limit_cpu(len(trials) * int(spec["trial_cpu_s"]))
    folders = [workdir / "out" / f"{trial['id']}.{trial['attempt']}.tmp" for trial in trials]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    wall, cpu = time.monotonic(), time.process_time()
    failed: dict[str, str] = {}
    try:
        results = _train(spec, trials, workdir)
        for folder, result in zip(folders, results, strict=True):
            _leave_arrays(folder, result.pop("arrays"))
    except Exception as error:  # noqa: BLE001  # the one stage runner of the child: it records what it caught
        traceback.print_exc()
        failed = {"kind": _kind(error), "class": type(error).__name__, "message": str(error)[:500]}
        results = [{"error": failed} for _ in trials]
    if failed and len(trials) > 1:
        gc.collect()  # the failed program's tensors hang in the frames of its traceback
        half = len(trials) // 2
        return _execute_program(spec, trials[:half], place, workdir) or _execute_program(
            spec, trials[half:], place + half, workdir
        )
    charged = {
        "wall_s": round((time.monotonic() - wall) / len(trials), 4),
        "cpu_s": round((time.process_time() - cpu) / len(trials), 4),
        "gpu_s": 0.0 if spec["device"] == "cpu" else round((time.monotonic() - wall) / len(trials), 4),
        "pack_size": len(trials),
        **_surroundings(),
    }
    for trial, folder, result in zip(trials, folders, results, strict=True):
        _write_through(folder / "result.json", json.dumps({"trial": trial["id"], **result, **charged}).encode())
        _flush_folder(folder)
        folder.rename(folder.with_suffix(""))
    _flush_folder(workdir / "out")
    return MEMORY_EXIT if failed.get("kind") == "memory" else 0


def _train(spec: Mapping[str, Any], trials: Sequence[Trial], workdir: Path) -> list[dict[str, Any]]:
    """Return ``arrays`` by the name of their file, last loss and steps of each trial."""
    import numpy as np

    from runtime.units.program import train
    from runtime.units.registry import bind_all
    from runtime.units.settings import Settings
    from runtime.units.trial import TrialData

    data = {}
    for seed in sorted({trial["seed"] for trial in trials}):
        with np.load(workdir / "data" / f"{seed}.npz", allow_pickle=False) as arrays:
            data[seed] = TrialData(
                train_inputs=arrays["train_inputs"],
                train_labels=arrays["train_labels"],
                val_inputs=arrays["val_inputs"],
                test_inputs=arrays["test_inputs"],
                classes=spec["classes"],
                image=tuple(spec["image"]) if spec["image"] else None,
                background=spec["background"],
            )
    trained = train(
        [bind_all([(unit["unit"], unit["knobs"]) for unit in trial["units"]]) for trial in trials],
        [data[trial["seed"]] for trial in trials],
        Settings(**spec["settings"]),
        [trial["seed"] for trial in trials],
        shape=spec["shape"],
        device=spec["device"],
    )
    return [
        # NaN has no place in JSON; the arrays carry it.
        {"arrays": each.arrays, "loss": each.loss if np.isfinite(each.loss) else 0.0, "steps": each.steps}
        for each in trained
    ]


def _leave_arrays(folder: Path, arrays: Mapping[str, Any]) -> None:
    import numpy as np

    for name, values in arrays.items():
        with (folder / f"{name}.npy").open("xb") as out:
            np.save(out, values, allow_pickle=False)
            out.flush()
            os.fsync(out.fileno())


def _surroundings() -> dict[str, Any]:
    """Return what bits may depend on; nothing where torch was not imported."""
    torch = sys.modules.get("torch")
    if torch is None:
        return {}
    return {
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "cpu": torch.backends.cpu.get_cpu_capability(),
    }


def _kind(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, RuntimeError) and any(text in str(error).lower() for text in _OUT_OF_MEMORY_TEXTS):
        return "memory"  # torch reports a failed allocation as a plain RuntimeError
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "size"
    if isinstance(error, ImportError) or (isinstance(error, OSError) and error.errno in _NO_ROOM):
        return "environment"
    return "crash"


def _limit_cpu(seconds: int) -> None:
    """Give the next program *seconds* of CPU from now; past them the kernel sends SIGXCPU."""
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
