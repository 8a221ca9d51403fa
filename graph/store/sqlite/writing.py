"""Writing to SQLite: every function works inside the caller's transaction, which holds the write lock.

Because of that lock a row that was read is still so when it is written: existing rows are read, merged here, and only
those that differ are written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from graph.errors import MissingEndpoint, StaleWrite
from graph.schema import Label, Ref
from graph.store.interface import WriteReport
from graph.store.prepare import Condition, EdgeKeys, EdgePatches, NodeKeys, NodePatches, Patch, Prepared, merged
from graph.store.sqlite.text import array, dump, load
from graph.store.terms import terms_text
from graph.store.values import searched_names


def apply(connection: sqlite3.Connection, op: Prepared) -> WriteReport:
    """Write one operation.

    Raises:
        MissingEndpoint, StaleWrite: the caller's transaction must roll back.
    """
    match op:
        case NodePatches():
            return write_nodes(connection, op)
        case EdgePatches():
            return write_edges(connection, op)
        case NodeKeys():
            return _delete_nodes(connection, op)
        case EdgeKeys():
            return _delete_edges(connection, op)
        case Condition():
            return _guard(connection, op)


def node_ids(connection: sqlite3.Connection, label: Label, keys: Iterable[str]) -> dict[str, int]:
    """Return the ids of the nodes that exist, by key."""
    # CROSS JOIN pins the order: without statistics SQLite would walk all nodes of the label.
    rows = connection.execute(
        "SELECT n.key, n.id FROM json_each(?) AS wanted CROSS JOIN node AS n ON n.label = ? AND n.key = wanted.value",
        (array(list(keys)), label.value),
    )
    return dict(rows.fetchall())


def write_nodes(connection: sqlite3.Connection, op: NodePatches) -> WriteReport:
    """Create or merge nodes."""
    stored = {
        key: (id, text)
        for key, id, text in connection.execute(
            "SELECT n.key, n.id, n.props FROM json_each(?) AS wanted "
            "CROSS JOIN node AS n ON n.label = ? AND n.key = wanted.value",
            (array(list(op.patches)), op.label.value),
        )
    }
    created, updated = [], []
    for key, patch in op.patches.items():
        if key not in stored:
            properties = _without_none(patch)
            created.append((op.label.value, key, dump(properties), _terms(op.label, properties)))
            continue
        id, text = stored[key]
        changes = {name: value for name, value in patch.items() if name not in op.create_only}
        properties = merged(load(text), changes)
        if (new_text := dump(properties)) != text:
            updated.append((new_text, _terms(op.label, properties), id))
    connection.executemany("INSERT INTO node (label, key, props, terms) VALUES (?, ?, ?, ?)", created)
    connection.executemany("UPDATE node SET props = ?, terms = ? WHERE id = ?", updated)
    return WriteReport(len(created), len(updated), len(op.patches) - len(created) - len(updated))


def write_properties(connection: sqlite3.Connection, rows: Sequence[tuple[int, Label, Patch]]) -> None:
    """Replace the properties of nodes given by id."""
    connection.executemany(
        "UPDATE node SET props = ?, terms = ? WHERE id = ?",
        [(dump(properties), _terms(label, properties), id) for id, label, properties in rows],
    )


def _without_none(patch: Patch) -> Patch:
    return {name: value for name, value in patch.items() if value is not None} if None in patch.values() else patch


def _terms(label: Label, properties: Patch) -> str | None:
    names = searched_names(label)
    if not names:
        return None
    texts = [terms_text(properties[name]) for name in names if name in properties]
    return " ".join(texts) if texts else None


def write_edges(connection: sqlite3.Connection, op: EdgePatches) -> WriteReport:
    """Create or merge edges; all their ends must exist."""
    sources = node_ids(connection, op.src_label, {src for src, _ in op.patches})
    targets = node_ids(connection, op.dst_label, {dst for _, dst in op.patches})
    missing = {f"{op.src_label}/{src}" for src, _ in op.patches if src not in sources}
    missing |= {f"{op.dst_label}/{dst}" for _, dst in op.patches if dst not in targets}
    if missing:
        raise MissingEndpoint(op.type, sorted(missing))
    ids = [(sources[src], targets[dst]) for src, dst in op.patches]
    stored = {
        (src, dst): text
        for src, dst, text in connection.execute(
            "SELECT e.src, e.dst, e.props FROM json_each(?) AS wanted CROSS JOIN edge AS e "
            "ON e.src = json_extract(wanted.value, '$[0]') AND e.type = ? "
            "AND e.dst = json_extract(wanted.value, '$[1]')",
            (array(ids), op.type.value),
        )
    }
    created, updated = [], []
    for (src, dst), patch in zip(ids, op.patches.values(), strict=True):
        text = stored.get((src, dst))
        if text is None:
            created.append((src, op.type.value, dst, dump(_without_none(patch))))
        elif (new_text := dump(merged(load(text), patch))) != text:
            updated.append((new_text, src, op.type.value, dst))
    connection.executemany("INSERT INTO edge (src, type, dst, props) VALUES (?, ?, ?, ?)", created)
    connection.executemany("UPDATE edge SET props = ? WHERE src = ? AND type = ? AND dst = ?", updated)
    written = len(created) + len(updated)
    return WriteReport(len(created), len(updated), len(op.patches) - written, edges=written)


def _delete_nodes(connection: sqlite3.Connection, op: NodeKeys) -> WriteReport:
    ids = node_ids(connection, op.label, op.keys).values()
    connection.executemany("DELETE FROM node WHERE id = ?", [(id,) for id in ids])
    return WriteReport(updated=len(ids))


def _delete_edges(connection: sqlite3.Connection, op: EdgeKeys) -> WriteReport:
    sources = node_ids(connection, op.src_label, {src for src, _ in op.pairs})
    targets = node_ids(connection, op.dst_label, {dst for _, dst in op.pairs})
    cursor = connection.executemany(
        "DELETE FROM edge WHERE src = ? AND type = ? AND dst = ?",
        [(sources[src], op.type.value, targets[dst]) for src, dst in op.pairs if src in sources and dst in targets],
    )
    deleted = max(cursor.rowcount, 0)
    return WriteReport(updated=deleted, edges=deleted)


def read_for_change(connection: sqlite3.Connection, ref: Ref) -> tuple[int, Patch] | None:
    """Return id and stored properties of a node; the caller holds the write lock."""
    row = connection.execute("SELECT id, props FROM node WHERE label = ? AND key = ?", ref).fetchone()
    return (row[0], load(row[1])) if row else None


def set_if(connection: sqlite3.Connection, op: Condition) -> str | None:
    """Set a field if it holds the expected value; return None, or why not."""
    found = read_for_change(connection, op.ref)
    if found is None:
        return f"{op.ref} does not exist"
    id, properties = found
    if properties.get(op.field) != op.expected:
        return f"{op.ref}: {op.field} is {properties.get(op.field)!r} and not {op.expected!r}"
    if op.new != op.expected:
        write_properties(connection, [(id, op.ref.label, merged(properties, {op.field: op.new}))])
    return None


def _guard(connection: sqlite3.Connection, op: Condition) -> WriteReport:
    if reason := set_if(connection, op):
        raise StaleWrite(f"{reason}; nothing was written")
    return WriteReport(unchanged=1) if op.new == op.expected else WriteReport(updated=1)
