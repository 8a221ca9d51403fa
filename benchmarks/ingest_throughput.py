"""How fast papers go in, where the time goes, and how little an unchanged corpus costs (CONTRACT §7).

    python benchmarks/ingest_throughput.py [--data PATH] [--pdfs PATH]

PATH is a folder of papers, with reviews or without. `patternbook ingest` runs in processes of its own on empty SQLite
stores; start-up and imports count. `ingest.papers_per_cpu_minute`: papers (works, however many texts and reviews each
has) per minute of user and system time of all processes, with one worker and whatever components are installed;
`….rules`: with the rules alone; `….pdf`: the PDFs under --pdfs. `ingest.two_workers`: wall time with one worker over
wall time with two; their CPU time is printed beside it, since another process on the machine spoils it.
`ingest.unchanged_ratio`: wall time of a second run over that of the first, both with two workers; `….cpu`: the same of
CPU time. The second run is a fixed start-up of some .35 s, so it depends on the size.
`ingest.stage.NAME`: the stage's share of CPU time, measured in one process on a sample of the files, with its CPU
seconds a file. `ingest.memory_growth`: peak memory at the end of that sample over the peak after its first quarter.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _figures import print_figure
from _stages import stages

from ingest.settings import ExtractSettings

_ROOT = Path(__file__).resolve().parent.parent
_DEFAULT = _ROOT.parent / "shared" / "data" / "neurips" / "2025"
_PDFS = _ROOT.parent / "shared" / "data" / "grobid_tei"
_SAMPLE = 120  # files whose stages are measured one by one
_READ = frozenset({".md", ".pdf", ".xml", ".json", ".txt"})


@dataclass(frozen=True)
class Measured:
    """One run of the command line."""

    report: dict[str, Any]
    wall_s: float
    cpu_s: float


def ingest(data: Path, home: Path, workers: int, *, components: str = "trained", include: str = "*") -> Measured:
    start = "from service.cli import main; main()"
    command = [sys.executable, "-c", start, "ingest", str(data), "--home", str(home), "--workers", str(workers)]
    command += ["--include", include]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [*command, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        env={**os.environ, "PATTERNBOOK_COMPONENTS": components},
    )
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


def figure(name: str, value: float, unit: str, n: int, data: Path, **details: float) -> None:
    print_figure(name, value, unit, n=n, data=data.name, details={key: round(each, 4) for key, each in details.items()})


def per_cpu_minute(suffix: str, data: Path, folder: Path, **chosen: str) -> Measured:
    """Ingest with one worker and print the papers per CPU-minute."""
    measured = ingest(data, folder, 1, **chosen)
    papers = works_in(folder)
    figure(f"ingest.papers_per_cpu_minute{suffix}", 60 * papers / measured.cpu_s, "papers/CPU-min", papers, data)
    return measured


def print_stages(data: Path) -> None:
    files = sorted(path for path in data.rglob("*") if path.suffix in _READ)
    if len(files) > _SAMPLE:
        files = random.Random(0).sample(files, _SAMPLE)
    shares = stages(files, ExtractSettings())
    total = sum(shares.cpu_s.values())
    for name, spent in shares.cpu_s.items():
        figure(f"ingest.stage.{name}", spent / total, "share", len(files), data, cpu_s_a_file=spent / len(files))
    growth = shares.late_mb / shares.early_mb
    figure("ingest.memory_growth", growth, "x", len(files), data, peak_mb=shares.late_mb)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=_DEFAULT, help="a folder of papers")
    parser.add_argument("--pdfs", type=Path, default=_PDFS, help="a folder with PDFs")
    asked = parser.parse_args()
    data: Path = asked.data
    if not data.is_dir():
        print(f"skipped: there is no folder {data}; give papers with --data", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = per_cpu_minute("", data, folder / "one")
        per_cpu_minute(".rules", data, folder / "rules", components="rules")
        if asked.pdfs.is_dir():
            per_cpu_minute(".pdf", asked.pdfs, folder / "pdf", include="*.pdf")
        two = ingest(data, folder / "two", workers=2)
        papers = works_in(folder / "two")
        details = {"cpu_s_one": one.cpu_s, "cpu_s_two": two.cpu_s}
        figure("ingest.two_workers", one.wall_s / two.wall_s, "x", papers, data, **details)
        again = ingest(data, folder / "two", workers=2)
        figure("ingest.unchanged_ratio", again.wall_s / two.wall_s, "share", papers, data)
        figure("ingest.unchanged_ratio.cpu", again.cpu_s / two.cpu_s, "share", papers, data)
    print_stages(data)
    report = {name: again.report[name] for name in ("done", "parses", "extractions", "nodes_written", "edges_written")}
    print(f"first: {one.report['done']} done, {one.report['failed']} failed; again: {report}", file=sys.stderr)
    return 0 if not any(report.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
