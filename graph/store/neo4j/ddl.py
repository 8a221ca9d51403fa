"""Constraints and indexes of the Neo4j store, derived from the schema.

A uniqueness constraint on every label comes before the first write: concurrent MERGE without one makes duplicates. Text
search covers the terms (`graph.store.terms`) in properties beside the texts, split at white space only. Properties and
labels that begin with an underscore are the store's own and never leave it.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.schema import NODES, Label
from graph.store.identity import META, check_version, new_meta
from graph.store.neo4j.server import Server, run
from graph.store.values import searched_names

QUEUE_LOCK = "_Queue"  # one node for each queued label: whoever claims holds its lock
AWAIT_S = 300


def text_index_name(label: Label) -> str:
    """Return the name of the full-text index of *label*."""
    return f"{label.value}_text"


def terms_property(name: str) -> str:
    """Return the property that holds the terms of the searched property *name*."""
    return f"_terms_{name}"


def _statements() -> Iterator[tuple[str, str]]:
    for label in (*Label, QUEUE_LOCK):
        name = f"{label}_key"
        yield name, f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE"
    for label, spec in NODES.items():
        for name, each in spec.properties.items():
            if each.indexed:
                # A claim takes the first keys of one state: only an index on both gives them in order.
                on = "n.state, n.key" if spec.queued and name == "state" else f"n.{name}"
                index = f"{label.value}_{name}"
                yield index, f"CREATE RANGE INDEX {index} IF NOT EXISTS FOR (n:{label.value}) ON ({on})"
        if names := searched_names(label):
            index = text_index_name(label)
            on = ", ".join(f"n.{terms_property(name)}" for name in names)
            options = "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
            yield index, f"CREATE FULLTEXT INDEX {index} IF NOT EXISTS FOR (n:{label.value}) ON EACH [{on}] {options}"


def ensure_schema(server: Server) -> None:
    """Create what is missing; the database is empty or ours.

    Raises:
        StoreVersionError: a newer schema, or a database of somebody else.
    """
    found = server.read(
        "OPTIONAL MATCH (m:Meta {key: $key}) WITH properties(m) AS meta "
        f"RETURN meta, EXISTS {{ MATCH (n) WHERE NOT n:{QUEUE_LOCK} }} AS filled",
        key=META.key,
    )[0]
    if found["filled"]:
        check_version(found["meta"], server.url)
    names = {row["name"] for row in server.read("SHOW INDEXES YIELD name")}
    missing = [statement for name, statement in _statements() if name not in names]
    if missing:
        server.define(missing)
        server.define([f"CALL db.awaitIndexes({AWAIT_S})"])
    queues = [label.value for label, spec in NODES.items() if spec.queued]
    if found["meta"] is None or missing:
        meta = new_meta()
        server.write(
            lambda tx: run(
                tx,
                f"MERGE (m:Meta {{key: $key}}) ON CREATE SET m += $meta WITH m UNWIND $queues AS queue "
                f"MERGE (q:{QUEUE_LOCK} {{key: queue}}) RETURN count(*)",
                key=META.key,
                meta=meta,
                queues=queues,
            )
        )
