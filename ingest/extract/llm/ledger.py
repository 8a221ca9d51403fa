"""The ledger: every answer by the content of its question, and what has been spent. One SQLite file for all workers.

Guarantees: a question that has a usable answer is never asked again, whatever run or process asks; money and tokens
are reserved before a request leaves, so that workers together never exceed the budget by more than what an endpoint
counts differently; a reservation of a process that was killed expires and is given back.

What survives a kill: every answer that was kept. It is a cache, not the store of record: deleting it costs money only.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.extract.llm.errors import LlmBudgetSpent, LlmError
from ingest.settings import LlmSettings

_LOCK_TIMEOUT_S = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS spent (sent INTEGER NOT NULL, received INTEGER NOT NULL, cost REAL NOT NULL);
CREATE TABLE IF NOT EXISTS reserved (tokens INTEGER NOT NULL, cost REAL NOT NULL, until REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What all requests so far have used."""

    requests: int
    tokens: int
    cost: float


class Ledger:
    """Answers and spending under one path. Safe for many processes and threads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_LOCK_TIMEOUT_S, isolation_level=None)) as connection:
                connection.executescript(_TABLES)
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            raise LlmError(f"the ledger of language model answers {self._path} cannot be used: {error}") from error

    def answer(self, key: str) -> str | None:
        """Return the kept answer to the question *key*, or None."""
        if not self._path.exists():
            return None
        with self._writing() as connection:
            row = connection.execute("SELECT body FROM answer WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def keep(self, key: str, body: str) -> None:
        """Keep an answer; one that is there already stays."""
        with self._writing() as connection:
            connection.execute("INSERT OR IGNORE INTO answer VALUES (?, ?)", (key, body))

    def spent(self) -> Spent:
        """Return what has been used so far."""
        if not self._path.exists():
            return Spent(0, 0, 0.0)
        with self._writing() as connection:
            count, tokens, cost = connection.execute(
                "SELECT count(*), coalesce(sum(sent + received), 0), coalesce(sum(cost), 0) FROM spent"
            ).fetchone()
        return Spent(int(count), int(tokens), float(cost))

    def reserve(self, settings: LlmSettings, sent: int) -> int:
        """Set aside the tokens of one request of about *sent* tokens, and return the number of the reservation.

        Raises:
            LlmBudgetSpent: the budget does not hold it.
        """
        tokens, cost = sent + settings.answer_tokens, settings.cost(sent, settings.answer_tokens)
        until = time.time() + settings.timeout_s * (settings.retries + 2)
        with self._writing() as connection:
            connection.execute("DELETE FROM reserved WHERE until < ?", (time.time(),))
            used, paid = connection.execute(
                "SELECT (SELECT coalesce(sum(sent + received), 0) FROM spent) + (SELECT coalesce(sum(tokens), 0)"
                " FROM reserved), (SELECT coalesce(sum(cost), 0) FROM spent) + (SELECT coalesce(sum(cost), 0)"
                " FROM reserved)"
            ).fetchone()
            if used + tokens > settings.max_tokens:
                raise LlmBudgetSpent(
                    f"the budget of {settings.max_tokens} tokens is used up ({used} used or reserved, {tokens} more): "
                    "raise llm_max_tokens and run again; what has been answered is kept"
                )
            if settings.max_cost is not None and paid + cost > settings.max_cost:
                raise LlmBudgetSpent(
                    f"the budget of {settings.max_cost:g} is used up ({paid:.4f} used or reserved): raise llm_max_cost "
                    "and run again; what has been answered is kept"
                )
            number = connection.execute("INSERT INTO reserved VALUES (?, ?, ?)", (tokens, cost, until)).lastrowid
        return int(number or 0)

    def settle(self, settings: LlmSettings, reservation: int, sent: int, received: int) -> None:
        """Replace a reservation by what the request really used; nothing where it used nothing."""
        with self._writing() as connection:
            connection.execute("DELETE FROM reserved WHERE rowid = ?", (reservation,))
            if sent or received:
                connection.execute(
                    "INSERT INTO spent VALUES (?, ?, ?)", (sent, received, settings.cost(sent, received))
                )
