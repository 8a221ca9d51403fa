"""The store beside its bare database, and how long a trace takes.

    python benchmarks/store.py [--quick] [--data GRAPH.jsonl] [--neo4j bolt://… | --no-neo4j]

`store.*`: rows a second through `upsert_nodes` and `upsert_edges` over rows a second of the same content through bare
`executemany` into the same tables, and through a bare UNWIND … MERGE … SET on the same constraints and indexes. Store
and peer take turns batch by batch, so that both meet the same load. SQLite works inside this process, so its ratio is
of CPU time; Neo4j's is of wall time.

`trace.*`: milliseconds of `graph.trace` over 500 random methods, claims and problems, and over patterns, of a graph of
some 100,000 nodes.

`--data` takes JSON lines: ``{"label", "key", …}`` for a node, ``{"type", "src": "Label/key", "dst": "Label/key", …}``
for an edge. An address given with `--neo4j` must be of an empty database, and is left filled.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import neo4j
import orjson
from _figures import print_figure, quantile, quantile_interval, ratio_interval, timed
from _graphs import EdgeGroup, Rows, batches, corpus, read_rows
from _neo4j import server

from graph.schema import Label, Ref
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.store.terms import terms_text
from graph.store.values import searched_names
from graph.trace import trace

BATCH = 2000
SETTINGS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536")


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description="The store beside its bare database; how long a trace takes.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    parser.add_argument("--data", type=Path, help="a graph as JSON lines, for both kinds of figure")
    parser.add_argument("--neo4j", help="address of an empty Neo4j; else one is started")
    parser.add_argument("--no-neo4j", action="store_true", help="SQLite only")
    arguments = parser.parse_args()
    given = read_rows(arguments.data) if arguments.data else None
    written = given or corpus(70 if arguments.quick else 700, seed=1)
    traced = given or corpus(300 if arguments.quick else 3000)
    data = arguments.data.name if arguments.data else "made-up corpus"
    with TemporaryDirectory(dir=".") as folder:
        measure_sqlite(Path(folder), written, data)
        measure_traces("sqlite", open_store(f"sqlite:///{folder}/traced.sqlite"), traced, data)
    if not arguments.no_neo4j:
        with server(arguments.neo4j) as url:
            if url:
                measure_neo4j(url, written, data)
                empty(url)
                measure_traces("neo4j", open_store(url), traced, data)


def measure_sqlite(folder: Path, rows: Rows, data: str) -> None:
    """Print `store.sqlite.vs_executemany`."""
    store = open_store(f"sqlite:///{folder}/ours.sqlite")
    open_store(f"sqlite:///{folder}/peer.sqlite").close()  # the same tables
    peer = sqlite3.connect(folder / "peer.sqlite", isolation_level=None)
    for setting in SETTINGS:
        peer.execute(f"PRAGMA {setting}")
    cpu, wall = take_turns(store, rows, lambda label, part: bare_nodes(peer, label, part), bare_edges_into(peer))
    report("store.sqlite.vs_executemany", cpu, total(rows), "executemany, rows per CPU-second", data)
    report("store.sqlite.vs_executemany.wall", wall, total(rows), "executemany, rows per second", data)
    peer.close()
    store.close()


def bare_nodes(peer: sqlite3.Connection, label: Label, part: Sequence[dict[str, Any]]) -> Callable[[], None]:
    """Return what inserts nodes as they are. Their search terms are ready; their properties are written as JSON."""
    terms = [terms_of_row(label, row) for row in part]

    def insert() -> None:
        peer.execute("BEGIN IMMEDIATE")
        peer.executemany(
            "INSERT INTO node (label, key, props, terms) VALUES (?, ?, ?, ?)",
            [(label.value, row["key"], as_json(row, "key"), words) for row, words in zip(part, terms, strict=True)],
        )
        peer.execute("COMMIT")

    return insert


def bare_edges_into(peer: sqlite3.Connection) -> Callable[[EdgeGroup, Sequence[dict[str, Any]]], Callable[[], None]]:
    """Return what prepares the bare insertion of edges."""

    def prepare(group: EdgeGroup, part: Sequence[dict[str, Any]]) -> Callable[[], None]:
        type, src, dst = group

        def insert() -> None:
            peer.execute("BEGIN IMMEDIATE")
            peer.executemany(
                "INSERT INTO edge (src, type, dst, props) VALUES ((SELECT id FROM node WHERE label = ? AND key = ?), "
                "?, (SELECT id FROM node WHERE label = ? AND key = ?), ?)",
                [
                    (src.value, row["src"], type.value, dst.value, row["dst"], as_json(row, "src", "dst"))
                    for row in part
                ],
            )
            peer.execute("COMMIT")

        return insert

    return prepare


def as_json(row: dict[str, Any], *identity: str) -> str:
    """Return the properties of a row as JSON."""
    return orjson.dumps({name: value for name, value in row.items() if name not in identity}).decode()


def terms_of_row(label: Label, row: dict[str, Any]) -> str | None:
    """Return the search terms of a row, as the store would index them."""
    texts = [terms_text(row[name]) for name in searched_names(label) if name in row]
    return " ".join(texts) if texts else None


def measure_neo4j(url: str, rows: Rows, data: str) -> None:
    """Print `store.neo4j.vs_unwind`. Both write into one database, under keys of their own."""
    store = open_store(url)
    warm = corpus(120, seed=2)  # a server that has just started plans and compiles what it is asked
    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver, driver.session() as session:
        for timed_rows in (warm, warm, rows):
            empty(url)
            open_store(url).close()
            _, wall = take_turns(
                store,
                timed_rows,
                lambda label, part: bare_merge_nodes(session, label, part),
                lambda group, part: bare_merge_edges(session, group, part),
            )
    report("store.neo4j.vs_unwind", wall, total(rows), "UNWIND by the bare driver, rows per second", data)
    store.close()


def bare_merge_nodes(session: neo4j.Session, label: Label, part: Sequence[dict[str, Any]]) -> Callable[[], None]:
    """Return what merges nodes, with their search terms ready."""
    names = searched_names(label)
    rows = [
        {
            "key": f"peer-{row['key']}",
            "props": {name: value for name, value in row.items() if name != "key"}
            | {f"_terms_{name}": terms_text(row[name]) for name in names if name in row},
        }
        for row in part
    ]
    query = f"UNWIND $rows AS r MERGE (n:{label.value} {{key: r.key}}) SET n += r.props"
    return lambda: session.execute_write(lambda tx: tx.run(query, rows=rows).consume()) and None


def bare_merge_edges(session: neo4j.Session, group: EdgeGroup, part: Sequence[dict[str, Any]]) -> Callable[[], None]:
    """Return what merges edges."""
    type, src, dst = group
    rows = [
        {
            "src": f"peer-{row['src']}",
            "dst": f"peer-{row['dst']}",
            "props": {name: value for name, value in row.items() if name not in {"src", "dst"}},
        }
        for row in part
    ]
    query = (
        f"UNWIND $rows AS r MATCH (a:{src.value} {{key: r.src}}) MATCH (b:{dst.value} {{key: r.dst}}) "
        f"MERGE (a)-[e:{type.value}]->(b) SET e += r.props"
    )
    return lambda: session.execute_write(lambda tx: tx.run(query, rows=rows).consume()) and None


Pairs = list[tuple[float, float]]


def take_turns(
    store: GraphStore,
    rows: Rows,
    peer_nodes: Callable[[Label, Sequence[dict[str, Any]]], Callable[[], None]],
    peer_edges: Callable[[EdgeGroup, Sequence[dict[str, Any]]], Callable[[], None]],
) -> tuple[Pairs, Pairs]:
    """Write batch by batch, the store and the peer in turn; return (store, peer) seconds of CPU and of wall."""
    turns: list[tuple[Callable[[], Any], Callable[[], Any]]] = []
    for label, all_nodes in rows.nodes.items():
        turns += [
            (lambda label=label, part=part: store.upsert_nodes(label, part), peer_nodes(label, part))
            for part in batches(all_nodes, BATCH)
        ]
    for group, all_edges in rows.edges.items():
        turns += [
            (lambda group=group, part=part: store.upsert_edges(*group, part), peer_edges(group, part))
            for part in batches(all_edges, BATCH)
        ]
    cpu, wall = Pairs(), Pairs()
    for number, (ours, theirs) in enumerate(turns):
        first, second = (ours, theirs) if number % 2 else (theirs, ours)
        with timed() as one:
            first()
        with timed() as two:
            second()
        own, other = (one, two) if number % 2 else (two, one)
        cpu.append((own.cpu_s, other.cpu_s))
        wall.append((own.wall_s, other.wall_s))
    return cpu, wall


def total(rows: Rows) -> int:
    """Return how many rows there are."""
    return sum(len(some) for some in (*rows.nodes.values(), *rows.edges.values()))


def report(figure: str, pairs: Pairs, rows: int, peer: str, data: str) -> None:
    """Print the ratio of rates, store over peer, and the peer's rate."""
    ours, theirs = (sum(pair[side] for pair in pairs) for side in (0, 1))
    print_figure(
        figure,
        theirs / ours,
        f"ratio ({rows / ours:,.0f} rows per second)",
        n=rows,
        interval=ratio_interval(pairs),
        peer=peer,
        peer_value=rows / theirs,
        data=data,
    )


