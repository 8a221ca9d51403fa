"""The child of a project trial: runs the task's commands one after another. Started as a program.

It finds ``pack.json`` in its work folder and the project's files in ``project/``. What the commands leave in their
output folder becomes ``out/<trial>.<attempt>/left/`` beside ``result.json``, renamed into place when all have ended, so
that a result is there whole or not at all. A command that dies of a signal takes this process with it by the same
signal, so that the harness sees the cause itself. What is written here is never taken as a measurement.

Standard library only: it costs the start of a bare interpreter, and imports nothing of the project or of ours.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

# Exit codes of a shell, and of execvp by convention, for a command that is not there or cannot be run.
_NO_COMMAND = (126, 127)


def run_steps(spec: Mapping[str, Any], workdir: Path) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Run the steps of *spec* in order; return what went wrong, if anything did, and what each step used."""
    used: list[dict[str, Any]] = []
    for step in spec["steps"]:
        print(f"$ {step['name']}: {' '.join(step['arguments'])}", flush=True)
        started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        arguments, environment = step["arguments"], {**os.environ, **spec["environment"]}
        try:
            process = subprocess.run(arguments, cwd=workdir / "project", env=environment, check=False)
        except OSError as error:
            said = f"{arguments[0]}: {error.strerror}"
            return {"kind": "environment", "class": step["name"], "message": said}, used
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(
            {
                "name": step["name"],
                "wall_s": round(time.monotonic() - started, 4),
                "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 4),
                "rss_mb": after.ru_maxrss >> 10,
            }
        )
        if process.returncode < 0:
            _die_likewise(-process.returncode)
        if process.returncode != 0:
            kind = "environment" if process.returncode in _NO_COMMAND else "crash"
            return {"kind": kind, "class": step["name"], "message": f"exit code {process.returncode}"}, used
    return None, used


def _die_likewise(number: int) -> NoReturn:
    """End this process by signal *number*, or by SIGKILL where it can be survived."""
    sys.stdout.flush()
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("SIGKILL was survived")


def _write_through(file: Path, content: bytes) -> None:
    temporary = file.with_name(file.name + ".tmp")
    with temporary.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(file)


def main() -> int:
    """Run the one trial of the pack in the working folder."""
    workdir = Path.cwd()
    spec = json.loads((workdir / "pack.json").read_bytes())
    trial = spec["trial"]
    _write_through(workdir / "current.json", json.dumps({"trial": trial["id"], "place": 0}).encode())
    folder = workdir / "out" / f"{trial['id']}.{trial['attempt']}.tmp"
    (folder / "left").mkdir(parents=True)
    started = time.monotonic()
    error, used = run_steps(spec, workdir)
    result: dict[str, Any] = {"trial": trial["id"], "wall_s": round(time.monotonic() - started, 4), "steps": used}
    if error:
        result["error"] = error
    _write_through(folder / "result.json", json.dumps(result).encode())
    folder.rename(folder.with_suffix(""))
    descriptor = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(descriptor)
    os.close(descriptor)
    return 0


if __name__ == "__main__":
    sys.exit(main())
