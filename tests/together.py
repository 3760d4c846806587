"""Several acts at one moment, as several people do them: each in a thread, on a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


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
