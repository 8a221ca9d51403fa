"""How fast papers go in, and how little an unchanged corpus costs (CONTRACT §7).

    python benchmarks/ingest_throughput.py [--data PATH]

PATH is a folder of papers, with reviews or without. `patternbook ingest` runs in processes of its own on empty SQLite
stores; start-up and imports count. `ingest.papers_per_cpu_minute`: papers (works, however many texts and reviews each
has) per minute of user and system time of all processes, with one worker. `ingest.two_workers`: wall time with one
worker over wall time with two. `ingest.unchanged_ratio`: wall time of a second run over that of the first, both with
two workers; `….cpu`: the same of CPU time. The second run is a fixed start-up of some .35 s, so it depends on the size.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_DEFAULT = _ROOT.parent / "shared" / "data" / "neurips" / "2025"


@dataclass(frozen=True)
class Measured:
    """One run of the command line."""

    report: dict[str, Any]
    wall_s: float
    cpu_s: float


def ingest(data: Path, home: Path, workers: int) -> Measured:
    start = "from service.cli import main; main()"
    command = [sys.executable, "-c", start, "ingest", str(data), "--home", str(home), "--workers", str(workers)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    wall_s, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:  # 1: some files failed, which the report names
        raise SystemExit(f"patternbook ingest ended with exit code {done.returncode}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(json.loads(done.stdout), wall_s, cpu_s)


def works_in(home: Path) -> int:
    from graph.live import live_edges, live_nodes
    from graph.schema import EdgeType, Label
    from graph.store import open_store

    store = open_store(f"sqlite:///{home / 'graph.sqlite'}")
    try:
        merged = {edge.src for edge in live_edges(store, EdgeType.MERGED_INTO)}
        return sum(node.ref not in merged for node in live_nodes(store, Label.PAPER))
    finally:
        store.close()


def figure(name: str, value: float, unit: str, n: int, data: Path) -> None:
    line = {"figure": name, "value": round(value, 5), "unit": unit, "n": n, "low": None, "high": None}
    print(json.dumps({**line, "peer": None, "peer_value": None, "data": data.name}), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=_DEFAULT, help="a folder of papers")
    data: Path = parser.parse_args().data
    if not data.is_dir():
        print(f"skipped: there is no folder {data}; give papers with --data", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        one = ingest(data, Path(folder) / "one", workers=1)
        papers = works_in(Path(folder) / "one")
        figure("ingest.papers_per_cpu_minute", 60 * papers / one.cpu_s, "papers/CPU-min", papers, data)
        two = ingest(data, Path(folder) / "two", workers=2)
        figure("ingest.two_workers", one.wall_s / two.wall_s, "x", papers, data)
        again = ingest(data, Path(folder) / "two", workers=2)
        figure("ingest.unchanged_ratio", again.wall_s / two.wall_s, "share", papers, data)
        figure("ingest.unchanged_ratio.cpu", again.cpu_s / two.cpu_s, "share", papers, data)
    report = {name: again.report[name] for name in ("done", "parses", "extractions", "nodes_written", "edges_written")}
    print(f"first: {one.report['done']} done, {one.report['failed']} failed; again: {report}", file=sys.stderr)
    return 0 if not any(report.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
