"""The queue in SQLite. The write lock makes claims exclusive; the partial index on (state, key) keeps them fast."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from graph.schema import Label, Ref
from graph.store.derived import possible
from graph.store.interface import Claimed
from graph.store.prepare import PENDING, RUNNING, Ending, Patch, given_up, merged, still_held
from graph.store.sqlite.ddl import property_sql
from graph.store.sqlite.text import array, load
from graph.store.sqlite.writing import read_for_change, write_properties
from graph.store.values import coerce_field, decode_properties

_Item = tuple[int, str, Patch]  # id, key, stored properties


def claim(
    connection: sqlite3.Connection,
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
    lapsed = f"{property_sql('lease', 'n')} < ?"
    attempt = property_sql("attempt", "n")
    holder = {"owner": coerce_field(label, "owner", owner), "lease": coerce_field(label, "lease", now + ttl)}
    spent = _items(connection, label, RUNNING, keys, f"{lapsed} AND {attempt} >= ?", (now, max_attempts), limit=-1)
    free = _items(connection, label, PENDING, keys, "1", (), limit=n)
    free += _items(connection, label, RUNNING, keys, f"{lapsed} AND {attempt} < ?", (now, max_attempts), limit=n)
    changes = [(id, label, merged(properties, given_up(label, properties["attempt"]))) for id, _, properties in spent]
    claimed = []
    for id, key, properties in sorted(free, key=lambda item: item[1])[:n]:
        taken = properties | holder | {"state": RUNNING, "attempt": properties.get("attempt", 0) + 1}
        changes.append((id, label, taken))
        seen = decode_properties(label, dict(sorted(taken.items())))
        claimed.append(Claimed(Ref(label, key), owner, taken["attempt"], seen))
    write_properties(connection, changes)
    return claimed


def _items(
    connection: sqlite3.Connection,
    label: Label,
    state: str,
    keys: Sequence[str] | None,
    condition: str,
    values: Sequence[float],
    *,
    limit: int,
) -> list[_Item]:
    # The label stands in the text and not as a parameter: only so does SQLite see that the partial index applies.
    source = "node AS n WHERE"
    before: list[str] = []
    if keys is not None:
        source = "json_each(?) AS wanted CROSS JOIN node AS n ON n.key = wanted.value AND"
        before.append(array(possible(keys)))
    rows = connection.execute(
        f"SELECT n.id, n.key, n.props FROM {source} n.label = '{label.value}' "
        f"AND {property_sql('state', 'n')} = ? AND {condition} ORDER BY n.key LIMIT ?",
        (*before, state, *values, limit),
    )
    return [(id, key, load(text)) for id, key, text in rows]


def beat(connection: sqlite3.Connection, claims: Iterable[Claimed], lease: float) -> list[Claimed]:
    """Extend the leases that are still held; return those claims."""
    held, changes = [], []
    for each in claims:
        found = read_for_change(connection, each.ref)
        if found and still_held(found[1], each):
            properties = found[1] | {"lease": coerce_field(each.ref.label, "lease", lease)}
            changes.append((found[0], each.ref.label, properties))
            seen = decode_properties(each.ref.label, dict(sorted(properties.items())))
            held.append(Claimed(each.ref, each.owner, each.attempt, seen))
    write_properties(connection, changes)
    return held


def end(connection: sqlite3.Connection, endings: Iterable[Ending]) -> list[str]:
    """Write the endings whose fence holds; return the refs of the others, for which the caller rolls back."""
    lost, changes = [], []
    for each in endings:
        found = read_for_change(connection, each.ref)
        if found and still_held(found[1], each):
            changes.append((found[0], each.ref.label, merged(found[1], each.patch)))
        else:
            lost.append(str(each.ref))
    write_properties(connection, changes)
    return lost
