"""The connection to a Neo4j server: who opens drivers, runs transactions and says what went wrong.

Guarantees: a write is one managed transaction, which the driver runs again after a deadlock or a lost connection, so
the functions given to `write` have no effect outside it. A commit whose answer was lost is reported and not repeated. A
process forked from one that used the store opens a driver of its own.

The driver's warning about each retried transaction is silenced: a deadlock that was retried is the normal course of
two writers, and the error of the last try is raised.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import neo4j
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
)

from graph.errors import StoreUnavailable

T = TypeVar("T")

CONNECT_TIMEOUT_S = 10.0
READ_TRIES = 3
BATCH_ROWS = 2000  # one UNWIND of tens of thousands of rows is far slower than the same in parts

# Drivers inherited by a fork share sockets with the parent: never used, never closed.
_INHERITED: list[object] = []


class _WithoutRepeats(logging.Filter):
    """Drops the driver's lines about what is retried, and about what is raised as an error of ours as well."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything else."""
        message = str(record.msg)
        return "will be retried" not in message and "Unable to retrieve routing information" not in message


for _name in ("neo4j", "neo4j.pool", "neo4j.session"):
    logging.getLogger(_name).addFilter(_WithoutRepeats())


class Server:
    """A Neo4j server and how to talk to it."""

    def __init__(self, url: str, user: str | None, password: str | None) -> None:
        """Remember where it is; nothing is opened yet."""
        self.url = url
        self._auth = (user or "neo4j", password) if password is not None else None
        self._lock = threading.Lock()
        self._driver: neo4j.Driver | None = None
        self._pid = os.getpid()
        self._closed = False

    def read(self, query: str, /, **parameters: Any) -> list[neo4j.Record]:
        """Return the rows of one reading statement."""
        return self._reading(lambda session: list(session.run(query, parameters)))

    def _reading(self, work: Callable[[neo4j.Session], T]) -> T:
        for tries_left in reversed(range(READ_TRIES)):
            try:
                with self._session(neo4j.READ_ACCESS) as session:
                    return work(session)
            except (DriverError, Neo4jError) as error:
                if tries_left and error.is_retryable():
                    continue
                raise self._explained(error) from error
        raise AssertionError("unreachable")

    def write(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        """Run *work* in one transaction; it may run more than once."""
        try:
            with self._session(neo4j.WRITE_ACCESS) as session:
                return session.execute_write(work)
        except (DriverError, Neo4jError) as error:
            raise self._explained(error) from error

    def define(self, statements: Sequence[str]) -> None:
        """Run schema statements in one transaction, which is many times faster than one for each."""

        def work(tx: neo4j.ManagedTransaction) -> None:
            for statement in statements:
                run(tx, statement)

        self.write(work)

    def _session(self, access: str) -> neo4j.Session:
        return self._open_driver().session(default_access_mode=access)

    def _open_driver(self) -> neo4j.Driver:
        if self._closed:
            raise StoreUnavailable(f"the store {self.url} has been closed")
        with self._lock:
            if self._pid != os.getpid():
                _INHERITED.append(self._driver)
                self._driver, self._pid = None, os.getpid()
            if self._driver is None:
                try:
                    self._driver = neo4j.GraphDatabase.driver(
                        self.url,
                        auth=self._auth,
                        connection_timeout=CONNECT_TIMEOUT_S,
                        notifications_min_severity="OFF",  # hints about labels that hold nothing yet
                    )
                except (ConfigurationError, ValueError) as error:
                    raise StoreUnavailable(f"{self.url} is not the address of a Neo4j server: {error}") from error
            return self._driver

    def _explained(self, error: DriverError | Neo4jError) -> Exception:
        """Return the error to raise: a sentence where the server cannot be used, the error itself where it is a bug."""
        if isinstance(error, IncompleteCommit):
            return StoreUnavailable(
                f"the connection to {self.url} broke during a commit: it may or may not have been written; try again"
            )
        if isinstance(error, AuthError):
            return StoreUnavailable(
                f"Neo4j at {self.url} refused the user or password; set PATTERNBOOK_STORE_USER and "
                "PATTERNBOOK_STORE_PASSWORD"
            )
        if isinstance(error, ServiceUnavailable | DriverError):
            return StoreUnavailable(f"Neo4j at {self.url} does not answer: {_first_line(error)}; is it running?")
        if error.is_retryable() or (error.code or "").startswith("Neo.DatabaseError"):
            return StoreUnavailable(f"Neo4j at {self.url} failed: {_first_line(error)}")
        return error

    def close(self) -> None:
        """Close the driver; later uses raise StoreUnavailable."""
        self._closed = True
        with self._lock:
            driver, self._driver = self._driver, None
        if driver is not None and self._pid == os.getpid():
            driver.close()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def run(tx: neo4j.ManagedTransaction, query: str, /, **parameters: Any) -> list[neo4j.Record]:
    """Return the rows of one statement of a transaction. Names in *query* come from the schema."""
    return list(tx.run(query, parameters))


def run_counted(tx: neo4j.ManagedTransaction, query: str, /, **parameters: Any) -> tuple[list[neo4j.Record], Any]:
    """Return the rows of one statement and the server's counters."""
    result = tx.run(query, parameters)
    rows = list(result)
    return rows, result.consume().counters
