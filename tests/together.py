"""Several acts at one moment, as several people do them: each in a thread, on a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, connections


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts at one moment; what each returned, or the exception it raised, in their order."""
    outcomes: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            start.wait(30)
            outcomes[place] = acts[place]()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "an act hangs"
    return outcomes


def raised(outcomes: list[Any]) -> list[Exception]:
    """Those of the outcomes that are exceptions."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def until_somebody_waits() -> None:
    """Held by an act in its transaction until another waits for one of its locks (PostgreSQL)."""
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.05)")
    raise AssertionError("nobody came to wait")
