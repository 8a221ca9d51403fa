"""Trials claimed and completed a second, each with a result row.

    python benchmarks/trial_queue.py [--quick] [--neo4j bolt://… | --no-neo4j] [--folder DIR] [--data SPECS.jsonl]

One worker, packs of 4, 10,000 trials queued: a pack is claimed in one transaction, and its states, measurements and
edges are written in one. SQLite runs in WAL with synchronous=FULL, read back here, in a file on a disk; the disk's
rate of fsyncs stands beside the figure as its peer (a pack needs two). For Neo4j the peer is the same two statements
of a bare driver: take the first pending in order, set the results. `--data` takes one trial's spec as JSON a line.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import neo4j
from _figures import Interval, print_figure, quantile
from _neo4j import server

from graph.schema import EdgeType, Label
from graph.store import open_store
from graph.store.interface import Claimed, Finish, GraphStore, UpsertEdges, UpsertNodes
from graph.store.sqlite import SqliteStore

PACK = 4
TTL_S = 600.0


def main() -> None:
    """Measure both stores."""
    parser = argparse.ArgumentParser(description="Trials claimed and completed a second, each with a result row.")
    parser.add_argument("--quick", action="store_true", help="1,000 trials")
    parser.add_argument("--data", type=Path, help="specs of trials, one JSON document a line")
    parser.add_argument("--folder", type=Path, default=Path(), help="a folder on a disk, for the SQLite file")
    parser.add_argument("--neo4j", help="address of an empty Neo4j; else one is started")
    parser.add_argument("--no-neo4j", action="store_true", help="SQLite only")
    arguments = parser.parse_args()
    specs = [json.loads(line) for line in arguments.data.read_text().splitlines()] if arguments.data else []
    rows = [trial(number, specs) for number in range(1_000 if arguments.quick else 10_000)]
    data = arguments.data.name if arguments.data else "made-up trials"
    with TemporaryDirectory(dir=arguments.folder) as folder:
        measure_sqlite(Path(folder), rows, data)
    if not arguments.no_neo4j:
        with server(arguments.neo4j) as url:
            if url:
                measure_neo4j(url, rows, data)


def trial(number: int, specs: list[Any]) -> dict[str, Any]:
    """Return a trial to queue, with a specification of the usual size."""
    spec = {
        "task": "digits",
        "units": [{"id": "label_smoothing", "knobs": {"epsilon": 0.1}}, {"id": "mixup", "knobs": {"alpha": 0.2}}],
        "seed": number % 20,
        "budget": {"steps": 400, "batch": 64},
        "program_version": "1",
    }
    return {
        "key": f"trial:{number * 2654435761 % 2**32:08x}{number:05}",  # keys are hashes: no order of submission
        "task": "digits",
        "units": ["label_smoothing", "mixup"],
        "seed": number % 20,
        "spec": specs[number % len(specs)] if specs else spec,
    }


def measure_sqlite(folder: Path, rows: list[dict[str, Any]], data: str) -> None:
    """Print `queue.sqlite.per_s`."""
    kind = file_system(folder)
    if kind == "tmpfs":
        raise SystemExit(f"{folder.absolute()} is in memory; choose one on a disk with --folder")
    store = open_store(f"sqlite:///{folder / 'queue.sqlite'}")
    assert isinstance(store, SqliteStore)
    mode, level = store.durability()
    if (mode, level) != ("wal", 2):
        raise SystemExit(f"not the settings to be measured: journal_mode={mode}, synchronous={level}")
    store.enqueue(Label.TRIAL, rows)
    packs = work(store, len(rows))
    if store.durability() != (mode, level):
        raise SystemExit("the settings changed during the run")
    report("queue.sqlite.per_s", packs, len(rows), f"fsyncs of 4 KiB per second ({kind})", fsyncs(folder), data)
    store.close()


def work(store: GraphStore, trials: int) -> list[float]:
    """Claim and complete everything; return the seconds each pack took."""
    packs = []
    done = 0
    while True:
        started = time.perf_counter()
        held = store.claim(Label.TRIAL, PACK, "worker-1", TTL_S, now=time.time())
        if not held:
            break
        store.finish([Finish(each, "done", {"wall_s": 0.1, "split": "val"}) for each in held], results(held))
        packs.append(time.perf_counter() - started)
        done += len(held)
    counts = store.counts()
    if not done == trials == counts.nodes[Label.MEASUREMENT] == counts.edges[EdgeType.MEASURED_IN]:
        raise SystemExit(f"{done} of {trials} trials were completed")
    return packs


def results(held: list[Claimed]) -> list[UpsertNodes | UpsertEdges]:
    """Return one measurement for each trial of a pack."""
    keys = [each.ref.key for each in held]
    return [
        UpsertNodes(
            Label.MEASUREMENT,
            [{"key": f"m:{key}", "metric": "accuracy", "value": 0.9, "split": "val", "trial": key} for key in keys],
        ),
        UpsertEdges(
            EdgeType.MEASURED_IN,
            Label.MEASUREMENT,
            Label.TRIAL,
            [{"src": f"m:{key}", "dst": key} for key in keys],
        ),
    ]


def measure_neo4j(url: str, rows: list[dict[str, Any]], data: str) -> None:
    """Print `queue.neo4j.per_s`."""
    store = open_store(url)
    store.enqueue(Label.TRIAL, rows)
    packs = work(store, len(rows))
    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver, driver.session() as session:
        peer = bare_rate(session, min(len(rows), 2_000))
    report("queue.neo4j.per_s", packs, len(rows), "the bare driver, without fence or leases, per second", peer, data)
    store.close()


def bare_rate(session: neo4j.Session, trials: int) -> float:
    """Return how many trials a second two plain statements a pack complete."""
    session.run("MATCH (t:Trial) SET t.state = 'pending'").consume()
    statements: list[Callable[[neo4j.ManagedTransaction], Any]] = [
        lambda tx: [
            row["key"]
            for row in tx.run(
                "MATCH (t:Trial) USING INDEX t:Trial(state, key) WHERE t.state = 'pending' AND t.key >= '' "
                "WITH t ORDER BY t.state, t.key LIMIT $n SET t.state = 'running' RETURN t.key AS key",
                n=PACK,
            )
        ],
    ]
    started = time.perf_counter()
    for _ in range(trials // PACK):
        keys = session.execute_write(statements[0])
        session.execute_write(
            lambda tx, keys=keys: tx.run(
                "UNWIND $keys AS key MATCH (t:Trial {key: key}) SET t.state = 'done' "
                "CREATE (m:Measurement {key: 'bare-' + key, metric: 'accuracy', value: 0.9}) "
                "CREATE (m)-[:MEASURED_IN]->(t)",
                keys=keys,
            ).consume()
        )
    return trials / (time.perf_counter() - started)


def report(figure: str, packs: list[float], trials: int, peer: str, peer_value: float, data: str) -> None:
    """Print a rate with the interval of its tenths of the run."""
    tenth = max(1, len(packs) // 10)
    rates = [PACK * len(part) / sum(part) for part in (packs[at : at + tenth] for at in range(0, len(packs), tenth))]
    print_figure(
        figure,
        trials / sum(packs),
        "trials per second",
        n=trials,
        interval=Interval(quantile(rates, 0.025), quantile(rates, 0.975)),
        peer=peer,
        peer_value=peer_value,
        data=data,
    )


def fsyncs(folder: Path, count: int = 300) -> float:
    """Return how many times a second 4 KiB are written and synced in *folder*."""
    with (folder / "fsync").open("wb", buffering=0) as file:
        started = time.perf_counter()
        for _ in range(count):
            file.write(b"\0" * 4096)
            os.fsync(file.fileno())
        return count / (time.perf_counter() - started)


def file_system(folder: Path) -> str:
    """Return the kind of file system that holds *folder*, as the system mounts it."""
    best, kind = "", "unknown"
    mounts = Path("/proc/self/mounts")
    for line in mounts.read_text().splitlines() if mounts.exists() else ():
        point, found = line.split()[1:3]
        if folder.absolute().is_relative_to(point) and len(point) >= len(best):
            best, kind = point, found
    return kind


if __name__ == "__main__":
    main()
