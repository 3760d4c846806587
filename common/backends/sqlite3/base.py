"""Django's SQLite with a fairer wait for its one lock, and an answer for numbers of any length.

SQLite asks for a lock that is taken every 100 ms only. Under several busy writers it is free for less than that, so
one process may lose every time until its patience ends in "database is locked". Here every statement that opens a
transaction (BEGIN IMMEDIATE, or a single one outside) asks every few milliseconds, for as long as `timeout` says.

Python's driver stops with OverflowError at a number that no column holds, where PostgreSQL compares it and finds no
row. Addresses hold such numbers, because anybody may write them there.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from django.db.backends.sqlite3 import base

PAUSE = (0.001, 0.005)  # seconds between two tries, drawn at random so that processes do not march in step


class PatientCursor(base.SQLiteCursorWrapper):
    patience = 5.0  # seconds

    def execute(self, query: str, params: Any = None) -> Any:
        def act() -> Any:
            try:
                return super(PatientCursor, self).execute(query, params)
            except OverflowError:
                if not query.startswith("SELECT"):
                    raise
                return super(PatientCursor, self).execute(query, [_comparable(param) for param in params])

        return act() if self.connection.in_transaction else self._insist(act)

    def _insist(self, act: Callable[[], Any]) -> Any:
        until = time.monotonic() + self.patience
        self._wait_inside(0)
        try:
            while True:
                try:
                    return act()
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                        raise
                time.sleep(random.uniform(*PAUSE))  # noqa: S311 — no secret
        finally:
            self._wait_inside(self.patience)

    def _wait_inside(self, seconds: float) -> None:
        """How long SQLite itself waits: within a transaction and for its COMMIT, where nobody can come in between."""
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _comparable(param: Any) -> Any:
    """A whole number beyond 64 bits as the real number that SQLite compares rightly with whole ones."""
    return float(param) if type(param) is int and not -(2**63) <= param < 2**63 else param


class DatabaseWrapper(base.DatabaseWrapper):
    def create_cursor(self, name: Any = None) -> PatientCursor:
        cursor = self.connection.cursor(factory=PatientCursor)
        cursor.patience = self.settings_dict["OPTIONS"].get("timeout", PatientCursor.patience)
        return cursor
