"""How long a cold process takes: ``patternbook --help``, and ``patternbook ask`` on the sample corpus.

    python benchmarks/cold_start.py [--data HOME] [--runs N]

``cold.help_ratio``: the median time of ``patternbook --help`` over that of an empty Typer program with one command,
started alternately with the same interpreter. ``cold.ask_s``: the median time of ``patternbook ask``; without
``--data`` the sample corpus is ingested and compiled into a temporary folder first. Byte code and files are in the
cache of the system, as after the first use: the first run of each program is not counted. CPU seconds (user + system)
stand beside the wall time as ``cold.ask_cpu_s``, since the machine may be shared.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PATTERNBOOK = [sys.executable, "-m", "service.cli"]
EMPTY = '''
import typer

app = typer.Typer()


@app.command()
def nothing() -> None:
    """Do nothing."""


app()
'''
INTENT = "a small network is too sure of its wrong answers: how can it be calibrated?"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a HOME with a store and a snapshot")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cold-start-") as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY)
        ours, theirs = alternate(
            [[*PATTERNBOOK, "--help"], [sys.executable, str(empty), "--help"]], runs=options.runs, home=Path(folder)
        )
        ratio = float(np.median(ours[0]) / np.median(theirs[0]))
        emit(
            "cold.help_ratio",
            ratio,
            "ratio",
            ours[0] / np.median(theirs[0]),
            "empty Typer program",
            "patternbook --help",
        )
        home = options.data or sample(Path(folder) / "home")
        (asked,) = alternate([[*PATTERNBOOK, "ask", INTENT, "--json"]], runs=options.runs, home=home)
        data = str(options.data or "examples/corpus")
        emit("cold.ask_s", float(np.median(asked[0])), "s", asked[0], None, data)
        emit("cold.ask_cpu_s", float(np.median(asked[1])), "s", asked[1], None, data)
    return 0


def sample(home: Path) -> Path:
    """Ingest and compile the sample corpus into *home*."""
    for command in (["ingest", str(ROOT / "examples" / "corpus")], ["compile"]):
        print(f"patternbook {' '.join(command)} …", file=sys.stderr)
        subprocess.run([*PATTERNBOOK, *command], env=environment(home), check=True, stdout=subprocess.DEVNULL)
    return home


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PATTERNBOOK_HOME": str(home), "OMP_NUM_THREADS": "1"}


def alternate(commands: Sequence[Sequence[str]], *, runs: int, home: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Run each command *runs* times, taking turns, after one uncounted run; return (wall, CPU) seconds of each."""
    wall: list[list[float]] = [[] for _ in commands]
    cpu: list[list[float]] = [[] for _ in commands]
    for turn in range(runs + 1):
        for i, command in enumerate(commands):
            before, start = children_s(), time.perf_counter()
            subprocess.run(command, env=environment(home), check=True, stdout=subprocess.DEVNULL)
            took, used = time.perf_counter() - start, children_s() - before
            if turn:
                wall[i].append(took)
                cpu[i].append(used)
    return [(np.array(w), np.array(c)) for w, c in zip(wall, cpu, strict=True)]


def children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def emit(figure: str, value: float, unit: str, values: np.ndarray, peer: str | None, data: str) -> None:
    rng = np.random.default_rng(0)
    draws = np.median(rng.choice(values, (1000, len(values))), axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    line = {
        "figure": figure,
        "value": round(value, 3),
        "unit": unit,
        "n": len(values),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
        "peer": peer,
        "peer_value": 1.0 if peer else None,
        "data": data,
    }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
