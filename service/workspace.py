"""Home and store, opened together and checked to belong together.

The one place where settings become open things. Guarantees: the store is closed whatever happens; a home that is bound
to another store is refused. `must_exist` is for commands that only read: they do not create an empty graph where
somebody mistyped a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    store = open_store(settings.store_url, user=settings.store_user, password=settings.password)
    try:
        home = Home(settings.home)
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
