"""The queue in Neo4j.

A claim first takes the lock of its queue, so that claimants come one after another and each finds the items of the one
before taken; then the lock of each item, since those who finish or beat do not hold the queue's; then it looks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from neo4j import ManagedTransaction

from graph.schema import Label, Ref
from graph.store.derived import possible
from graph.store.interface import Claimed
from graph.store.neo4j.ddl import QUEUE_LOCK
from graph.store.neo4j.reading import visible
from graph.store.neo4j.server import run
from graph.store.neo4j.writing import lock_and_read, with_terms, write_patches
from graph.store.prepare import PENDING, RUNNING, Ending, Patch, given_up, still_held
from graph.store.values import coerce_field


def claim(
    tx: ManagedTransaction,
    label: Label,
    n: int,
    owner: str,
    ttl: float,
    *,
    now: float,
    keys: Sequence[str] | None,
    max_attempts: int,
) -> list[Claimed]:
    """Take up to *n* items; give up those whose attempts are used up."""
    holder = {"owner": coerce_field(label, "owner", owner), "lease": coerce_field(label, "lease", now + ttl)}
    stored = _lock_candidates(tx, label, n, now, keys, max_attempts)
    patches, claimed = [], list[Claimed]()
    for key in sorted(stored):
        properties = stored[key]
        lapsed = properties.get("state") == RUNNING and properties.get("lease", now) < now
        if lapsed and properties["attempt"] >= max_attempts:
            patches.append({"key": key, "patch": given_up(label, properties["attempt"])})
        elif (lapsed or properties.get("state") == PENDING) and len(claimed) < n:
            taken = holder | {"state": RUNNING, "attempt": properties.get("attempt", 0) + 1}
            patches.append({"key": key, "patch": taken})
            seen = visible(label, properties | taken)
            claimed.append(Claimed(Ref(label, key), owner, taken["attempt"], seen))
    write_patches(tx, label, patches)
    return claimed


def _lock_candidates(
    tx: ManagedTransaction, label: Label, n: int, now: float, keys: Sequence[str] | None, max_attempts: int
) -> dict[str, Patch]:
    """Lock the queue, then what may be claimed or given up: the first *n* pending, the first *n* lapsed, all spent.

    Return stored properties as they are under the lock, by key.
    """
    # The hint makes the planner take the first items from the index in order; left alone it sorts all of them.
    source = f"MATCH (t:{label.value}) USING INDEX t:{label.value}(state, key) WHERE t.key >= ''"
    if keys is not None:
        source = f"UNWIND $keys AS key MATCH (t:{label.value} {{key: key}}) WHERE true"
    lapsed = "t.state = $running AND t.lease < $now"
    first = "WITH t ORDER BY t.state, t.key LIMIT $n RETURN t.key AS found"
    rows = run(
        tx,
        f"MERGE (q:{QUEUE_LOCK} {{key: $queue}}) SET q._lock = 1 REMOVE q._lock WITH q "
        f"CALL () {{ {source} AND t.state = $pending {first} "
        f"UNION ALL {source} AND {lapsed} AND t.attempt < $most {first} "
        f"UNION ALL {source} AND {lapsed} AND t.attempt >= $most RETURN t.key AS found }} "
        f"WITH found ORDER BY found MATCH (n:{label.value} {{key: found}}) SET n._lock = 1 REMOVE n._lock "
        "RETURN n.key AS key, properties(n) AS properties",
        queue=label.value,
        keys=possible(keys or ()),
        pending=PENDING,
        running=RUNNING,
        now=now,
        most=max_attempts,
        n=n,
    )
    return {row["key"]: row["properties"] for row in rows}


def beat(tx: ManagedTransaction, claims: Iterable[Claimed], lease: float) -> list[Claimed]:
    """Extend the leases that are still held; return those claims, in the order given."""
    given = list(claims)
    held: list[Claimed] = []
    stored = _locked(tx, [each.ref for each in given])
    patches = defaultdict[Label, list[dict[str, Any]]](list)
    for each in given:
        properties = stored.get(each.ref)
        if properties is not None and still_held(properties, each):
            patch = {"lease": coerce_field(each.ref.label, "lease", lease)}
            patches[each.ref.label].append({"key": each.ref.key, "patch": patch})
            held.append(Claimed(each.ref, each.owner, each.attempt, visible(each.ref.label, properties | patch)))
    for label, rows in patches.items():
        write_patches(tx, label, rows)
    return held


def end(tx: ManagedTransaction, endings: Iterable[Ending]) -> list[str]:
    """Write the endings whose fence holds; return the refs of the others, for which the caller rolls back."""
    given = list(endings)
    lost: list[str] = []
    stored = _locked(tx, [each.ref for each in given])
    patches = defaultdict[Label, list[dict[str, Any]]](list)
    for each in given:
        properties = stored.get(each.ref)
        if properties is not None and still_held(properties, each):
            patch = with_terms(each.ref.label, each.patch)
            patches[each.ref.label].append({"key": each.ref.key, "patch": patch})
        else:
            lost.append(str(each.ref))
    if not lost:
        for label, rows in patches.items():
            write_patches(tx, label, rows)
    return lost


def _locked(tx: ManagedTransaction, refs: Sequence[Ref]) -> dict[Ref, dict[str, Any]]:
    keys = defaultdict[Label, list[str]](list)
    for ref in sorted(set(refs)):
        keys[ref.label].append(ref.key)
    return {
        Ref(label, key): properties
        for label, some in keys.items()
        for key, properties in lock_and_read(tx, label, some).items()
    }
