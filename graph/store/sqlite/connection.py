"""Connections to one SQLite file: one per thread and process, with transactions that begin the right way.

Guarantees: a writing transaction takes the write lock before it reads (`BEGIN IMMEDIATE`), since a read transaction
that later writes fails at once when somebody else has written; a reading one sees one moment of the database. A process
forked from one that used the store opens connections of its own and never touches the inherited ones.

What survives a kill: every commit that returned (WAL, synchronous=FULL); of a transaction under way, nothing.

`:memory:` is one connection behind a lock: for tests.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import StoreUnavailable

LOCK_TIMEOUT_S = 30.0
WAL_RETRY_S = 0.01
PAGE_BYTES = 8192
_MAPPED_BYTES = 65536  # the index of the WAL grows by 32 KiB at a time
CACHE_KIB = 65536  # per connection; an upper bound, not taken at once

# Connections inherited by a fork. Closing one would release the parent's locks on the file, so they are never touched.
_INHERITED: list[object] = []


class _Connection(sqlite3.Connection):
    """A connection that can be held weakly, so that one of a finished thread goes with its thread."""


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn WAL on, waiting for others that do the same: SQLite refuses this change at once, without its time-out."""
    give_up_at = time.monotonic() + LOCK_TIMEOUT_S
    while not _wal_is_on(connection, give_up_at):
        time.sleep(WAL_RETRY_S)


def _wal_is_on(connection: sqlite3.Connection, give_up_at: float) -> bool:
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
            raise
        return False
    return True


class Connections:
    """The connections of one store."""

    def __init__(self, path: str) -> None:
        """Remember *path*; nothing is opened yet. Missing folders are created at the first use."""
        self.path = path
        self._in_memory = path == ":memory:"
        self._closed = False
        self._begin_life()

    def _begin_life(self) -> None:
        self._pid = os.getpid()
        self._per_thread = threading.local()
        self._opened: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._opening = threading.Lock()
        self._shared: _Connection | None = None
        self._shared_lock = threading.RLock()

    @property
    def location(self) -> str:
        """The file, as a person would name it."""
        return "memory" if self._in_memory else str(Path(self.path).absolute())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside a read transaction: all its queries see the same moment."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that holds the write lock; commit at the end, roll back on any error."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            if self._in_memory:
                with self._shared_lock:
                    yield from self._inside(self._shared_connection(), begin)
            else:
                yield from self._inside(self._thread_connection(), begin)
        except sqlite3.IntegrityError:
            raise  # a bug of ours, not the state of the file
        except sqlite3.ProgrammingError as error:
            if self._closed:
                raise StoreUnavailable(f"the store {self.location} has been closed") from error
            raise
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            raise StoreUnavailable(self._sentence(error)) from error

    @staticmethod
    def _inside(connection: sqlite3.Connection, begin: str) -> Iterator[sqlite3.Connection]:
        connection.execute(begin)
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:  # Ctrl-C and a commit that finds no room on the disk, too
            if connection.in_transaction:
                connection.rollback()
            raise

    def _sentence(self, error: sqlite3.Error) -> str:
        detail = str(error)
        if "locked" in detail or "busy" in detail:
            return f"another process has been writing to {self.location} for {LOCK_TIMEOUT_S:.0f} s; try again later"
        if "not a database" in detail:
            return f"{self.location} is not a SQLite database; choose another file"
        if "unable to open" in detail:
            return f"{self.location} cannot be opened; check that it is a file and that you may write to its folder"
        if "readonly" in detail:
            return f"{self.location} cannot be written to; check its permissions"
        if "full" in detail or ("disk I/O" in detail and self._is_out_of_room()):
            return f"there is no room left for {self.location}"
        if "malformed" in detail or "corrupt" in detail:
            return f"{self.location} is damaged ({detail}); restore it from a copy"
        return f"SQLite could not use {self.location}: {detail}"

    def _is_out_of_room(self) -> bool:
        """Say whether the disk has no room: files that SQLite maps into memory then fail with an I/O error."""
        try:
            return shutil.disk_usage(Path(self.path).absolute().parent).free < _MAPPED_BYTES
        except OSError:
            return False

    def _thread_connection(self) -> _Connection:
        if self._pid != os.getpid():
            _INHERITED.append((self._per_thread, list(self._opened)))
            self._begin_life()
        connection: _Connection | None = getattr(self._per_thread, "connection", None)
        if connection is None:
            connection = self._per_thread.connection = self._open()
        return connection

    def _shared_connection(self) -> _Connection:
        if self._shared is None:
            self._shared = self._open()
        return self._shared

    def _open(self) -> _Connection:
        if self._closed:
            raise StoreUnavailable(f"the store {self.location} has been closed")
        if not self._in_memory:
            try:
                Path(self.path).absolute().parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnavailable(f"the folder of {self.location} cannot be created: {error.strerror}") from error
        connection = sqlite3.connect(
            self.path,
            timeout=LOCK_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # so that `close` may close the connections of other threads
            factory=_Connection,
        )
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")  # before WAL: it cannot change after
        _use_wal(connection)
        for setting in ("synchronous=FULL", "foreign_keys=ON", f"cache_size=-{CACHE_KIB}"):
            connection.execute(f"PRAGMA {setting}")
        with self._opening:
            self._opened.add(connection)
        return connection

    def close(self) -> None:
        """Close the connections of all threads; later uses raise StoreUnavailable."""
        self._closed = True
        if self._pid != os.getpid():
            return
        for connection in list(self._opened):
            connection.close()
