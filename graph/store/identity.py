"""What a database says of itself, and when it is refused or migrated. Shared by both stores.

The Meta node ``Meta/store`` holds a store id made once, the schema version, and two generations. A database with a
newer schema version is refused, and so is one that holds something but no Meta node: it belongs to somebody else. An
older one is migrated by numbered steps.

What survives a kill: a step runs before its version is recorded, so it may run again and must be idempotent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from graph.errors import StoreVersionError
from graph.schema import SCHEMA_VERSION, Label, Ref
from graph.store.interface import GraphStore

META = Ref(Label.META, "store")

Migration = Callable[[GraphStore], None]

# Version → the step that leads from it to the next. Steps use the store's operations, so they hold for both stores.
MIGRATIONS: dict[int, Migration] = {}


def new_meta() -> dict[str, Any]:
    """Return the properties of the Meta node of a new database."""
    return {"store_id": str(uuid.uuid4()), "schema_version": SCHEMA_VERSION, "generation": 0, "belief_generation": 0}


def check_version(meta: Mapping[str, Any] | None, location: str) -> int:
    """Return the schema version of a database that is not empty.

    Raises:
        StoreVersionError: no Meta node, or a schema newer than this program's.
    """
    if meta is None:
        raise StoreVersionError(
            f"{location} holds data but no Meta node: it is not a Patternbook database; give an empty one"
        )
    version = int(meta["schema_version"])
    if version > SCHEMA_VERSION:
        raise StoreVersionError(
            f"{location} has schema version {version}, this Patternbook knows up to {SCHEMA_VERSION}; "
            "update Patternbook or choose another store"
        )
    return version


def read_meta(store: GraphStore, location: str) -> Mapping[str, Any]:
    """Return the properties of the Meta node.

    Raises:
        StoreVersionError: as `check_version`.
    """
    node = store.get_nodes(Label.META, [META.key]).get(META.key)
    properties = None if node is None else node.properties
    check_version(properties, location)
    return properties or {}


def migrate(store: GraphStore, location: str, *, migrations: Mapping[int, Migration] | None = None) -> None:
    """Bring an older database to the version of this program, step by step.

    Raises:
        StoreVersionError: there is no step for its version.
    """
    steps = MIGRATIONS if migrations is None else migrations
    while True:
        version = int(read_meta(store, location)["schema_version"])
        if version == SCHEMA_VERSION:
            return
        if version not in steps:
            raise StoreVersionError(f"{location} has schema version {version}, and there is no step that leads on")
        steps[version](store)
        store.compare_and_set(META, "schema_version", version, version + 1)
