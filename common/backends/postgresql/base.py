"""Django's PostgreSQL, waiting no longer than a limit for an answer.

Time-outs of TCP notice a machine that is gone, and those of the server need a server that works. One that is frozen
(a machine out of memory, a disk that hangs) keeps its connections open and says nothing: then only the one who waits
can stop waiting.
"""

import time
from contextlib import suppress
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from common.patience import patience, waiting_at_most

STILL_THERE = 3.0  # seconds for the question whether a kept connection still works
GIVE_UP = 1.0  # seconds for telling the server that nobody waits for a statement any more
CONNECT_AT_LEAST = 2  # less is not possible


class PatientConnection(psycopg.Connection[Any]):
    """Ends itself when an answer takes longer than `answer_seconds` (0: however long) or the caller's own patience."""

    answer_seconds = 0.0

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        limit = timeout or patience() or self.answer_seconds or None
        began = time.monotonic()
        try:
            return super().wait(gen, interval, limit)
        except psycopg.OperationalError:
            if timeout is None and limit and time.monotonic() - began >= limit:
                self._leave()
            raise

    def _leave(self) -> None:
        """Nothing more can be asked over this connection; a server that works ends the statement."""
        if not patience():
            with suppress(psycopg.Error):
                self.cancel_safe(timeout=GIVE_UP)
        self.close()


class _Psycopg:
    """The library as Django's backend sees it, making connections of ours."""

    connect = staticmethod(PatientConnection.connect)

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)


class DatabaseWrapper(base.DatabaseWrapper):
    Database = _Psycopg()  # type: ignore[assignment]

    def get_connection_params(self) -> dict[str, Any]:
        """`answer_seconds` of the options is ours and no business of the library's."""
        params = super().get_connection_params()
        params.pop("answer_seconds", None)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if patience():
            conn_params = {**conn_params, "connect_timeout": CONNECT_AT_LEAST}
        connection = super().get_new_connection(conn_params)
        connection.answer_seconds = self.settings_dict["OPTIONS"].get("answer_seconds", 0)
        return connection

    def is_usable(self) -> bool:
        with waiting_at_most(min(patience() or STILL_THERE, STILL_THERE)):
            return super().is_usable()