def measure_traces(kind: str, store: GraphStore, rows: Rows, data: str) -> None:
    """Print `trace.*` for one store."""
    for label, nodes in rows.nodes.items():
        store.upsert_nodes(label, nodes)
    for group, edges in rows.edges.items():
        store.upsert_edges(*group, edges)
    rng = random.Random(3)
    facts = [
        Ref(label, row["key"])
        for label in (Label.METHOD, Label.CLAIM, Label.PROBLEM)
        for row in rows.nodes.get(label, ())
    ]
    patterns = [Ref(Label.PATTERN, row["key"]) for row in rows.nodes.get(Label.PATTERN, ())]
    size = sum(store.counts().nodes.values())
    for name, refs in (
        (f"trace.{kind}", rng.sample(facts, min(500, len(facts)))),
        (f"trace.pattern.{kind}", rng.sample(patterns, min(100, len(patterns)))),
    ):
        if not refs:
            continue
        for ref in refs[:50]:
            trace(store, ref)  # queries planned, pages read
        times_ms = []
        for ref in refs:
            with timed() as watch:
                trace(store, ref)
            times_ms.append(watch.wall_s * 1000)
        for share, suffix in ((0.5, "p50_ms"), (0.99, "p99_ms")):
            print_figure(
                f"{name}.{suffix}",
                quantile(times_ms, share),
                "ms",
                n=len(refs),
                interval=quantile_interval(times_ms, share),
                data=f"{data}, {size:,} nodes",
            )
    store.close()


def empty(url: str) -> None:
    """Delete all nodes."""
    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver, driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


if __name__ == "__main__":
    main()
