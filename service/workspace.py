"""Home and store, opened together and checked to belong together.

The one place where settings become open things. Guarantees: the store is closed whatever happens; a home that is bound
to another store is refused, and no new store is made beside it. `must_exist` is for commands that only look: they do
not create an empty graph or a home where somebody mistyped a path. (A Neo4j database that is empty gets its schema when
it is opened, by whoever opens it.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.errors import StoreMismatch
from graph.home import Home
from graph.store import open_store
from graph.store.interface import GraphStore
from service.errors import PartMissing
from service.settings import Settings


@dataclass(frozen=True)
class Workspace:
    """What a command works on."""

    settings: Settings
    home: Home
    store: GraphStore


@contextmanager
def open_workspace(settings: Settings, *, must_exist: bool = False) -> Iterator[Workspace]:
    """Open home and store.

    Raises:
        PartMissing: *must_exist*, and the SQLite file is not there.
        StoreUnavailable, StoreVersionError: the store cannot be used.
        StoreMismatch: the home belongs to another store.
    """
    if must_exist and not store_exists(settings):
        raise PartMissing(
            f"there is no graph at {settings.store_url}: run 'patternbook ingest PATH' first, "
            f"or name another place with --home or --store"
        )
    home = Home(settings.home)
    bound = home.store_id
    if bound is not None and not store_exists(settings):
        raise StoreMismatch(
            f"the home {settings.home} belongs to the store {bound}, and there is nothing at {settings.store_url}: "
            f"name that store with --store, put it back, or give another --home"
        )
    store = open_store(settings.store_url, user=settings.store_user, password=settings.password)
    try:
        if bound is not None or not must_exist:
            home.bind(store.health().store_id)
        yield Workspace(settings, home, store)
    finally:
        store.close()


def store_exists(settings: Settings) -> bool:
    """Say whether opening the store would not create it; a server is taken to be there."""
    path = sqlite_path(settings.store_url)
    return path is None or path.exists()


def sqlite_path(url: str) -> Path | None:
    """Return the file of a ``sqlite:///`` address, or None for a server or a store in memory."""
    match = re.fullmatch(r"sqlite:///(.+)", url)
    return Path(match[1]) if match and match[1] != ":memory:" else None
